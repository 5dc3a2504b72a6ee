import { PERSON, SPENT } from './person.ts'

const COMMIT = `
fragment CommitParts on Commit {
  oid
  message
  committedDate
  additions
  deletions
  author {
    name
    user { ...Person }
  }
  parents(first: 10) { nodes { oid } }
}`

export const COMMITS = `
query Commits($owner: String!, $repo: String!, $branch: String!, $since: GitTimestamp, $first: Int!, $after: String) {
  ${SPENT}
  repository(owner: $owner, name: $repo) {
    databaseId
    ref(qualifiedName: $branch) {
      target {
        ... on Commit {
          page: history(first: $first, after: $after, since: $since) {
            totalCount
            pageInfo { hasNextPage endCursor }
            nodes { ...CommitParts }
          }
        }
      }
    }
  }
}
${COMMIT}${PERSON}`

const DISCUSSION = `
fragment DiscussionParts on Discussion {
  id
  databaseId
  number
  title
  url
  isAnswered
  createdAt
  updatedAt
  category { name }
  comments { totalCount }
}`

export const DISCUSSIONS = `
query Discussions($owner: String!, $repo: String!, $first: Int!, $after: String) {
  ${SPENT}
  repository(owner: $owner, name: $repo) {
    databaseId
    hasDiscussionsEnabled
    page: discussions(first: $first, after: $after, orderBy: { field: UPDATED_AT, direction: DESC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...DiscussionParts }
    }
  }
}
${DISCUSSION}`

export const ONE_DISCUSSION = `
query Discussion($owner: String!, $repo: String!, $number: Int!) {
  ${SPENT}
  repository(owner: $owner, name: $repo) {
    databaseId
    discussion(number: $number) { ...DiscussionParts }
  }
}
${DISCUSSION}`

export const GAP_ISSUES = `
query GapIssues($owner: String!, $repo: String!, $labels: [String!], $first: Int!, $after: String) {
  ${SPENT}
  repository(owner: $owner, name: $repo) {
    databaseId
    page: issues(first: $first, after: $after, labels: $labels, orderBy: { field: UPDATED_AT, direction: DESC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        databaseId
        fullDatabaseId
        number
        title
        url
        createdAt
        updatedAt
        closedAt
      }
    }
  }
}`
