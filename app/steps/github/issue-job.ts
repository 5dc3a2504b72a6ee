// The job that brings one artifact and its issue on GitHub into step because something happened to either: an event, a poll, a
// push. Many things that happen within seconds are one job; it reads both sides as they are when it runs.
import { enqueueJob } from '../../../integrations/engine/jobs.ts'
import type { Priority } from '../../../integrations/engine/provider.ts'
import { SETTLE_MS } from '../../../integrations/engine/push.ts'
import type { Db } from '../../../integrations/store/db.ts'

/** Its payload is the input of `sync-github-issue`. */
export const GITHUB_ISSUE_JOB = 'github.sync-issue'
/** Of links and intents: the same whichever credential a request is signed with. */
export const ISSUES_CONNECTION = 'github'
/** What a link of ours leads to. */
export const ISSUE_KIND = 'github-issue'

export interface LinkedIssueKey {
  /** `owner/name` in lower case. */
  readonly scope: string
  readonly artifactKind: string
  readonly artifactId: string
}

export function enqueueIssueSync(db: Db, { scope, artifactKind, artifactId }: LinkedIssueKey, priority: Priority, at: Date): Promise<void> {
  return enqueueJob(
    db,
    {
      kind: GITHUB_ISSUE_JOB,
      version: 1,
      payload: { scope, artifactKind, artifactId },
      // One writer to the issues of a repository: a publication that somebody waits for, or this.
      serialKey: `github-publish:${scope}:issues`,
      dedupeKey: `github-issue:${scope}:${artifactKind}:${artifactId}`,
      priority,
      runAt: new Date(at.getTime() + SETTLE_MS),
    },
    at,
  )
}
