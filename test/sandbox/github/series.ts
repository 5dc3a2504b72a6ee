// Lists that may be too long to keep: their items are made when a page is read and forgotten with the answer. An array is one too.

export interface Series<T> {
  readonly length: number
  slice(from?: number, to?: number): readonly T[]
}

/** A series whose item `index` is made by `at` each time it is read; the same index answers the same item. */
export function makeSeries<T>(length: number, at: (index: number) => T): Series<T> {
  return {
    length,
    slice(from = 0, to = length) {
      const [first, end] = [Math.max(0, from), Math.min(length, to)]
      return Array.from({ length: Math.max(0, end - first) }, (_, offset) => at(first + offset))
    },
  }
}

/** Some of a series: its items from one index to before another. */
export const cutSeries = <T>(series: Series<T>, first: number, end: number): Series<T> => ({
  length: Math.max(0, end - first),
  slice: (from = 0, to = end - first) => series.slice(first + Math.max(0, from), Math.min(end, first + to)),
})

/** Several series, one after the other. */
export function joinSeries<T>(parts: readonly Series<T>[]): Series<T> {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  return {
    length,
    slice(from = 0, to = length) {
      let before = 0
      return parts.flatMap((part) => {
        const start = before
        before += part.length
        return part.slice(Math.max(0, from - start), Math.max(0, to - start))
      })
    },
  }
}

/** The items of a series in the opposite order. */
export const reverseSeries = <T>(series: Series<T>): Series<T> =>
  makeSeries(series.length, (index) => series.slice(series.length - 1 - index, series.length - index)[0] as T)

/** A number of 32 bits that depends on its inputs alone: what seeded data vary by. */
export function mix(seed: number, index: number): number {
  let hash = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** Forty hexadecimal digits that look like a commit and depend on the inputs alone. */
export const madeUpSha = (seed: number, index: number): string =>
  [0, 1, 2, 3, 4]
    .map((part) =>
      mix(seed * 5 + part, index)
        .toString(16)
        .padStart(8, '0'),
    )
    .join('')
