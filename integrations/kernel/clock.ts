// Time and randomness are arguments everywhere, so that tests never sleep and never depend on luck.
import { randomUUID } from 'node:crypto'
import { AppError } from './errors.ts'

export interface Clock {
  now(): Date
  /** Resolves after `ms`; rejects with `cancelled` as soon as the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Random {
  /** A number in [0, 1). */
  next(): number
  /** A UUID. */
  id(): string
}

export const systemClock: Clock = Object.freeze({
  now: () => new Date(),
  sleep: (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer)
        reject(new AppError('cancelled', 'Stopped while waiting.'))
      }
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', stop)
          resolve()
        },
        Math.max(0, ms),
      )
      if (signal?.aborted) stop()
      else signal?.addEventListener('abort', stop, { once: true })
    }),
})

export const systemRandom: Random = Object.freeze({ next: () => Math.random(), id: () => randomUUID() })
