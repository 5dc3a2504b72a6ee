// The job that brings one linked artifact and its issue into step because something happened to either: a webhook, a poll, a
// push. Many things that happen within seconds are one job; it reads both sides as they are when it runs.
import { enqueueJob } from '../../../integrations/engine/jobs.ts'
import type { Priority } from '../../../integrations/engine/provider.ts'
import { SETTLE_MS } from '../../../integrations/engine/push.ts'
import type { Db } from '../../../integrations/store/db.ts'

/** Its payload is the input of `sync-jira-artifact`. */
export const JIRA_SYNC_JOB = 'jira.sync-artifact'

export interface LinkedArtifactKey {
  readonly connectionId: string
  /** `owner/name` in lower case, else the folder's name. */
  readonly scope: string
  readonly artifactKind: string
  readonly artifactId: string
}

/** One writer per artifact, whoever asked: an export a person waits for, or this job. */
export const jiraSerialKey = (scope: string, artifactId: string): string => `jira:${scope}:${artifactId}`

export function enqueueArtifactSync(db: Db, key: LinkedArtifactKey, priority: Priority, at: Date): Promise<void> {
  const { connectionId, scope, artifactKind, artifactId } = key
  return enqueueJob(
    db,
    {
      kind: JIRA_SYNC_JOB,
      version: 1,
      payload: { connectionId, scope, artifactKind, artifactId },
      connectionId,
      serialKey: jiraSerialKey(scope, artifactId),
      dedupeKey: `jira-sync:${scope}:${artifactKind}:${artifactId}`,
      priority,
      runAt: new Date(at.getTime() + SETTLE_MS),
    },
    at,
  )
}
