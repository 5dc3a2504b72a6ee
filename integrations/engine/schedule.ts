// Turns the clock into jobs. Every process looks; a tick becomes a job in the process that moved the row, in one
// transaction with the job. Ticks that were missed while nothing ran become one job, not many. Instants are UTC and
// intervals are lengths, so daylight saving never repeats or skips one.
import type { Clock } from '../kernel/clock.ts'
import type { JsonObject } from '../store/json.ts'
import type { Store } from '../store/open-store.ts'
import { listDueSchedules, saveSchedule, takeTick } from '../store/schedules.ts'
import { enqueueJob } from './jobs.ts'
import type { Priority } from './provider.ts'

export interface ScheduleSpec {
  readonly name: string
  /** The kind of job a tick makes. */
  readonly kind: string
  readonly payload?: JsonObject
  readonly everyMs: number
}

/**
 * Stores these schedules; the next tick of an unchanged one stays where it is. Others are left alone: during an update two
 * versions run side by side, and the one that starts last must not take the other's away. Nobody ticks what nobody knows.
 */
export async function saveSchedules(store: Store, specs: readonly ScheduleSpec[], clock: Clock): Promise<void> {
  await store.transaction(async (db) => {
    const now = clock.now().getTime()
    for (const { name, kind, payload = {}, everyMs } of specs)
      await saveSchedule(db, { name, kind, payload, everyMs, nextAt: new Date(now + everyMs) })
  })
}

/** The first tick after `now` in the rhythm of the schedule. */
export function nextTick(tick: Date, everyMs: number, now: Date): Date {
  const missed = Math.max(0, Math.floor((now.getTime() - tick.getTime()) / everyMs))
  return new Date(tick.getTime() + (missed + 1) * everyMs)
}

/** Enqueues a job for each of these schedules that is due, once over all processes; returns how many this call enqueued. */
export async function runSchedules(
  store: Store,
  specs: readonly Pick<ScheduleSpec, 'name'>[],
  clock: Clock,
  priority: Priority = 'poll',
): Promise<number> {
  let enqueued = 0
  const names = specs.map(({ name }) => name)
  for (const schedule of await listDueSchedules(store.db, names, clock.now())) {
    const { name, kind, payload, nextAt, everyMs } = schedule
    const took = await store.transaction(async (db) => {
      const now = clock.now()
      if (!(await takeTick(db, name, nextAt, { nextAt: nextTick(nextAt, everyMs, now), now }))) return false
      // The dedupe key: while a tick's job still waits, the next tick adds nothing.
      await enqueueJob(db, { kind, payload, dedupeKey: `schedule:${name}`, priority }, now)
      return true
    })
    if (took) enqueued += 1
  }
  return enqueued
}
