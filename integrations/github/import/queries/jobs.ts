// Jobs as check runs of their suites. `LATEST` leaves out those of earlier attempts.

/** At most 100 suites; 1 point whatever they hold. */
export const JOBS_OF_SUITES = `query JobsOfSuites($suites: [ID!]!) {
  rateLimit { limit cost remaining resetAt }
  nodes(ids: $suites) {
    __typename
    ... on CheckSuite {
      id
      checkRuns(first: 100, filterBy: { checkType: LATEST }) {
        pageInfo { hasNextPage endCursor }
        nodes { databaseId name status conclusion startedAt completedAt }
      }
    }
  }
}`

/** What follows the first hundred of one suite. */
export const MORE_JOBS_OF_SUITE = `query MoreJobsOfSuite($suite: ID!, $after: String!) {
  rateLimit { limit cost remaining resetAt }
  node(id: $suite) {
    __typename
    ... on CheckSuite {
      id
      checkRuns(first: 100, after: $after, filterBy: { checkType: LATEST }) {
        pageInfo { hasNextPage endCursor }
        nodes { databaseId name status conclusion startedAt completedAt }
      }
    }
  }
}`
