// How often one remote object may be written, paced here before the provider refuses: sliding windows, counted when a write
// is really sent. Not shared between processes: a serial key lets only one of them at a time write an object.

/** At most `most` writes within `ms`. */
export interface PaceWindow {
  readonly ms: number
  readonly most: number
}

export interface WritePace {
  /** From when on the object may be written; undefined: now. */
  freeAt(object: string, now: Date): Date | undefined
  count(object: string, now: Date): void
}

// Requests do not travel equally fast: two that left just outside a window may arrive within it.
const TRAVEL_MS = 150
const MANY_OBJECTS = 1_000

/** The pace of the objects of one connection. */
export function makeWritePace(windows: readonly PaceWindow[]): WritePace {
  const longestMs = Math.max(0, ...windows.map(({ ms }) => ms)) + TRAVEL_MS
  const writes = new Map<string, readonly number[]>()
  const recent = (object: string, now: number) => (writes.get(object) ?? []).filter((at) => now - at < longestMs)

  return Object.freeze({
    freeAt(object: string, now: Date) {
      const at = now.getTime()
      const sent = recent(object, at)
      const free = windows.flatMap(({ ms, most }) => {
        // The write that has to be out of the window before there is room for another.
        const oldest = sent[sent.length - most]
        return oldest === undefined || at - oldest >= ms + TRAVEL_MS ? [] : [oldest + ms + TRAVEL_MS]
      })
      return free.length > 0 ? new Date(Math.max(...free)) : undefined
    },
    count(object: string, now: Date) {
      if (windows.length === 0) return
      const at = now.getTime()
      writes.set(object, [...recent(object, at), at])
      if (writes.size <= MANY_OBJECTS) return
      for (const known of writes.keys()) if (recent(known, at).length === 0) writes.delete(known)
    },
  })
}
