// New numbers for artifacts. A number that was ever given is not given again: people and other tools may still mean the first one
// by it, also after its file is gone.

const numberIn = (id: string, prefix: string): number => {
  const digits = id.startsWith(`${prefix}-`) ? id.slice(prefix.length + 1) : ''
  return /^\d+$/.test(digits) ? Number(digits) : 0
}

/** The greatest number among ids of a prefix (`ROAD`); 0 without any. Other ids do not count. */
export const lastNumber = (ids: Iterable<string>, prefix: string): number => {
  let last = 0
  for (const id of ids) last = Math.max(last, numberIn(id, prefix))
  return last
}

/** `ROAD-007`: at least three digits, as Katalyst writes them. */
export const toId = (prefix: string, number: number): string => `${prefix}-${String(number).padStart(3, '0')}`

export interface Numbering {
  /** The next free id. */
  take(): string
  /** The last number that was given. */
  readonly last: number
}

/** Gives ids above every one that was ever given. Pure but for its own counter. */
export function makeNumbering(prefix: string, given: Iterable<string>, counter = 0): Numbering {
  let last = Math.max(counter, lastNumber(given, prefix))
  return {
    take() {
      last += 1
      return toId(prefix, last)
    },
    get last() {
      return last
    },
  }
}
