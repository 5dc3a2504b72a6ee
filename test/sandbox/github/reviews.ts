// Reviews and what belongs to them: comments on lines, the commits of a pull request and the instants of its timeline.
import type { PullCommit, Review, ReviewComment } from './evidence.ts'
import { commitsBetween } from './git-history.ts'
import type { Pull } from './pulls.ts'
import { joinSeries, type Series } from './series.ts'
import type { Repository } from './world.ts'

/** Oldest first. */
export function commitsOfPull(repository: Repository, pull: Pull): Series<PullCommit> {
  const bulk = repository.evidence.bulk.get(pull.number)
  if (bulk) return bulk.commits
  return commitsBetween(repository.objects, pull.base.sha, pull.head.sha)
    .reverse()
    .flatMap((sha) => {
      const commit = repository.objects.commit(sha)
      return commit ? [{ sha, commit }] : []
    })
}

/** Oldest first; those added to a seeded pull request follow its own. */
export function reviewsOf(repository: Repository, number: number): Series<Review> {
  const [bulk, own] = [repository.evidence.bulk.get(number)?.reviews, repository.evidence.reviews.get(number) ?? []]
  return bulk ? joinSeries([bulk, own]) : own
}

export function reviewCommentsOf(repository: Repository, number: number): Series<ReviewComment> {
  const [bulk, own] = [repository.evidence.bulk.get(number)?.comments, repository.evidence.reviewComments.get(number) ?? []]
  return bulk ? joinSeries([bulk, own]) : own
}

/** Numbers of the issues that a body closes by GitHub's words. */
export function closedIssues(repository: Repository, pull: Pull): number[] {
  const found = [...(pull.body ?? '').matchAll(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+#(\d+)/gi)].map(([, number]) =>
    Number(number),
  )
  return [...new Set(found)].filter((number) => repository.issues.get(number)?.isPull === false)
}
