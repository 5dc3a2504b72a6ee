import { SPENT } from './person.ts'

const STATUSES = `
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        state
        createdAt
      }`

const DEPLOYMENT = `
fragment DeploymentParts on Deployment {
  id
  databaseId
  commitOid
  environment
  originalEnvironment
  state
  createdAt
  statuses(first: 20) {${STATUSES}
  }
}`

export const DEPLOYMENTS = `
query Deployments($owner: String!, $repo: String!, $first: Int!, $after: String) {
  ${SPENT}
  repository(owner: $owner, name: $repo) {
    databaseId
    page: deployments(first: $first, after: $after, orderBy: { field: CREATED_AT, direction: DESC }) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes { ...DeploymentParts }
    }
  }
}
${DEPLOYMENT}`

export const DEPLOYMENTS_BY_ID = `
query DeploymentsById($ids: [ID!]!) {
  ${SPENT}
  nodes(ids: $ids) { ...DeploymentParts }
}
${DEPLOYMENT}`

export const MORE_STATUSES = `
query MoreStatuses($ids: [ID!]!, $after: String) {
  ${SPENT}
  nodes(ids: $ids) {
    ... on Deployment {
      id
      page: statuses(first: 100, after: $after) {${STATUSES}
      }
    }
  }
}`
