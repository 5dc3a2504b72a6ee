// The issues of a project page by page, as `integrations/engine/pull.ts` reads them; their histories in bulk; and what became of
// issues that are no longer met. A scan reads everything that bears on the window, or what changed since the scan before.
import { z } from 'zod'
import type { PulledPage, PullPosition } from '../../engine/pull.ts'
import type { JiraFactBatch } from '../../foe/jira/jira-fact-batch.ts'
import { changedQuery, type IssueScope, wholeQuery } from './import-jql.ts'
import { BULK_HISTORIES, BULK_ISSUES, type JiraReads } from './import-reads.ts'
import { toChangeFacts, toIssueFact } from './issue-facts.ts'
import type { ImportPlace } from './read-project.ts'

export { BULK_HISTORIES, BULK_ISSUES } from './import-reads.ts'

const SYSTEM_FIELDS = ['project', 'issuetype', 'status', 'created', 'updated', 'resolutiondate'] as const
/** This long after a whole scan the next one is whole again: what moved away or was hidden shows in no search for changes. */
const WHOLE_EVERY_MS = 24 * 3_600_000

/** How far complete scans came. */
const Reached = z.object({
  v: z.literal(1),
  /** When the last scan began. */
  at: z.number(),
  /** When the last whole one did. */
  wholeAt: z.number(),
  from: z.number(),
  sprintIds: z.array(z.string()),
  fields: z.array(z.string()),
})
type Reached = z.output<typeof Reached>

const Cursor = z.object({ v: z.literal(1), jql: z.string(), at: z.string() })

function parse<T>(schema: z.ZodType<T>, text: string | undefined): T | undefined {
  if (text === undefined || text === '') return undefined
  try {
    return schema.safeParse(JSON.parse(text)).data
  } catch (error) {
    // What an older version of ours kept is no longer JSON of this shape: the scan begins anew.
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const fieldsOf = ({ fieldIds }: ImportPlace): readonly string[] => [
  ...SYSTEM_FIELDS,
  ...(fieldIds.sprint === null ? [] : [fieldIds.sprint]),
  ...fieldIds.estimates,
]

/** Whether what an earlier scan reached holds all that this one needs, so that changes since then are enough. */
function covers(known: Reached, place: ImportPlace, scope: IssueScope, now: Date): boolean {
  return (
    known.from <= scope.from.getTime() &&
    scope.sprintIds.every((id) => known.sprintIds.includes(id)) &&
    fieldsOf(place).every((field) => known.fields.includes(field)) &&
    now.getTime() - known.wholeAt < WHOLE_EVERY_MS
  )
}

/** Whether a scan from this watermark reads everything; then what it does not meet is to be asked about. */
export const isWholeScan = (watermark: string | undefined, place: ImportPlace, scope: IssueScope, now: Date): boolean => {
  const known = parse(Reached, watermark)
  return known === undefined || !covers(known, place, scope, now)
}

/** Reads one page. @throws AppError `provider-*`; `provider-rejected` where Jira does not take the filter */
export async function readIssuePage(
  reads: JiraReads,
  place: ImportPlace,
  scope: IssueScope,
  position: PullPosition,
  now: Date,
): Promise<PulledPage<JiraFactBatch>> {
  const known = parse(Reached, position.watermark)
  const begun = parse(Cursor, position.cursor)
  const since = known && covers(known, place, scope, now) ? known : undefined
  const jql = begun?.jql ?? (since ? changedQuery(scope, new Date(since.at)) : wholeQuery(scope))
  const { issues, next } = await reads.issues({ jql, fields: fieldsOf(place), at: begun?.at })
  const reached: Reached = {
    v: 1,
    at: now.getTime(),
    wholeAt: since?.wholeAt ?? now.getTime(),
    from: since?.from ?? scope.from.getTime(),
    sprintIds: [...(since?.sprintIds ?? scope.sprintIds)],
    fields: [...(since?.fields ?? fieldsOf(place))],
  }
  const facts = issues.map((issue) => toIssueFact(issue, place.fieldIds, place.projectId))
  const told = issues.filter(({ changelog }) => changelog && (changelog.total ?? 0) <= changelog.histories.length)
  const changes = told.flatMap(({ id, changelog }) => toChangeFacts(id, changelog?.histories ?? [], place.fieldIds, place.fieldNames))
  const histories = reads.edition === 'data-center' ? { changes } : {}
  return {
    items: [{ lists: { issues: facts, ...histories }, historiesOf: told.map(({ id }) => id) }],
    next: next === undefined ? undefined : JSON.stringify({ v: 1, jql, at: next } satisfies z.output<typeof Cursor>),
    ...(position.cursor === undefined ? { candidate: JSON.stringify(reached) } : {}),
  }
}

/** Complete histories of at most `BULK_HISTORIES` issues: the search cuts them at 40 entries, so they are never taken from it. */
export async function readHistories(reads: JiraReads, place: ImportPlace, ids: readonly string[]): Promise<JiraFactBatch> {
  const wanted = ids.slice(0, BULK_HISTORIES)
  const { fieldIds } = place
  const fields = ['status', ...(fieldIds.sprint === null ? [] : [fieldIds.sprint]), ...fieldIds.estimates].slice(0, 10)
  const histories = await reads.histories(wanted, fields)
  const changes = [...histories].flatMap(([id, entries]) => toChangeFacts(id, entries, fieldIds, place.fieldNames))
  return { lists: { changes }, historiesOf: wanted }
}

/**
 * Asks about at most `BULK_ISSUES` stored issues that a whole scan did not meet. Found in the project: it only no longer bears on
 * the window. Found elsewhere: it moved. Not found: deleted or hidden, of which Jira says the same, so it is out of sight.
 */
export async function readUnseen(reads: JiraReads, place: ImportPlace, ids: readonly string[]): Promise<JiraFactBatch> {
  const wanted = ids.slice(0, BULK_ISSUES)
  const facts = (await reads.byId(wanted, fieldsOf(place))).map((issue) => toIssueFact(issue, place.fieldIds, place.projectId))
  const found = new Set(facts.map(({ id }) => id))
  return {
    lists: { issues: facts.filter(({ projectId }) => projectId === place.projectId) },
    movedAway: facts.filter(({ projectId }) => projectId !== place.projectId).map(({ id }) => id),
    outOfSight: wanted.filter((id) => !found.has(id)),
  }
}
