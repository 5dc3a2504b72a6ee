// The link of this process to the Redis that limits are shared over: up or down, never in between. While it is down it is tried
// again, at growing intervals; whether it is down is told in the log once, not with every try.
import type { Log } from '../kernel/log.ts'
import type { Cluster } from './limit-queues.ts'
import { connectRedis, type RedisConnection } from './redis-connection.ts'

/** How many processes there may be when nobody could be asked: the share of each is this small then. */
export const ASSUMED_PROCESSES = 4

const BEAT_MS = 1_000
const RETRY_MS = 1_000
const LONGEST_RETRY_MS = 15_000
/** A link that held this long is tried again at once when it breaks. */
const STEADY_MS = 10_000

export interface RedisLink {
  /** What queues are shared over; undefined while Redis is away. */
  cluster(): Cluster | undefined
  /** How many processes share the limits: counted while Redis answers, remembered while it does not. */
  processes(): number
  /** Resolves when it is known whether Redis is there: within seconds. */
  settled(): Promise<void>
  /** Tells the other processes; nothing happens while Redis is away. */
  publish(text: string): void
  /** Called with what was told; returns how to stop. */
  onMessage(listener: (text: string) => void): () => void
  /** Called when Redis went or came back; returns how to stop. */
  onChange(listener: () => void): () => void
  close(): Promise<void>
}

export interface RedisLinkOptions {
  /** `redis://…` or `rediss://…`. One Redis, or one numbered database of it, for each installation of the product. */
  readonly url: string
  readonly log: Log
}

function makeListeners<A extends readonly unknown[]>() {
  const listeners = new Set<(...args: A) => void>()
  return {
    add(listener: (...args: A) => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    tell(...args: A) {
      for (const listener of listeners) listener(...args)
    },
  }
}

/** One timer at a time, which keeps no process alive. */
function makeTimer() {
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  return {
    after(ms: number, work: () => Promise<void>) {
      clearTimeout(timer)
      if (!stopped) timer = setTimeout(() => void work(), ms).unref()
    },
    stop() {
      stopped = true
      clearTimeout(timer)
    },
  }
}

interface LinkEvents {
  readonly onUp: () => void
  /** `lost`: it was up before. */
  readonly onDown: (error: unknown, lost: boolean) => void
  readonly onCount: (processes: number) => void
  readonly onMessage: (text: string) => void
}

/** Keeps a connection: looks at it every second, and makes a new one when it failed. */
function keepConnected(url: string, { onUp, onDown, onCount, onMessage }: LinkEvents) {
  const timer = makeTimer()
  let current: { readonly connection: RedisConnection; readonly since: number } | undefined
  let retryMs = RETRY_MS
  let closed = false

  const fail = (error: unknown, of: RedisConnection | undefined) => {
    if (closed || current?.connection !== of) return
    if (current && performance.now() - current.since > STEADY_MS) retryMs = RETRY_MS
    of?.cut()
    current = undefined
    onDown(error, of !== undefined)
    timer.after(retryMs, attempt)
    retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
  }
  async function beat(of: RedisConnection): Promise<void> {
    try {
      const processes = await of.countProcesses()
      if (current?.connection !== of) return
      onCount(processes)
      timer.after(BEAT_MS, () => beat(of))
    } catch (error) {
      fail(error, of)
    }
  }
  async function attempt(): Promise<void> {
    let made: RedisConnection | undefined
    try {
      made = await connectRedis({ url, onMessage, onFault: (error) => made && fail(error, made) })
    } catch (error) {
      return fail(error, undefined)
    }
    if (closed) return made.cut()
    current = { connection: made, since: performance.now() }
    onUp()
    await beat(made)
  }
  const first = attempt()
  return {
    first,
    current: () => current?.connection,
    fail,
    async close() {
      closed = true
      timer.stop()
      await first
      current?.connection.cut()
      current = undefined
    },
  }
}

/** Opens the link; it is up as soon as Redis answers, and tries again for as long as it does not. Never throws. */
export function openRedisLink({ url, log }: RedisLinkOptions): RedisLink {
  const changes = makeListeners<[]>()
  const messages = makeListeners<[string]>()
  let processes = ASSUMED_PROCESSES
  let isToldDown = false
  const kept = keepConnected(url, {
    onMessage: messages.tell,
    onCount(counted) {
      processes = counted
    },
    onUp() {
      isToldDown = false
      log.info({}, 'limits are shared with the processes of the same Redis')
      changes.tell()
    },
    onDown(error, lost) {
      if (!isToldDown) log.warn({ err: error, processes }, 'limits are not shared: Redis is away, each process keeps to its share')
      isToldDown = true
      if (lost) changes.tell()
    },
  })
  return Object.freeze({
    cluster: () => kept.current()?.cluster,
    processes: () => processes,
    settled: () => kept.first,
    publish(text: string) {
      const connection = kept.current()
      connection?.publish(text).catch((error: unknown) => kept.fail(error, connection))
    },
    onMessage: messages.add,
    onChange: changes.add,
    close: kept.close,
  })
}
