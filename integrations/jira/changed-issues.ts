// Which issues changed since an instant. JQL takes epoch milliseconds, which no time zone of the account shifts; search lags
// behind writes and says minutes where it says instants, so whoever asks begins a little before where the last answer ended.
import { Instant } from './answers.ts'
import type { JiraContext } from './context.ts'

export interface ChangedIssue {
  readonly id: string
  /** As Jira says it: the version of the issue. */
  readonly updated: string
}

export interface ChangedIssues {
  /** Oldest first. */
  readonly issues: readonly ChangedIssue[]
  /** Up to where everything was read; undefined when that is to the end. */
  readonly reached: Date | undefined
}

/** More in one interval is a bulk edit; the rest comes with the next look. */
const MOST_CHANGED = 5_000

/** Issues of the projects updated at or after `since`. */
export async function listChangedIssues(context: JiraContext, projectKeys: readonly string[], since: Date): Promise<ChangedIssues> {
  // Keys are letters, digits and _, so quoting is only against reserved words.
  const projects = projectKeys.map((key) => `"${key}"`).join(', ')
  const jql = `project in (${projects}) AND updated >= ${since.getTime()} ORDER BY updated ASC`
  const found = await context.client.search({ jql, fields: ['updated'], limit: MOST_CHANGED })
  const issues = found.map(({ id, fields }) => ({ id, updated: typeof fields.updated === 'string' ? fields.updated : '' }))
  const last = Instant.safeParse(issues.at(-1)?.updated)
  return { issues, reached: issues.length === MOST_CHANGED && last.success ? last.data : undefined }
}
