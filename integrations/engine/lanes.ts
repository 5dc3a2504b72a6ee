// Several things at once, where nobody minds the order in which they end.

/**
 * Works on the items in their order, on as many at once as there are lanes, and answers in the order of the items. After the
 * first failure none is begun any more; what is under way ends first, so that nothing goes on behind the caller's back.
 * @throws the first failure
 */
export async function inLanes<T, R>(items: readonly T[], lanes: number, work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results = new Map<number, R>()
  const queue = items.entries()
  const failures: unknown[] = []
  const lane = async () => {
    for (const [index, item] of queue) {
      if (failures.length > 0) return
      try {
        results.set(index, await work(item, index))
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(Math.max(1, lanes), items.length) }, lane))
  if (failures.length > 0) throw failures[0]
  return items.map((_item, index) => results.get(index) as R)
}
