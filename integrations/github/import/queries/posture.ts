import { SPENT } from './person.ts'

const BRANCH = `
fragment BranchPosture on Ref {
  branchProtectionRule {
    requiresApprovingReviews
    requiredApprovingReviewCount
    requiresStatusChecks
    requiresStrictStatusChecks
    requiredStatusCheckContexts
    requiresCommitSignatures
    requiresLinearHistory
  }
  rules(first: 100) {
    nodes {
      type
      parameters {
        __typename
        ... on PullRequestParameters {
          requiredApprovingReviewCount
          allowedMergeMethods
        }
        ... on RequiredStatusChecksParameters {
          strictRequiredStatusChecksPolicy
          requiredStatusChecks { context }
        }
        ... on MergeQueueParameters { mergeMethod }
      }
      repositoryRuleset {
        id
        databaseId
        enforcement
      }
    }
  }
}`

/** The settings and rules of so many repositories, `r0` to `rN`, each with its own owner, name and branch. */
export function postureOf(count: number): string {
  const places = Array.from({ length: count }, (_, at) => at)
  const variables = places.map((at) => `$o${at}: String!, $n${at}: String!, $b${at}: String!`).join(', ')
  const repositories = places.map(
    (at) => `
  r${at}: repository(owner: $o${at}, name: $n${at}) {
    databaseId
    mergeCommitAllowed
    squashMergeAllowed
    rebaseMergeAllowed
    ref(qualifiedName: $b${at}) { ...BranchPosture }
  }`,
  )
  return `
query Posture(${variables}) {
  ${SPENT}${repositories.join('')}
}
${BRANCH}`
}
