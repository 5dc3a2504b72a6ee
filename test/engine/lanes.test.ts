import { expect, test } from '@jest/globals'
import { inLanes } from '../../integrations/engine/lanes.ts'

/** Work that ends when it is told to. */
function makeHeldWork() {
  const ends = new Map<number, (failure?: Error) => void>()
  const begun: number[] = []
  const work = (item: number): Promise<string> => {
    begun.push(item)
    return new Promise((resolve, reject) => ends.set(item, (failure) => (failure ? reject(failure) : resolve(`done ${item}`))))
  }
  const end = async (item: number, failure?: Error) => {
    ends.get(item)?.(failure)
    await new Promise(setImmediate)
  }
  return { work, end, begun }
}

test('no more than the lanes are under way, and the next begins when one ends', async () => {
  const { work, end, begun } = makeHeldWork()
  const all = inLanes([1, 2, 3, 4], 2, work)
  expect(begun).toEqual([1, 2])
  await end(2)
  expect(begun).toEqual([1, 2, 3])
  for (const item of [3, 4, 1]) await end(item)
  expect(await all).toEqual(['done 1', 'done 2', 'done 3', 'done 4'])
})

test('after a failure none is begun, and it is told when all that was under way has ended', async () => {
  const { work, end, begun } = makeHeldWork()
  let told: unknown
  const all = inLanes([1, 2, 3, 4], 2, work).catch((error) => {
    told = error
  })
  await end(1, new Error('first'))
  expect(told).toBeUndefined()
  await end(2, new Error('second'))
  await all
  expect(told).toEqual(new Error('first'))
  expect(begun).toEqual([1, 2])
})

test('nothing to do is done at once', async () => {
  expect(await inLanes([], 6, async () => 'never')).toEqual([])
})
