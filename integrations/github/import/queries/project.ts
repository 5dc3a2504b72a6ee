import { SPENT } from './person.ts'

/** Written out where it is used: a server without sub-issues would refuse a fragment that nothing uses. */
const SUB_ISSUE = `
          id
          number
          title
          body
          url
          state
          repository { nameWithOwner }`

const ITEM = `
fragment ProjectItem on ProjectV2Item {
  id
  type
  isArchived
  fieldValues(first: 50) {
    pageInfo { hasNextPage endCursor }
    nodes {
      __typename
      ... on ProjectV2ItemFieldSingleSelectValue {
        selected: name
        field { ... on ProjectV2FieldCommon { name } }
      }
      ... on ProjectV2ItemFieldIterationValue {
        iteration: title
        field { ... on ProjectV2FieldCommon { name } }
      }
      ... on ProjectV2ItemFieldNumberValue {
        number
        field { ... on ProjectV2FieldCommon { name } }
      }
      ... on ProjectV2ItemFieldTextValue {
        text
        field { ... on ProjectV2FieldCommon { name } }
      }
      ... on ProjectV2ItemFieldDateValue {
        date
        field { ... on ProjectV2FieldCommon { name } }
      }
    }
  }
  content {
    __typename
    ... on DraftIssue {
      id
      title
      body
      createdAt
    }
    ... on PullRequest {
      id
      number
      title
      body
      url
      createdAt
      repository { nameWithOwner }
      labels(first: 50) {
        pageInfo { hasNextPage endCursor }
        nodes { name }
      }
    }
    ... on Issue {
      id
      number
      title
      body
      url
      createdAt
      repository { nameWithOwner }
      labels(first: 50) {
        pageInfo { hasNextPage endCursor }
        nodes { name }
      }
      subIssues(first: 25) {
        pageInfo { hasNextPage endCursor }
        nodes {${SUB_ISSUE}
        }
      }
    }
  }
}`

const projectOf = (owner: 'organization' | 'user'): string => `
query ProjectItems($login: String!, $number: Int!, $first: Int!, $after: String) {
  ${SPENT}
  owner: ${owner}(login: $login) {
    projectV2(number: $number) {
      id
      url
      items(first: $first, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes { ...ProjectItem }
      }
    }
  }
}
${ITEM}`

/** A page of an organisation's project, and the same of a person's. */
export const ORGANIZATION_PROJECT = projectOf('organization')
export const USER_PROJECT = projectOf('user')

/** All sub-issues of issues that have more than came with them: never sent to a server that has none. */
export const SUB_ISSUES = `
query SubIssues($ids: [ID!]!, $after: String) {
  ${SPENT}
  nodes(ids: $ids) {
    ... on Issue { id page: subIssues(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes {${SUB_ISSUE}
        }
      }
    }
  }
}`
