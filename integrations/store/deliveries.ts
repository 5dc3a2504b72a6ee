// The inbox of webhooks: each accepted delivery once, with its exact payload, so that it can be handled again.
import type { Delivery as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'
import { toStorableText } from './json.ts'
import { PAGE_LIMIT, type Page, type PageRequest, parseCursor, toPage } from './page.ts'
import { changeRows, queryRows } from './sql.ts'

export const DELIVERY_STATUSES = ['received', 'handled', 'failed', 'ignored'] as const
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number]

export interface Delivery {
  readonly id: number
  readonly provider: string
  /** The provider's id, the same for every attempt to deliver. */
  readonly deliveryId: string
  readonly event: string
  readonly action: string | undefined
  /** The body as text. */
  readonly payload: string
  readonly status: DeliveryStatus
  /** Why it failed, in a sentence. */
  readonly error: string | undefined
  readonly receivedAt: Date
  readonly handledAt: Date | undefined
}

export type DeliverySummary = Omit<Delivery, 'payload'>

const toSummary = (row: Omit<Row, 'payload'>): DeliverySummary => ({
  ...row,
  action: row.action ?? undefined,
  status: row.status as DeliveryStatus,
  error: row.error ?? undefined,
  handledAt: row.handledAt ?? undefined,
})

const SUMMARY = {
  id: true,
  provider: true,
  deliveryId: true,
  event: true,
  action: true,
  status: true,
  error: true,
  receivedAt: true,
  handledAt: true,
} as const

export interface NewDelivery {
  readonly provider: string
  readonly deliveryId: string
  readonly event: string
  readonly action?: string | undefined
  readonly payload: string
  readonly receivedAt: Date
}

/**
 * Stores a delivery, or says which one it repeats and how far that came: a repeat of a failed one is a chance to handle
 * it again. The work for a new one belongs into the same transaction.
 */
export async function recordDelivery(
  db: Db,
  delivery: NewDelivery,
): Promise<{ readonly id: number; readonly duplicate: boolean; readonly status: DeliveryStatus }> {
  const { provider, deliveryId, event, action, payload, receivedAt } = delivery
  // One statement decides who was first; an insert that fails instead would end the transaction it stands in.
  const [inserted] = await queryRows<{ id: number | bigint }>(
    db,
    `INSERT INTO "deliveries" ("provider", "deliveryId", "event", "action", "payload", "status", "receivedAt") VALUES ($1, $2, $3, $4, $5, 'received', $6)
     ON CONFLICT ("provider", "deliveryId") DO NOTHING RETURNING "id"`,
    [provider, deliveryId, event, action ?? null, toStorableText(payload), receivedAt],
  )
  if (inserted) return { id: Number(inserted.id), duplicate: false, status: 'received' }
  const known = await db.prisma.delivery.findUniqueOrThrow({
    where: { provider_deliveryId: { provider, deliveryId } },
    select: { id: true, status: true },
  })
  return { id: known.id, duplicate: true, status: known.status as DeliveryStatus }
}

/** One delivery with its payload. */
export async function readDelivery(db: Db, id: number): Promise<Delivery | undefined> {
  const row = await db.prisma.delivery.findUnique({ where: { id } })
  return row ? { ...toSummary(row), payload: row.payload } : undefined
}

/** A page of deliveries without their payloads, newest first. */
export async function listDeliveries(
  db: Db,
  request: PageRequest & { readonly provider?: string; readonly status?: DeliveryStatus; readonly event?: string },
): Promise<Page<DeliverySummary>> {
  const { limit = PAGE_LIMIT, cursor, ...filter } = request
  const before = parseCursor(cursor)
  const where = { ...filter, ...(before === undefined ? {} : { id: { lt: before } }) }
  return toPage(await db.prisma.delivery.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1, select: SUMMARY }), limit, toSummary)
}

/** Records what became of a delivery; `received` opens it again for a replay. */
export async function markDelivery(
  db: Db,
  id: number,
  mark: { readonly status: DeliveryStatus; readonly error?: string; readonly at: Date },
): Promise<void> {
  const handledAt = mark.status === 'received' ? null : mark.at
  await db.prisma.delivery.updateMany({ where: { id }, data: { status: mark.status, error: mark.error ?? null, handledAt } })
}

/** Deletes deliveries that were handled, ignored or given up before, at most `limit` in one statement; returns how many. */
export async function pruneDeliveries(db: Db, before: Date, limit = 500): Promise<number> {
  const old = `SELECT "id" FROM "deliveries" WHERE "status" IN ('handled', 'ignored', 'failed') AND "receivedAt" < $1 LIMIT $2`
  return changeRows(db, `DELETE FROM "deliveries" WHERE "id" IN (${old})`, [before, limit])
}
