// Calendar days of a time zone: a burndown has one point per day, and a day ends when it ends for the people who work in it.

export interface ZoneDay {
  /** `2026-01-31` in the zone. */
  readonly date: string
  /** The instant the next day begins. */
  readonly end: Date
}

/** Whether the runtime knows the zone. */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-CA', { timeZone: name }).format(0) !== ''
  } catch {
    // A RangeError is how the runtime says no.
    return false
  }
}

function makeClockOf(timeZone: string): (at: number) => number {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (at) => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)])) as Record<string, number>
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second)
  }
}

const DAY_MS = 86_400_000
/** No burndown of a real sprint is longer; one of a forgotten sprint would be. */
export const MOST_DAYS = 366

/** The days that have a part in `[from, to]`, in order; at most `MOST_DAYS`. An unknown zone counts as UTC. */
export function daysBetween(from: Date, to: Date, zone: string): readonly ZoneDay[] {
  const clockOf = makeClockOf(isTimeZone(zone) ? zone : 'UTC')
  // The zone's offset is looked up twice: the first guess may lie on the other side of a change of clocks.
  const instantOf = (wall: number) => {
    const guess = wall - (clockOf(wall) - wall)
    return guess - (clockOf(guess) - wall)
  }
  const days: ZoneDay[] = []
  const first = Math.floor(clockOf(from.getTime()) / DAY_MS) * DAY_MS
  for (let wall = first; days.length < MOST_DAYS; wall += DAY_MS) {
    const end = new Date(instantOf(wall + DAY_MS))
    days.push({ date: new Date(wall).toISOString().slice(0, 10), end })
    if (end.getTime() > to.getTime()) break
  }
  return days
}
