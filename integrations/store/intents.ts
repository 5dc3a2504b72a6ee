// The journal of creations. A row is committed before the request that creates leaves, so that whoever comes after a
// crash or an unclear answer knows that there may be an object without a link, and looks before creating again.
import type { Intent as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'
import { changeRows } from './sql.ts'

export const INTENT_STATES = ['creating', 'created', 'unknown', 'abandoned'] as const
/** `creating`: sent or about to be; `created`: linked; `unknown`: the answer was unclear; `abandoned`: certainly not created. */
export type IntentState = (typeof INTENT_STATES)[number]

export interface Intent {
  readonly id: number
  readonly connectionId: string
  /** Names the object to be, whatever its content: kind, scope and artifact. */
  readonly key: string
  /** Of the content that was to be created. */
  readonly hash: string
  readonly state: IntentState
  readonly remoteId: string | undefined
  /** How many creating requests were sent. */
  readonly attempts: number
  /** Before this instant a look-up cannot be conclusive. */
  readonly notBefore: Date | undefined
  readonly reason: string | undefined
  readonly createdAt: Date
  readonly updatedAt: Date
}

const toIntent = (row: Row): Intent => ({
  ...row,
  state: row.state as IntentState,
  remoteId: row.remoteId ?? undefined,
  notBefore: row.notBefore ?? undefined,
  reason: row.reason ?? undefined,
})

/**
 * Records that one creating request is about to be sent, and counts it. `expected` is what the caller saw: the state and
 * attempts of the intent, or undefined where there was none. Returns undefined when somebody else was faster, who then
 * does the creating.
 */
export async function openIntent(
  db: Db,
  intent: { readonly connectionId: string; readonly key: string; readonly hash: string; readonly at: Date },
  expected: Pick<Intent, 'state' | 'attempts'> | undefined,
): Promise<Intent | undefined> {
  const { connectionId, key, hash, at } = intent
  if (expected === undefined) {
    const statement = `INSERT INTO "intents" ("connectionId", "key", "hash", "state", "attempts", "createdAt", "updatedAt") VALUES ($1, $2, $3, 'creating', 1, $4, $4) ON CONFLICT ("connectionId", "key") DO NOTHING`
    if ((await changeRows(db, statement, [connectionId, key, hash, at])) === 0) return undefined
    return findIntent(db, connectionId, key)
  }
  const { count } = await db.prisma.intent.updateMany({
    where: { connectionId, key, attempts: expected.attempts, state: expected.state },
    data: { hash, state: 'creating', attempts: { increment: 1 }, notBefore: null, reason: null, updatedAt: at },
  })
  if (count === 0) return undefined
  return findIntent(db, connectionId, key)
}

/** Records how the creation ended. */
export async function settleIntent(
  db: Db,
  key: { readonly connectionId: string; readonly key: string },
  outcome: {
    readonly state: Exclude<IntentState, 'creating'>
    readonly remoteId?: string
    readonly notBefore?: Date
    readonly reason?: string
    readonly at: Date
  },
): Promise<void> {
  const { at, state, remoteId, notBefore, reason } = outcome
  await db.prisma.intent.updateMany({
    where: { connectionId: key.connectionId, key: key.key },
    data: { state, remoteId: remoteId ?? null, notBefore: notBefore ?? null, reason: reason ?? null, updatedAt: at },
  })
}

export async function findIntent(db: Db, connectionId: string, key: string): Promise<Intent | undefined> {
  const row = await db.prisma.intent.findUnique({ where: { connectionId_key: { connectionId, key } } })
  return row ? toIntent(row) : undefined
}

/** Intents whose end is not known, oldest first: what a person looks at when an export left something open. */
export async function listOpenIntents(db: Db, connectionId: string, limit = 100): Promise<readonly Intent[]> {
  const rows = await db.prisma.intent.findMany({
    where: { connectionId, state: { in: ['creating', 'unknown'] } },
    orderBy: { updatedAt: 'asc' },
    take: limit,
  })
  return rows.map(toIntent)
}
