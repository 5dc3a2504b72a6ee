import { expect, jest, test } from '@jest/globals'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'

test('sleeping ends after its time, or at once with `cancelled` when the signal aborts', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] })
  try {
    const slept = systemClock.sleep(1000)
    jest.advanceTimersByTime(1000)
    await expect(slept).resolves.toBeUndefined()
    const stop = new AbortController()
    const stopped = systemClock.sleep(60_000, stop.signal)
    stop.abort()
    await expect(stopped).rejects.toMatchObject({ code: 'cancelled' })
    await expect(systemClock.sleep(60_000, stop.signal)).rejects.toMatchObject({ code: 'cancelled' })
    expect(jest.getTimerCount()).toBe(0)
  } finally {
    jest.useRealTimers()
  }
})

test('random numbers lie in [0, 1) and ids do not repeat', () => {
  const numbers = Array.from({ length: 100 }, () => systemRandom.next())
  expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true)
  expect(new Set(Array.from({ length: 100 }, () => systemRandom.id())).size).toBe(100)
})
