// Time and luck that a test decides: nothing here waits.
import type { Clock, Random } from '../../integrations/kernel/clock.ts'
import { AppError } from '../../integrations/kernel/errors.ts'

export interface TestClock extends Clock {
  /** Every wait that was asked for, in order; time went on by it at once. */
  readonly waits: readonly number[]
  advance(ms: number): void
}

/** A clock whose sleeping only moves its hands. */
export function makeTestClock(start = '2026-11-22T10:00:00.000Z'): TestClock {
  let now = Date.parse(start)
  const waits: number[] = []
  return {
    waits,
    now: () => new Date(now),
    advance: (ms) => {
      now += ms
    },
    sleep: async (ms, signal) => {
      if (signal?.aborted) throw new AppError('cancelled', 'Stopped while waiting.')
      waits.push(ms)
      now += ms
    },
  }
}

/** The middle of everything, and ids that count. */
export function makeTestRandom(): Random {
  let count = 0
  return { next: () => 0.5, id: () => `id-${++count}` }
}
