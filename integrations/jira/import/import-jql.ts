// The queries of an import. Instants are milliseconds since 1970: dates in JQL are of the account's time zone and know no seconds.

/** Searches lag behind, so each begins this long before the end of the one before. */
export const OVERLAP_MS = 5 * 60_000

export interface IssueScope {
  readonly projectId: string
  /** JQL that a person added. */
  readonly filter: string | undefined
  /** The start of the window, or of the oldest sprint that counts, whichever is earlier. */
  readonly from: Date
  readonly sprintIds: readonly string[]
}

/** Without an order that people edit: creation never changes, so no page shifts while it is read. */
const ORDER = 'ORDER BY created ASC, key ASC'
const filtered = (clause: string, filter: string | undefined): string => (filter === undefined ? clause : `${clause} AND (${filter})`)

/** Everything that can bear on the window: what was touched in it, what is still open, and what was in the sprints that count. */
export function wholeQuery({ projectId, filter, from, sprintIds }: IssueScope): string {
  const touched = [
    `updated >= ${from.getTime()}`,
    'statusCategory != Done',
    ...(sprintIds.length > 0 ? [`sprint in (${sprintIds.join(', ')})`] : []),
  ]
  return `${filtered(`project = ${projectId} AND (${touched.join(' OR ')})`, filter)} ${ORDER}`
}

/** What was touched since an earlier reading. */
export const changedQuery = ({ projectId, filter }: IssueScope, since: Date): string =>
  `${filtered(`project = ${projectId} AND updated >= ${since.getTime() - OVERLAP_MS}`, filter)} ${ORDER}`

/** What a board shows of the project. */
export const boardQuery = (projectId: string, filterId: string, subQuery: string | null | undefined): string =>
  filtered(`project = ${projectId} AND filter = ${filterId}`, subQuery?.trim() ? subQuery : undefined)

const MOST_CHARACTERS = 4_000

/**
 * Why a person's JQL cannot stand inside a query of ours; undefined when it can. It is put in parentheses, so it must not close
 * them, nor order; everything else Jira judges.
 */
export function filterProblem(filter: string): string | undefined {
  if (filter.trim() === '') return 'a JQL condition'
  if (filter.length > MOST_CHARACTERS) return `a JQL condition of at most ${MOST_CHARACTERS} characters`
  const bare = filter.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, '""').replaceAll('""', '')
  if (/["']/.test(bare)) return 'a JQL condition whose quotes are closed'
  if (/\border\s+by\b/i.test(bare)) return 'a JQL condition without ORDER BY: the order is ours'
  let depth = 0
  for (const sign of bare.replace(/[^()]/g, '')) {
    depth += sign === '(' ? 1 : -1
    if (depth < 0) break
  }
  return depth === 0 ? undefined : 'a JQL condition whose parentheses match'
}
