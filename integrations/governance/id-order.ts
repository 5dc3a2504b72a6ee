// Ids and file names in an order that is the same on every machine: no locale takes part in it.

/** Orders two texts by their UTF-16 units. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Ids and file names in the order people count: ROAD-9 before ROAD-10; the same everywhere, whatever the locale. */
export function compareIds(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []]
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [x, y] = [left[at]!, right[at]!]
    const bothNumbers = /^\d/.test(x) && /^\d/.test(y)
    const order = bothNumbers ? Number(x) - Number(y) || compareText(x, y) : compareText(x, y)
    if (order !== 0) return order
  }
  return left.length - right.length || compareText(a, b)
}
