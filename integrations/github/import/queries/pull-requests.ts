// A review's comments make a page dear: GitHub counts one request for each review asked for. 25 reviews with 10 comments each are 29
// points for 100 pull requests; 50 would be 54, and few pull requests have so many. What does not fit is read in bulk afterwards.
// Commits count once for each pull request: 20 of them, because more would make the nodes of a page too many rather than its points.
import { PERSON, SPENT } from './person.ts'

const PAGE_INFO = 'pageInfo { hasNextPage endCursor }'

const COMMENT = `
fragment Comment on PullRequestReviewComment {
  id
  databaseId
  fullDatabaseId
  createdAt
  author { ...Person }
}`

const REVIEW = `
fragment Review on PullRequestReview {
  id
  databaseId
  fullDatabaseId
  state
  body
  submittedAt
  author { ...Person }
  comments(first: 10) {
    ${PAGE_INFO}
    nodes { ...Comment }
  }
}`

const EVENT = `
fragment Event on PullRequestTimelineItems {
  __typename
  ... on ReadyForReviewEvent { createdAt }
  ... on ReviewDismissedEvent {
    createdAt
    previousReviewState
    review {
      id
      databaseId
      fullDatabaseId
    }
  }
}`

const COMMIT = `
fragment PullCommit on PullRequestCommit {
  commit {
    oid
    authoredDate
    committedDate
  }
}`

const PULL_REQUEST = `
fragment PullRequestParts on PullRequest {
  id
  databaseId
  fullDatabaseId
  number
  title
  body
  headRefName
  isDraft
  createdAt
  updatedAt
  mergedAt
  closedAt
  author { ...Person }
  mergeCommit { oid }
  closingIssuesReferences(first: 1) { totalCount }
  reviews(first: 25) {
    ${PAGE_INFO}
    nodes { ...Review }
  }
  timelineItems(first: 20, itemTypes: [READY_FOR_REVIEW_EVENT, REVIEW_DISMISSED_EVENT]) {
    ${PAGE_INFO}
    nodes { ...Event }
  }
  commits(first: 20) {
    ${PAGE_INFO}
    nodes { ...PullCommit }
  }
}`

export const PULL_REQUESTS = `
query PullRequests($owner: String!, $repo: String!, $first: Int!, $after: String) {
  ${SPENT}
  repository(owner: $owner, name: $repo) {
    databaseId
    page: pullRequests(first: $first, after: $after, orderBy: { field: UPDATED_AT, direction: DESC }) {
      totalCount
      ${PAGE_INFO}
      nodes { ...PullRequestParts }
    }
  }
}
${PULL_REQUEST}${REVIEW}${COMMENT}${EVENT}${COMMIT}${PERSON}`

export const ONE_PULL_REQUEST = `
query PullRequest($owner: String!, $repo: String!, $number: Int!) {
  ${SPENT}
  repository(owner: $owner, name: $repo) {
    databaseId
    pullRequest(number: $number) { ...PullRequestParts }
  }
}
${PULL_REQUEST}${REVIEW}${COMMENT}${EVENT}${COMMIT}${PERSON}`

export const MORE_REVIEWS = `
query MoreReviews($ids: [ID!]!, $after: String) {
  ${SPENT}
  nodes(ids: $ids) {
    ... on PullRequest {
      id
      page: reviews(first: 100, after: $after) {
        ${PAGE_INFO}
        nodes { ...Review }
      }
    }
  }
}
${REVIEW}${COMMENT}${PERSON}`

export const MORE_EVENTS = `
query MoreEvents($ids: [ID!]!, $after: String) {
  ${SPENT}
  nodes(ids: $ids) {
    ... on PullRequest {
      id
      page: timelineItems(first: 100, after: $after, itemTypes: [READY_FOR_REVIEW_EVENT, REVIEW_DISMISSED_EVENT]) {
        ${PAGE_INFO}
        nodes { ...Event }
      }
    }
  }
}
${EVENT}`

export const MORE_COMMITS = `
query MoreCommits($ids: [ID!]!, $after: String) {
  ${SPENT}
  nodes(ids: $ids) {
    ... on PullRequest {
      id
      page: commits(first: 100, after: $after) {
        ${PAGE_INFO}
        nodes { ...PullCommit }
      }
    }
  }
}
${COMMIT}`

export const MORE_COMMENTS = `
query MoreComments($ids: [ID!]!, $after: String) {
  ${SPENT}
  nodes(ids: $ids) {
    ... on PullRequestReview {
      id
      page: comments(first: 100, after: $after) {
        ${PAGE_INFO}
        nodes { ...Comment }
      }
    }
  }
}
${COMMENT}${PERSON}`
