// Facts as they were read, by the provider's id: applying a batch again changes nothing, and any window can be asked for. Rows
// are written many to a statement and read many to a JSON text, which costs little more than the JSON itself.
import type { Collected } from '../foe/collected.ts'
import type { FactBatch } from '../foe/facts/fact-batch.ts'
import type { FactKind, FactLists, FactSnapshots, ListKind, SnapshotKind } from '../foe/facts/fact-kinds.ts'
import type { GithubFacts } from '../foe/facts/github-facts.ts'
import { type BulkTable, upsertRows } from './bulk.ts'
import { type Collection, listCollections, markAbsent, markPresent } from './collections.ts'
import type { Db } from './db.ts'
import { FACT_TABLES, type FactTable, LIST_KINDS, reviveInstants } from './fact-tables.ts'
import { changeRows, queryRows } from './sql.ts'

/** Kinds of which each branch has its own; of everything else a repository has one. */
const BRANCH_KINDS: ReadonlySet<FactKind> = new Set(['classicProtection', 'branchRules'])
/** How many facts are read as one JSON text: bounds the size of the text, not the number of facts. */
const FACTS_PER_TEXT = 5_000
const IDS_PER_STATEMENT = 500

const columns = {
  repositoryId: 'bigint',
  factId: 'text',
  at: 'instant',
  until: 'instant',
  version: 'instant',
  data: 'json',
  goneAt: 'instant',
  collectedAt: 'instant',
} as const

function bulkTable<Fact>({ table, attemptOf, versionOf }: FactTable<Fact>): BulkTable<string> {
  const isNewer = `excluded."version" >= "${table}"."version"`
  return {
    table,
    columns: attemptOf ? { ...columns, attempt: 'int' } : columns,
    key: attemptOf ? ['repositoryId', 'factId', 'attempt'] : ['repositoryId', 'factId'],
    ...(versionOf ? { when: `"${table}"."version" IS NULL OR ${isNewer}` } : {}),
  }
}

async function writeFacts<Fact>(db: Db, repositoryId: number, table: FactTable<Fact>, facts: readonly Fact[], at: Date): Promise<void> {
  const rows = facts.map((fact) => ({
    repositoryId,
    factId: table.idOf(fact),
    at: table.atOf(fact),
    until: table.untilOf?.(fact),
    version: table.versionOf?.(fact),
    data: fact,
    goneAt: undefined,
    collectedAt: at,
    ...(table.attemptOf ? { attempt: table.attemptOf(fact) } : {}),
  }))
  await upsertRows(db, bulkTable(table), rows)
}

async function markGone(db: Db, repositoryId: number, { table }: FactTable<never>, ids: readonly string[], at: Date): Promise<void> {
  for (let from = 0; from < ids.length; from += IDS_PER_STATEMENT) {
    const part = ids.slice(from, from + IDS_PER_STATEMENT)
    const places = part.map((_, index) => `$${index + 3}`).join(', ')
    await changeRows(db, `UPDATE "${table}" SET "goneAt" = $1 WHERE "repositoryId" = $2 AND "goneAt" IS NULL AND "factId" IN (${places})`, [
      at,
      repositoryId,
      ...part,
    ])
  }
}

/** Marks what is stored and not among the ids, which are those of one page. */
async function markOthersGone(db: Db, repositoryId: number, { table }: FactTable<never>, ids: readonly string[], at: Date): Promise<void> {
  const others = ids.length > 0 ? ` AND "factId" NOT IN (${ids.map((_, index) => `$${index + 3}`).join(', ')})` : ''
  await changeRows(db, `UPDATE "${table}" SET "goneAt" = $1 WHERE "repositoryId" = $2 AND "goneAt" IS NULL${others}`, [
    at,
    repositoryId,
    ...ids,
  ])
}

/** Under which branch a kind is kept: empty for kinds that have nothing to do with branches. */
export const branchOfKind = (kind: FactKind, branch: string) => (BRANCH_KINDS.has(kind) ? branch : '')

/**
 * Applies what was learned about a repository: facts and snapshots replace what is stored under the same key, unless that is a
 * newer version; what is gone is marked and kept; a kind that could not be read is noted with the reason, and what was read of
 * it before stays. Belongs into the transaction that moves the cursor.
 * @param branch the branch that protection and rules in the batch are of; empty for the default branch
 */
export async function applyFacts(db: Db, repositoryId: number, batch: FactBatch, at: Date, branch = ''): Promise<void> {
  const { lists = {}, gone = {}, whole = [], snapshots = {}, absent = {} } = batch
  for (const kind of LIST_KINDS) {
    const table = FACT_TABLES[kind] as FactTable<unknown>
    const facts: readonly unknown[] = lists[kind] ?? []
    if (facts.length > 0) await writeFacts(db, repositoryId, table, facts, at)
    const ids = gone[kind] ?? []
    if (ids.length > 0) await markGone(db, repositoryId, table as FactTable<never>, ids, at)
    if (whole.includes(kind)) await markOthersGone(db, repositoryId, table as FactTable<never>, facts.map(table.idOf), at)
  }
  const values = Object.entries(snapshots).filter(([, value]) => value !== undefined) as [SnapshotKind, unknown][]
  const rows = values.map(([kind, value]) => ({
    repositoryId,
    kind,
    branch: branchOfKind(kind, branch),
    data: { value },
    collectedAt: at,
  }))
  const snapshotColumns = { repositoryId: 'bigint', kind: 'text', branch: 'text', data: 'json', collectedAt: 'instant' } as const
  if (rows.length > 0)
    await upsertRows(db, { table: 'fact_snapshots', columns: snapshotColumns, key: ['repositoryId', 'kind', 'branch'] }, rows)
  const seen = [...Object.keys(lists), ...values.map(([kind]) => kind)] as FactKind[]
  await markPresent(
    db,
    repositoryId,
    seen.map((kind) => ({ kind, branch: branchOfKind(kind, branch) })),
    { at },
  )
  const refused = Object.entries(absent).map(([kind, reason]) => ({
    kind: kind as FactKind,
    branch: branchOfKind(kind as FactKind, branch),
    reason,
  }))
  await markAbsent(db, repositoryId, refused, at)
}

export interface FactsRequest {
  /** Leaves out what had stopped to matter before. */
  readonly from?: Date
  /** Leaves out what began then or later: the facts as far as that window can know them. */
  readonly to?: Date
  /** Only these kinds; the others are answered as not collected. */
  readonly kinds?: readonly FactKind[]
  /** Whose protection and rules; the default branch's when left out. */
  readonly branch?: string
}

async function readList<Fact>(db: Db, repositoryId: number, table: FactTable<Fact>, { from, to }: FactsRequest): Promise<Fact[]> {
  const key = table.attemptOf ? '"factId", "attempt"' : '"factId"'
  const fixed: unknown[] = [repositoryId]
  const bind = (value: unknown) => `$${fixed.push(value)}`
  const conditions = [
    '"repositoryId" = $1',
    '"goneAt" IS NULL',
    ...(to ? [`("at" IS NULL OR "at" < ${bind(to)})`] : []),
    ...(from && table.untilOf ? [`("until" IS NULL OR "until" >= ${bind(from)})`] : []),
  ]
  const gathered = db.dialect === 'sqlite' ? `json_group_array(json("data") ORDER BY ${key})` : `jsonb_agg("data" ORDER BY ${key})::text`
  const facts: Fact[] = []
  for (let after: readonly unknown[] = []; ; ) {
    const values = [...fixed, ...after]
    const beyond = after.length > 0 ? ` AND (${key}) > (${after.map((_, index) => `$${fixed.length + index + 1}`).join(', ')})` : ''
    const page = `SELECT ${key}, "data" FROM "${table.table}" WHERE ${conditions.join(' AND ')}${beyond} ORDER BY ${key} LIMIT ${FACTS_PER_TEXT}`
    const [row] = await queryRows<{ facts: string | null }>(db, `SELECT ${gathered} AS "facts" FROM (${page}) AS page`, values)
    const part = JSON.parse(row?.facts ?? '[]') as (Fact & Record<string, unknown>)[]
    for (const fact of part) {
      reviveInstants(fact, table.instants)
      facts.push(fact)
    }
    const last = part.at(-1)
    if (part.length < FACTS_PER_TEXT || last === undefined) return facts
    after = [table.idOf(last), ...(table.attemptOf ? [table.attemptOf(last)] : [])]
  }
}

type Snapshots = { readonly [Kind in SnapshotKind]?: FactSnapshots[Kind] }

async function readSnapshots(db: Db, repositoryId: number, branch: string): Promise<Snapshots> {
  const rows = await db.prisma.factSnapshot.findMany({ where: { repositoryId: BigInt(repositoryId), branch: { in: ['', branch] } } })
  const fitting = rows.filter((row) => row.branch === branchOfKind(row.kind as FactKind, branch))
  return Object.fromEntries(fitting.map(({ kind, data }) => [kind, (data as { readonly value?: unknown } | null)?.value ?? null]))
}

/** Everything stored about a repository, kind by kind: what was collected once stays collected, whatever later readings were refused. */
export async function readFacts(db: Db, repositoryId: number, request: FactsRequest = {}): Promise<GithubFacts> {
  const { branch = '', kinds } = request
  const collections = new Map(
    (await listCollections(db, repositoryId))
      .filter((one) => one.branch === branchOfKind(one.kind, branch))
      .map((one): [FactKind, Collection] => [one.kind, one]),
  )
  const absenceOf = (kind: FactKind) => {
    const collection = kinds && !kinds.includes(kind) ? undefined : collections.get(kind)
    return collection?.collectedAt ? undefined : ({ state: 'absent', reason: collection?.reason ?? 'not-collected' } as const)
  }
  const lists: [ListKind, Collected<unknown>][] = []
  for (const kind of LIST_KINDS) {
    const absence = absenceOf(kind)
    const items = absence ? [] : await readList(db, repositoryId, FACT_TABLES[kind] as FactTable<unknown>, request)
    lists.push([kind, absence ?? { state: 'present', items }])
  }
  const snapshots = await readSnapshots(db, repositoryId, branch)
  const one = <Kind extends SnapshotKind>(kind: Kind, none: FactSnapshots[Kind]) => snapshots[kind] ?? none
  const facts: Omit<GithubFacts, keyof FactLists> = {
    pullRequestTemplate: absenceOf('pullRequestTemplate') ? null : one('pullRequestTemplate', null),
    paths: absenceOf('paths') ?? { state: 'present', items: one('paths', []) },
    classicProtection: absenceOf('classicProtection') ?? { state: 'present', item: one('classicProtection', null) },
    branchRules: absenceOf('branchRules') ?? { state: 'present', items: one('branchRules', []) },
    mergeSettings: absenceOf('mergeSettings') ?? { state: 'present', item: one('mergeSettings', null) },
  }
  return { ...(Object.fromEntries(lists) as unknown as Pick<GithubFacts, ListKind>), ...facts }
}

/** Forgets the facts of a repository, as when it was deleted for good and its owner wants nothing kept. */
export async function deleteFacts(db: Db, repositoryId: number): Promise<void> {
  for (const { table } of Object.values(FACT_TABLES))
    await changeRows(db, `DELETE FROM "${table}" WHERE "repositoryId" = $1`, [repositoryId])
  await db.prisma.factSnapshot.deleteMany({ where: { repositoryId: BigInt(repositoryId) } })
  await db.prisma.collection.deleteMany({ where: { repositoryId: BigInt(repositoryId) } })
}
