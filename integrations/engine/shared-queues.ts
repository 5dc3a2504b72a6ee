// Queues that are shared over Redis while it answers, and this process's own share of the limits while it does not. A call that
// waits when that changes is queued anew; whichever queue comes to it first runs it, and it runs once. So a Redis that freezes
// costs the second until that is noticed, and no call.
import { AppError } from '../kernel/errors.ts'
import type { Log } from '../kernel/log.ts'
import { type LimitQueues, makeQueues, type QueueSettings } from './limit-queues.ts'
import type { RedisLink } from './redis-link.ts'

export interface SharedQueuesOptions {
  readonly connectionId: string
  readonly settings: QueueSettings
  readonly link: RedisLink
  readonly log: Log
}

/** What one of `processes` may do without exceeding the limits together with the others: rounded down, and at least something. */
export function toShare(settings: QueueSettings, processes: number): QueueSettings {
  return {
    maxConcurrent: Math.max(1, Math.floor(settings.maxConcurrent / processes)),
    writeSpacingMs: settings.writeSpacingMs * processes,
    writesPerMinute: settings.writesPerMinute === 0 ? 0 : Math.max(1, Math.floor(settings.writesPerMinute / processes)),
  }
}

interface Waiting {
  readonly submit: () => void
  readonly refuse: (error: unknown) => void
}

/** The queues of one connection over a link. */
export function makeSharedQueues({ connectionId, settings, link, log }: SharedQueuesOptions): LimitQueues {
  const waiting = new Set<Waiting>()
  const running = new Set<Promise<void>>()
  const onError = (error: unknown) => log.debug({ err: error, connection: connectionId }, 'limiter failed')
  const open = () => {
    const cluster = link.cluster()
    return cluster
      ? makeQueues(settings, { onError, shared: { id: connectionId, cluster } })
      : makeQueues(toShare(settings, link.processes()), { onError })
  }
  let queues = open()
  const forget = link.onChange(() => {
    const before = queues
    queues = open()
    for (const one of waiting) one.submit()
    // Without its Redis a shared queue may never be closed in an orderly way; nothing waits for it.
    before.close().catch(onError)
  })

  return Object.freeze({
    schedule<T>(write: boolean, priority: number, work: () => Promise<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        const run = async () => {
          // A queue that was left behind may come to it as well.
          if (!waiting.delete(one)) return
          const ending = work().then(resolve, reject)
          running.add(ending)
          await ending
          running.delete(ending)
        }
        const one: Waiting = {
          refuse: reject,
          submit() {
            const to = queues
            to.schedule(write, priority, run).catch((error: unknown) => {
              if (to === queues && waiting.delete(one)) reject(error)
            })
          },
        }
        waiting.add(one)
        one.submit()
      })
    },
    async close() {
      forget()
      const closing = queues.close().catch(onError)
      for (const { refuse } of waiting) refuse(new AppError('cancelled', 'The limiter was closed before it was its turn.'))
      waiting.clear()
      while (running.size > 0) await Promise.all(running)
      // Over a Redis that froze just now this would never end.
      if (!link.cluster()) await closing
    },
  })
}
