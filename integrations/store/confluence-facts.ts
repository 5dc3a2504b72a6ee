// Facts of Confluence spaces by page: applying a batch again changes nothing. A page, its labels and what is in its words are
// read at different times and stored apart, so that one never undoes another. Pages that are gone are forgotten: no figure is
// about the past.
import type { ConfluenceContentFact, ConfluenceFacts, ConfluenceLabelFact, ConfluencePageFact } from '../foe/confluence/confluence-facts.ts'
import { upsertRows } from './bulk.ts'
import type { Db } from './db.ts'
import { reviveInstants } from './fact-tables.ts'
import { changeRows, queryRows } from './sql.ts'

/** A space as one connection sees it. */
export interface ConfluenceScope {
  readonly connectionId: string
  readonly spaceKey: string
}

/** Facts that were learned together. */
export interface ConfluenceFactBatch {
  readonly pages?: readonly ConfluencePageFact[]
  readonly labels?: readonly ConfluenceLabelFact[]
  readonly contents?: readonly ConfluenceContentFact[]
}

type Kind = 'page' | 'labels' | 'content' | 'scan'

const columns = {
  connectionId: 'text',
  scope: 'text',
  kind: 'text',
  factId: 'text',
  at: 'instant',
  data: 'json',
  collectedAt: 'instant',
} as const
const TABLE = { table: 'facts_confluence', columns, key: ['connectionId', 'scope', 'kind', 'factId'] } as const
/** How many facts are read as one JSON text. */
const FACTS_PER_TEXT = 5_000

/** Applies what was learned about a space. Belongs into the transaction that moves the cursor. */
export async function applyConfluenceFacts(db: Db, scope: ConfluenceScope, batch: ConfluenceFactBatch, at: Date): Promise<void> {
  const { pages = [], labels = [], contents = [] } = batch
  const row = (kind: Kind, factId: string, data: object, version?: Date) => ({
    connectionId: scope.connectionId,
    scope: scope.spaceKey,
    kind,
    factId,
    at: version,
    data,
    collectedAt: at,
  })
  // Search lags: it may find a page as it was before the version that is stored.
  const newer = { ...TABLE, when: '"facts_confluence"."at" IS NULL OR excluded."at" >= "facts_confluence"."at"' }
  if (pages.length > 0)
    await upsertRows(
      db,
      newer,
      pages.map((page) => row('page', page.id, page, page.modifiedAt)),
    )
  const others = [...labels.map((fact) => row('labels', fact.pageId, fact)), ...contents.map((fact) => row('content', fact.pageId, fact))]
  if (others.length > 0) await upsertRows(db, TABLE, others)
}

/** Forgets what a complete reading since then has not met. */
async function forgetUnseen(db: Db, { connectionId, spaceKey }: ConfluenceScope, kinds: readonly Kind[], since: Date): Promise<void> {
  await db.prisma.factConfluence.deleteMany({
    where: { connectionId, scope: spaceKey, kind: { in: [...kinds] }, collectedAt: { lt: since } },
  })
}

/** Ends a complete list of the space's pages that began at `since`: pages it has not met are gone, and the space counts as read. */
export async function endPageScan(db: Db, scope: ConfluenceScope, since: Date, at: Date): Promise<void> {
  await forgetUnseen(db, scope, ['page'], since)
  const { connectionId, spaceKey } = scope
  await changeRows(
    db,
    `DELETE FROM "facts_confluence" WHERE "connectionId" = $1 AND "scope" = $2 AND "kind" IN ('labels', 'content') AND "factId" NOT IN
      (SELECT "factId" FROM "facts_confluence" WHERE "connectionId" = $1 AND "scope" = $2 AND "kind" = 'page')`,
    [connectionId, spaceKey],
  )
  const row = { connectionId, scope: spaceKey, kind: 'scan', factId: spaceKey, at: since, data: {}, collectedAt: at }
  await upsertRows(db, TABLE, [row])
}

/** Ends a complete reading of labels that began at `since`: pages it has not met have none of them. */
export const endLabelScan = (db: Db, scope: ConfluenceScope, since: Date): Promise<void> => forgetUnseen(db, scope, ['labels'], since)

/** When the last complete list of the space began; undefined when there was none. */
export async function lastPageScan(db: Db, { connectionId, spaceKey }: ConfluenceScope): Promise<Date | undefined> {
  const row = await db.prisma.factConfluence.findFirst({ where: { connectionId, scope: spaceKey, kind: 'scan' } })
  return row?.at ?? undefined
}

async function readKind<Fact>(
  db: Db,
  { connectionId, spaceKey }: ConfluenceScope,
  kind: Kind,
  instants: readonly string[],
): Promise<Fact[]> {
  const gathered =
    db.dialect === 'sqlite' ? `json_group_array(json("data") ORDER BY "factId")` : `jsonb_agg("data" ORDER BY "factId")::text`
  const facts: Fact[] = []
  for (let offset = 0; ; offset += FACTS_PER_TEXT) {
    const page = `SELECT "factId", "data" FROM "facts_confluence" WHERE "connectionId" = $1 AND "scope" = $2 AND "kind" = $3
      ORDER BY "factId" LIMIT ${FACTS_PER_TEXT} OFFSET ${offset}`
    const [row] = await queryRows<{ facts: string | null }>(db, `SELECT ${gathered} AS "facts" FROM (${page}) AS page`, [
      connectionId,
      spaceKey,
      kind,
    ])
    const part = JSON.parse(row?.facts ?? '[]') as (Fact & Record<string, unknown>)[]
    for (const fact of part) {
      reviveInstants(fact, instants)
      facts.push(fact)
    }
    if (part.length < FACTS_PER_TEXT) return facts
  }
}

/** Everything stored about a space; what was collected once stays collected, whatever later readings were refused. */
export async function readConfluenceFacts(db: Db, scope: ConfluenceScope): Promise<ConfluenceFacts> {
  if (!(await lastPageScan(db, scope))) return { pages: { state: 'absent', reason: 'not-collected' }, labels: [], contents: [] }
  return {
    pages: { state: 'present', items: await readKind<ConfluencePageFact>(db, scope, 'page', ['modifiedAt']) },
    labels: await readKind<ConfluenceLabelFact>(db, scope, 'labels', []),
    contents: await readKind<ConfluenceContentFact>(db, scope, 'content', []),
  }
}

/** Forgets everything about a space. */
export async function deleteConfluenceFacts(db: Db, { connectionId, spaceKey }: ConfluenceScope): Promise<void> {
  await db.prisma.factConfluence.deleteMany({ where: { connectionId, scope: spaceKey } })
}
