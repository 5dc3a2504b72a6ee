/** The commits that the tags of releases point at: REST has only the branch a release was made from. At most 100 releases; 1 point. */
export const TAG_COMMITS = `query TagCommits($releases: [ID!]!) {
  rateLimit { limit cost remaining resetAt }
  nodes(ids: $releases) {
    __typename
    ... on Release { id tagCommit { oid } }
  }
}`
