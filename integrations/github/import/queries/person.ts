/** An account with its kind; fields that a server may lack stand on lines of their own (`github/graph-query.ts`). */
export const PERSON = `
fragment Person on Actor {
  __typename
  login
  ... on User {
    __typename
    databaseId
  }
  ... on Bot {
    __typename
    databaseId
  }
  ... on Mannequin {
    __typename
    databaseId
  }
  ... on Organization {
    __typename
    databaseId
  }
}`

/** What every document asks for: the points it cost, and what is left. Null where limits are off. */
export const SPENT = 'rateLimit { cost limit remaining resetAt }'
