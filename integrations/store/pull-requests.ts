// Collected pull requests by what names an artifact in them, without their bodies: of a busy repository those are many megabytes.
import type { Db } from './db.ts'
import { queryRows } from './sql.ts'

export interface NamedPullRequest {
  readonly number: number
  readonly title: string
  readonly headBranch: string
  readonly state: 'open' | 'merged' | 'closed'
}

interface Row {
  readonly number: number | string
  readonly title: string | null
  readonly headBranch: string | null
  readonly mergedAt: string | null
  readonly closedAt: string | null
}

/** More than these are not looked through; the newest come first. */
const MOST = 10_000

/** The collected pull requests of a repository, newest first. */
export async function listNamedPullRequests(db: Db, repositoryId: number): Promise<readonly NamedPullRequest[]> {
  const columns = ['number', 'title', 'headBranch', 'mergedAt', 'closedAt'].map((name) => `"data" ->> '${name}' AS "${name}"`)
  const rows = await queryRows<Row>(
    db,
    `SELECT ${columns.join(', ')} FROM "facts_pull_requests" WHERE "repositoryId" = $1 AND "goneAt" IS NULL ORDER BY "at" DESC LIMIT ${MOST}`,
    [repositoryId],
  )
  return rows.map(({ number, title, headBranch, mergedAt, closedAt }) => ({
    number: Number(number),
    title: title ?? '',
    headBranch: headBranch ?? '',
    state: mergedAt !== null ? 'merged' : closedAt !== null ? 'closed' : 'open',
  }))
}
