// The job that handles one stored delivery: enqueued when it arrives, and again when somebody replays it.
import { enqueueJob } from '../integrations/engine/jobs.ts'
import type { Db } from '../integrations/store/db.ts'

/** Its payload is `{ delivery: <row id> }`. */
export const DELIVERY_JOB = 'delivery.handle'

/** GitHub drops larger payloads itself; nobody sends them honestly. */
export const DELIVERY_LIMIT_BYTES = 25 * 1024 * 1024

/** Puts the handling of a delivery into the queue, in the transaction that stored or opened it. */
export function enqueueDelivery(db: Db, id: number, priority: 'interactive' | 'webhook', at: Date): Promise<void> {
  const dedupeKey = `delivery:${id}`
  return enqueueJob(db, { kind: DELIVERY_JOB, version: 1, payload: { delivery: id }, priority, dedupeKey }, at)
}
