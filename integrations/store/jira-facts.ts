// Facts of Jira projects by Jira's ids: applying a batch again changes nothing, and any window can be asked for. An issue that
// moved is marked in the project it left; one out of sight stays, because histories of sprints need it.
import type { AbsenceReason, Collected } from '../foe/collected.ts'
import type { JiraFactBatch, JiraFactLists } from '../foe/jira/jira-fact-batch.ts'
import type { JiraFactKind, JiraFacts, JiraIssueFact } from '../foe/jira/jira-facts.ts'
import { type BulkTable, upsertRows } from './bulk.ts'
import type { Db } from './db.ts'
import { reviveInstants } from './fact-tables.ts'
import { changeRows, queryRows } from './sql.ts'

/** A project as one connection sees it: project ids of two sites may be the same number. */
export interface JiraScope {
  readonly connectionId: string
  /** Jira's id of the project: its key may change. */
  readonly projectId: string
}

interface JiraFactTable<Fact> {
  readonly table: string
  readonly idOf: (fact: Fact) => string
  readonly scopeOf: (fact: Fact, projectId: string) => string
  readonly atOf: (fact: Fact) => Date | null
  readonly instants: readonly string[]
}

const idOf = ({ id }: { readonly id: string }): string => id
const ofProject = (_: unknown, projectId: string): string => projectId

const TABLES: { readonly [Kind in JiraFactKind]: JiraFactTable<JiraFactLists[Kind]> } = {
  issues: {
    table: 'facts_jira_issues',
    idOf,
    scopeOf: ofProject,
    atOf: ({ updatedAt }) => updatedAt,
    instants: ['createdAt', 'updatedAt', 'resolvedAt'],
  },
  changes: { table: 'facts_jira_changes', idOf, scopeOf: ({ issueId }) => issueId, atOf: ({ at }) => at, instants: ['at'] },
  statuses: { table: 'facts_jira_statuses', idOf, scopeOf: () => '', atOf: () => null, instants: [] },
  sprints: { table: 'facts_jira_sprints', idOf, scopeOf: ofProject, atOf: () => null, instants: ['startAt', 'endAt', 'completeAt'] },
  boards: { table: 'facts_jira_boards', idOf, scopeOf: ofProject, atOf: () => null, instants: [] },
  versions: { table: 'facts_jira_versions', idOf, scopeOf: ofProject, atOf: () => null, instants: ['releasedOn'] },
}
const KINDS = Object.keys(TABLES) as readonly JiraFactKind[]

const columns = {
  connectionId: 'text',
  scope: 'text',
  factId: 'text',
  at: 'instant',
  data: 'json',
  goneAt: 'instant',
  collectedAt: 'instant',
} as const

/** How many facts are read as one JSON text. */
const FACTS_PER_TEXT = 5_000
const IDS_PER_STATEMENT = 500

function bulkTable(table: string): BulkTable<keyof typeof columns> {
  // Jira's search lags: a page may hold an issue as it was before the version that is stored.
  const when = table === TABLES.issues.table ? { when: `"${table}"."at" IS NULL OR excluded."at" >= "${table}"."at"` } : {}
  return { table, columns, key: ['connectionId', 'scope', 'factId'], ...when }
}

/** Runs a statement for ids in parts; `$1…` are the fixed values, `IDS` the place of the ids. */
async function changeByIds(db: Db, statement: string, fixed: readonly unknown[], ids: readonly string[]): Promise<void> {
  for (let from = 0; from < ids.length; from += IDS_PER_STATEMENT) {
    const part = ids.slice(from, from + IDS_PER_STATEMENT)
    const places = part.map((_, index) => `$${fixed.length + index + 1}`).join(', ')
    await changeRows(db, statement.replace('IDS', places), [...fixed, ...part])
  }
}

async function writeFacts<Fact>(db: Db, scope: JiraScope, table: JiraFactTable<Fact>, facts: readonly Fact[], at: Date): Promise<void> {
  const rows = facts.map((fact) => ({
    connectionId: scope.connectionId,
    scope: table.scopeOf(fact, scope.projectId),
    factId: table.idOf(fact),
    at: table.atOf(fact),
    data: fact,
    goneAt: undefined,
    collectedAt: at,
  }))
  await upsertRows(db, bulkTable(table.table), rows)
}

/** Marks what was not written at `at` as gone: the batch held everything there is. */
const markOthersGone = (db: Db, { connectionId, projectId }: JiraScope, table: string, ids: readonly string[], at: Date) => {
  const others = ids.length === 0 ? '' : ` AND "factId" NOT IN (${ids.map((_, index) => `$${index + 4}`).join(', ')})`
  return changeRows(db, `UPDATE "${table}" SET "goneAt" = $1 WHERE "connectionId" = $2 AND "scope" = $3 AND "goneAt" IS NULL${others}`, [
    at,
    connectionId,
    projectId,
    ...ids,
  ])
}

async function markIssues(db: Db, { connectionId, projectId }: JiraScope, batch: JiraFactBatch, at: Date): Promise<void> {
  const { movedAway = [], deleted = [], outOfSight = [], historiesOf = [] } = batch
  const mine = '"connectionId" = $1 AND "scope" = $2 AND "factId" IN (IDS)'
  const fixed = [connectionId, projectId]
  await changeByIds(
    db,
    `UPDATE "facts_jira_issues" SET "goneAt" = $3 WHERE ${mine} AND "goneAt" IS NULL`,
    [...fixed, at],
    [...movedAway, ...deleted],
  )
  const marked = db.dialect === 'sqlite' ? `json_set("data", '$.outOfSight', json('true'))` : `jsonb_set("data", '{outOfSight}', 'true')`
  await changeByIds(db, `UPDATE "facts_jira_issues" SET "data" = ${marked} WHERE ${mine}`, fixed, outOfSight)
  await changeByIds(db, `UPDATE "facts_jira_issues" SET "historyAt" = "at" WHERE ${mine}`, fixed, historiesOf)
}

const collectionColumns = {
  connectionId: 'text',
  scope: 'text',
  kind: 'text',
  state: 'text',
  reason: 'text',
  collectedAt: 'instant',
  updatedAt: 'instant',
} as const

async function noteKinds(db: Db, scope: JiraScope, { lists = {}, absent = {} }: JiraFactBatch, at: Date): Promise<void> {
  const table = { table: 'jira_collections', columns: collectionColumns, key: ['connectionId', 'scope', 'kind'] } as const
  const row = (kind: string) => ({ connectionId: scope.connectionId, scope: scope.projectId, kind, updatedAt: at })
  const present = Object.keys(lists).map((kind) => ({ ...row(kind), state: 'present', reason: undefined, collectedAt: at }))
  const refused = Object.entries(absent).map(([kind, reason]) => ({ ...row(kind), state: 'absent', reason, collectedAt: undefined }))
  if (present.length > 0) await upsertRows(db, table, present)
  if (refused.length > 0) await upsertRows(db, { ...table, keep: ['collectedAt'] }, refused)
}

/** Applies what was learned about a project. Belongs into the transaction that moves the cursor. */
export async function applyJiraFacts(db: Db, scope: JiraScope, batch: JiraFactBatch, at: Date): Promise<void> {
  const { lists = {}, whole = [] } = batch
  for (const kind of KINDS) {
    const table = TABLES[kind] as JiraFactTable<unknown>
    const facts: readonly unknown[] = lists[kind] ?? []
    if (facts.length > 0) await writeFacts(db, scope, table, facts, at)
    if ((whole as readonly string[]).includes(kind)) await markOthersGone(db, scope, table.table, facts.map(table.idOf), at)
  }
  await markIssues(db, scope, batch, at)
  await noteKinds(db, scope, batch, at)
}

async function readList<Fact>(db: Db, table: JiraFactTable<Fact>, condition: string, values: readonly unknown[]): Promise<Fact[]> {
  const key = '"scope", "factId"'
  const gathered = db.dialect === 'sqlite' ? `json_group_array(json("data") ORDER BY ${key})` : `jsonb_agg("data" ORDER BY ${key})::text`
  const facts: Fact[] = []
  for (let offset = 0; ; offset += FACTS_PER_TEXT) {
    const page = `SELECT ${key}, "data" FROM "${table.table}" WHERE ${condition} ORDER BY ${key} LIMIT ${FACTS_PER_TEXT} OFFSET ${offset}`
    const [row] = await queryRows<{ facts: string | null }>(db, `SELECT ${gathered} AS "facts" FROM (${page}) AS page`, values)
    const part = JSON.parse(row?.facts ?? '[]') as (Fact & Record<string, unknown>)[]
    for (const fact of part) {
      reviveInstants(fact, table.instants)
      facts.push(fact)
    }
    if (part.length < FACTS_PER_TEXT) return facts
  }
}

const CONDITIONS: Readonly<Record<JiraFactKind, string>> = {
  issues: '"connectionId" = $1 AND "scope" = $2 AND "goneAt" IS NULL',
  changes:
    '"connectionId" = $1 AND "scope" IN (SELECT "factId" FROM "facts_jira_issues" WHERE "connectionId" = $1 AND "scope" = $2 AND "goneAt" IS NULL)',
  statuses: '"connectionId" = $1 AND "scope" = \'\'',
  sprints: '"connectionId" = $1 AND "scope" = $2 AND "goneAt" IS NULL',
  boards: '"connectionId" = $1 AND "scope" = $2 AND "goneAt" IS NULL',
  versions: '"connectionId" = $1 AND "scope" = $2 AND "goneAt" IS NULL',
}

const valuesOf = (kind: JiraFactKind, { connectionId, projectId }: JiraScope) =>
  kind === 'statuses' ? [connectionId] : [connectionId, projectId]

/** Everything stored about a project: what was collected once stays collected, whatever later readings were refused. */
export async function readJiraFacts(db: Db, { connectionId, projectId }: JiraScope): Promise<JiraFacts> {
  const rows = await db.prisma.jiraCollection.findMany({ where: { connectionId, scope: projectId } })
  const collections = new Map(rows.map((row) => [row.kind, row]))
  const lists: [JiraFactKind, Collected<unknown>][] = []
  for (const kind of KINDS) {
    const collection = collections.get(kind)
    if (!collection?.collectedAt) {
      lists.push([kind, { state: 'absent', reason: (collection?.reason as AbsenceReason | undefined) ?? 'not-collected' }])
      continue
    }
    const values = valuesOf(kind, { connectionId, projectId })
    lists.push([kind, { state: 'present', items: await readList(db, TABLES[kind] as JiraFactTable<unknown>, CONDITIONS[kind], values) }])
  }
  return Object.fromEntries(lists) as unknown as JiraFacts
}

/** Ids of issues whose history is older than they are, oldest issues first. */
export async function listStaleHistories(db: Db, { connectionId, projectId }: JiraScope, limit: number): Promise<readonly string[]> {
  const rows = await queryRows<{ factId: string }>(
    db,
    `SELECT "factId" FROM "facts_jira_issues" WHERE "connectionId" = $1 AND "scope" = $2 AND "goneAt" IS NULL
      AND ("historyAt" IS NULL OR "historyAt" < "at") ORDER BY "at", "factId" LIMIT $3`,
    [connectionId, projectId, limit],
  )
  return rows.map(({ factId }) => factId)
}

/** Takes issues out of every project and selection they were read into: Jira said that they were deleted. Returns how many rows. */
export async function forgetDeletedIssues(db: Db, connectionId: string, ids: readonly string[], at: Date): Promise<number> {
  const { count } = await db.prisma.factJiraIssue.updateMany({
    where: { connectionId, factId: { in: [...ids] }, goneAt: null },
    data: { goneAt: at },
  })
  return count
}

/** Lets every history be read again: another field plays a part in them now. */
export async function forgetHistories(db: Db, { connectionId, projectId }: JiraScope): Promise<void> {
  await changeRows(db, `UPDATE "facts_jira_issues" SET "historyAt" = NULL WHERE "connectionId" = $1 AND "scope" = $2`, [
    connectionId,
    projectId,
  ])
}

/** Stored issues in sight that no reading has met since then: whether they moved or are gone, only Jira can say. */
export async function listUnseenIssues(db: Db, { connectionId, projectId }: JiraScope, since: Date): Promise<readonly JiraIssueFact[]> {
  const condition = `${CONDITIONS.issues} AND "collectedAt" < $3`
  return (await readList(db, TABLES.issues, condition, [connectionId, projectId, since])).filter(({ outOfSight }) => !outOfSight)
}

/** Ids of statuses that histories of the project name and that were never listed; issues show their own statuses themselves. */
export async function listUnknownStatuses(db: Db, { connectionId, projectId }: JiraScope): Promise<readonly string[]> {
  const scope = { connectionId, projectId }
  const [issues, changes, statuses] = [
    await readList(db, TABLES.issues, CONDITIONS.issues, valuesOf('issues', scope)),
    await readList(db, TABLES.changes, CONDITIONS.changes, valuesOf('changes', scope)),
    await readList(db, TABLES.statuses, CONDITIONS.statuses, valuesOf('statuses', scope)),
  ]
  const known = new Set([...statuses.map(({ id }) => id), ...issues.map(({ statusId }) => statusId)])
  const named = changes.flatMap(({ kind, from, to }) => (kind === 'status' ? [from, to] : []))
  return [...new Set(named.flatMap((id) => (id === null || known.has(id) ? [] : [id])))].sort()
}

/** Forgets everything about a project. */
export async function deleteJiraFacts(db: Db, { connectionId, projectId }: JiraScope): Promise<void> {
  await changeRows(
    db,
    `DELETE FROM "facts_jira_changes" WHERE "connectionId" = $1 AND "scope" IN
      (SELECT "factId" FROM "facts_jira_issues" WHERE "connectionId" = $1 AND "scope" = $2)`,
    [connectionId, projectId],
  )
  for (const kind of ['issues', 'sprints', 'boards', 'versions'] as const)
    await changeRows(db, `DELETE FROM "${TABLES[kind].table}" WHERE "connectionId" = $1 AND "scope" = $2`, [connectionId, projectId])
  await db.prisma.jiraCollection.deleteMany({ where: { connectionId, scope: projectId } })
}
