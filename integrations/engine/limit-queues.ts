// The only user of Bottleneck, which orders and spaces the calls of one connection, in this process or, over Redis, in all of
// them. It wraps just the HTTP call, because its queue is in memory, and it is unmaintained, so that nothing else may know it.
import Bottleneck from 'bottleneck'
import type { Redis } from 'ioredis'

export interface QueueSettings {
  readonly maxConcurrent: number
  /** Writes of the connection go one at a time with this between their starts; 0: writes are spaced like reads. */
  readonly writeSpacingMs: number
  /** Most writes in a minute; 0: no such limit. */
  readonly writesPerMinute: number
}

export interface LimitQueues {
  /** Runs `work` when it is its turn; lower priority first. Rejects with `work`'s error, or with a `QueueStopped`. */
  schedule<T>(write: boolean, priority: number, work: () => Promise<T>): Promise<T>
  /** Lets running work end, refuses what waits, and leaves no timer. */
  close(): Promise<void>
}

/** The connection to Redis that the queues of all limiters of this process share. */
export interface Cluster {
  readonly connection: Bottleneck.IORedisConnection
  readonly client: Redis
  /** Cuts it without waiting: whoever is at the other end may not answer any more. */
  cut(): void
}

export interface QueueOptions {
  /** What Bottleneck or Redis reports beside the calls. */
  readonly onError: (error: unknown) => void
  /** Shares the queues named `id` with every process of the same Redis. */
  readonly shared?: { readonly id: string; readonly cluster: Cluster }
}

// A shared slot whose process died is free again after this: as long as a request may take, and a little.
const SLOT_EXPIRES_MS = 35_000
// Bottleneck looks at reservoirs only at heartbeats; its default of 5 s over Redis would stretch every interval to that.
const HEARTBEAT_MS = 250
// The keys of a limiter that nobody uses any more are gone from Redis after this.
const KEYS_EXPIRE_MS = 10 * 60_000

// Limiters beat four times a second; one that was silent this long is dead or cut off: it is not asked whether it wants the next
// slot, and those it held are given back. Bottleneck would wait until they expire, and one can be the only one for writes.
const SILENT_MS = 2_000
const SWEEP_MS = 500
const SWEEP = `
  local dead = {}
  for _, client in ipairs(redis.call('zrangebyscore', KEYS[1], '-inf', ARGV[1])) do dead[client] = true end
  if next(dead) == nil then return 0 end
  local slots = redis.call('hgetall', KEYS[2])
  for i = 1, #slots, 2 do
    if dead[slots[i + 1]] then redis.call('zadd', KEYS[3], 0, slots[i]) end
  end
  return 1`

/** Gives back what dead limiters held, now and then, until stopped. */
function sweepSlots({ client }: Cluster, id: string, onError: (error: unknown) => void): () => void {
  const keys = ['client_last_seen', 'job_clients', 'job_expirations'].map((name) => `b_${id}_${name}`)
  const sweep = () => void client.eval(SWEEP, keys.length, ...keys, String(Date.now() - SILENT_MS)).catch(onError)
  sweep()
  const timer = setInterval(sweep, SWEEP_MS).unref()
  return () => clearInterval(timer)
}

/** True when the work was not run because the queue was closed. */
export const isQueueStopped = (error: unknown) => error instanceof Bottleneck.BottleneckError

/** Wraps an open client, and opens a second one like it for what Redis tells. */
export async function openCluster(client: Redis, onError: (error: unknown) => void): Promise<Cluster> {
  // Without the class Bottleneck would load ioredis by itself.
  const connection = new Bottleneck.IORedisConnection({ client, Redis: client.constructor })
  connection.on('error', onError)
  // A promise, although its type says function.
  const { subscriber } = await (connection as unknown as { readonly ready: Promise<{ readonly subscriber: Redis }> }).ready
  subscriber.once('end', () => onError(new Error('the subscription to Redis ended')))
  return Object.freeze({ connection, client, cut: () => void connection.disconnect(false).catch(onError) })
}

/**
 * A reservoir that lets no more than `perMinute` through in any minute. It is filled a little at a time: one that is refilled
 * whole lets twice as much through around each refill. Bottleneck counts in steps of 250 ms.
 */
export function toReservoir(
  perMinute: number,
): Pick<Bottleneck.ConstructorOptions, `reservoir${string}` & keyof Bottleneck.ConstructorOptions> {
  const amount = Math.max(1, Math.floor(perMinute / 26))
  // In any minute: what lies there, one filling more than fits into it at each end, and those within.
  const rest = perMinute - 2 * amount
  const everyMs = rest > 0 ? Math.ceil((amount * 60_000) / rest / HEARTBEAT_MS) * HEARTBEAT_MS : 60_000
  return { reservoir: amount, reservoirIncreaseAmount: amount, reservoirIncreaseInterval: everyMs, reservoirIncreaseMaximum: amount }
}

/**
 * Bottleneck's own store sleeps a timer's turn (a millisecond and more) at each of its steps, only to be as slow to answer as Redis:
 * 5 ms a request, for nothing. A microtask keeps the order of its steps as well.
 */
function answerAtOnce(queue: Bottleneck): void {
  const { _store: store } = queue as unknown as { readonly _store: { yieldLoop(): Promise<void> } }
  store.yieldLoop = () => Promise.resolve()
}

/** The queues of one connection: all of its requests, and its writes where they are spaced. */
export function makeQueues(settings: QueueSettings, { onError, shared }: QueueOptions): LimitQueues {
  const { maxConcurrent, writeSpacingMs, writesPerMinute } = settings
  const sweeps: (() => void)[] = []
  const queueOf = (name: string, options: Bottleneck.ConstructorOptions) => {
    // Redis keeps the settings of the first who came: other settings are another limiter.
    const id = shared && `katalyst:${shared.id}:${name}:${Object.values(options).join('-')}`
    if (shared && id) sweeps.push(sweepSlots(shared.cluster, id, onError))
    const clustered = shared && {
      id,
      datastore: 'ioredis',
      connection: shared.cluster.connection,
      timeout: KEYS_EXPIRE_MS,
      clientTimeout: SILENT_MS,
    }
    const queue = new Bottleneck({ ...options, ...clustered, heartbeatInterval: HEARTBEAT_MS } as Bottleneck.ConstructorOptions)
    if (!shared) answerAtOnce(queue)
    // Without a listener Bottleneck's internal errors are lost, and a failed start ends the process.
    queue.on('error', onError)
    queue.ready().catch(onError)
    return queue
  }
  const all = queueOf('all', { maxConcurrent })
  const writes =
    writeSpacingMs > 0 || writesPerMinute > 0
      ? queueOf('writes', { maxConcurrent: 1, minTime: writeSpacingMs, ...(writesPerMinute > 0 ? toReservoir(writesPerMinute) : {}) })
      : undefined
  const expiration = shared ? { expiration: SLOT_EXPIRES_MS } : {}
  return Object.freeze({
    schedule<T>(write: boolean, priority: number, work: () => Promise<T>): Promise<T> {
      const options = { priority, ...expiration }
      const inAll = () => all.schedule(options, work)
      return write && writes ? writes.schedule(options, inAll) : inAll()
    },
    async close() {
      for (const stop of sweeps) stop()
      for (const queue of writes ? [writes, all] : [all]) {
        await queue.stop({ dropWaitingJobs: true, dropErrorMessage: 'stopped', enqueueErrorMessage: 'stopped' })
        // A shared queue leaves with its cluster: leaving alone, Bottleneck would end the process where Redis refuses.
        if (!shared) await queue.disconnect(false)
      }
    },
  })
}
