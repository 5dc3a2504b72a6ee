// What runs by the clock. A tick is taken by moving `nextAt` with a compare-and-set: whoever moved it makes the job.
import type { Schedule as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'
import type { Json } from './json.ts'

export interface Schedule {
  readonly name: string
  /** The kind of job a tick makes. */
  readonly kind: string
  readonly payload: Json
  readonly everyMs: number
  readonly nextAt: Date
  readonly lastAt: Date | undefined
  readonly enabled: boolean
}

const toSchedule = (row: Row): Schedule => ({ ...row, payload: row.payload as Json, lastAt: row.lastAt ?? undefined })

/** Makes or changes a schedule; the next tick of an existing one stays unless its interval changed. */
export async function saveSchedule(db: Db, schedule: Omit<Schedule, 'lastAt' | 'enabled'> & { readonly enabled?: boolean }): Promise<void> {
  const { name, kind, everyMs, nextAt, enabled = true } = schedule
  const payload = schedule.payload ?? {}
  const known = await db.prisma.schedule.findUnique({ where: { name } })
  const moved = known && known.everyMs === everyMs ? {} : { nextAt }
  await db.prisma.schedule.upsert({
    where: { name },
    create: { name, kind, payload: payload as object, everyMs, nextAt, enabled },
    update: { kind, payload: payload as object, everyMs, enabled, ...moved },
  })
}

/** Those of the named schedules whose time has come, longest overdue first. */
export async function listDueSchedules(db: Db, names: readonly string[], now: Date): Promise<readonly Schedule[]> {
  const where = { name: { in: [...names] }, enabled: true, nextAt: { lte: now } }
  return (await db.prisma.schedule.findMany({ where, orderBy: { nextAt: 'asc' } })).map(toSchedule)
}

/** Takes the tick that stands at `tick`; false when another process took it. */
export async function takeTick(db: Db, name: string, tick: Date, next: { readonly nextAt: Date; readonly now: Date }): Promise<boolean> {
  return (
    (await db.prisma.schedule.updateMany({ where: { name, nextAt: tick, enabled: true }, data: { nextAt: next.nextAt, lastAt: next.now } }))
      .count === 1
  )
}

export async function listSchedules(db: Db): Promise<readonly Schedule[]> {
  return (await db.prisma.schedule.findMany({ orderBy: { name: 'asc' } })).map(toSchedule)
}
