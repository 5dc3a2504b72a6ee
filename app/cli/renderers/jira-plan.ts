// The plan of a sync with Jira as a table: one row for each thing that would be done, old and new value side by side.
import { textTable, toCell } from '../text-table.ts'

interface Change {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

export interface PlannedResult {
  readonly artifactId: string
  readonly jiraKey: string | null
  readonly status: string
  readonly reason?: string | undefined
  readonly changes?: readonly Change[] | undefined
  readonly decisions?:
    | readonly { readonly field: string; readonly outcome: string; readonly git: unknown; readonly remote: unknown }[]
    | undefined
  readonly inbound?:
    | { readonly taken: readonly string[]; readonly refused: readonly { readonly field: string; readonly reason: string }[] }
    | undefined
}

/** What is told apart at a glance; longer values are in the answer as JSON. */
const VALUE_LENGTH = 40

const value = (one: unknown): string => {
  const text = toCell(one)
  return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH - 1)}…` : text
}
const arrow = (from: unknown, to: unknown) => `${value(from)} → ${value(to)}`

type Row = readonly [action: string, field: string, what: string]

/** What the two sides say about a field on which they do not agree. */
function decided({ decisions = [], inbound }: PlannedResult): Row[] {
  return decisions.flatMap(({ field, outcome, git, remote }): Row[] => {
    if (outcome === 'conflict') return [['conflict', field, `${value(git)} in git, ${value(remote)} in Jira`]]
    return outcome === 'keep' && inbound?.taken.includes(field) ? [['take', field, arrow(git, remote)]] : []
  })
}

function rowsOf(result: PlannedResult): Row[] {
  const { status, changes = [], inbound, reason = '' } = result
  const refused = (inbound?.refused ?? []).map((one): Row => ['refuse', one.field, one.reason])
  // A status is reached over the workflow's transitions, which are known only on the way.
  const written = changes.map(({ field, from, to }): Row => [field === 'status' ? 'walk' : 'update', field, arrow(from, to)])
  switch (status) {
    case 'created':
      return [['create', '–', reason || '–']]
    case 'skipped':
      return [['skip', '–', reason]]
    case 'failed':
      return [['fail', '–', reason]]
    case 'refused':
      return refused.length > 0 ? [...written, ...decided(result), ...refused] : [['refuse', '–', reason]]
    case 'conflict':
      return decided(result)
    default:
      return [...written, ...decided(result), ...refused]
  }
}

/** Every create, update, walk of the status, value taken from Jira, skip, conflict and refusal; empty where there is nothing to do. */
export function jiraPlan(results: readonly PlannedResult[]): string {
  const rows = results.flatMap((result) =>
    rowsOf(result).map(([action, field, what]) => [action, result.artifactId, result.jiraKey, field, what]),
  )
  return rows.length > 0 ? textTable(['action', 'artifact', 'issue', 'field', 'what'], rows) : ''
}
