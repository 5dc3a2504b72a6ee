// One connection to Redis, from its beginning to its end: it works, or it is cut and a new one is made. One that mends itself has
// state that nobody can reason about. Whatever takes longer than a second counts as failed, because calls wait for it.
import type { Redis, RedisOptions } from 'ioredis'
import { type Cluster, openCluster } from './limit-queues.ts'

const PATIENCE_MS = 1_000

export interface RedisConnection {
  readonly cluster: Cluster
  /** How many processes listen to the same limits, this one included. Rejects when Redis does not answer in time. */
  countProcesses(): Promise<number>
  publish(text: string): Promise<void>
  /** Ends it without asking the other end. Nothing is told afterwards. */
  cut(): void
}

export interface RedisConnectionOptions {
  readonly url: string
  /** Called, perhaps several times, when it does not work any more. */
  readonly onFault: (error: unknown) => void
  /** What others published. */
  readonly onMessage: (text: string) => void
}

/** Rejects when it takes longer than the patience; the timer never outlives it. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${PATIENCE_MS} ms.`)), PATIENCE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

const ready = (client: Redis) =>
  new Promise<void>((resolve, reject) => {
    client.once('ready', resolve)
    client.once('end', () => reject(new Error('Redis cannot be reached.')))
  })

/** Connects: once for commands, once for our channel, and once more for what Bottleneck listens to. Rejects within seconds. */
export async function connectRedis({ url, onFault, onMessage }: RedisConnectionOptions): Promise<RedisConnection> {
  // Loaded only where a Redis is configured.
  const { Redis } = await import('ioredis')
  const options: RedisOptions = { retryStrategy: () => null, maxRetriesPerRequest: 0, connectTimeout: PATIENCE_MS }
  const client = new Redis(url, options)
  const listener = new Redis(url, options)
  // Database numbers do not separate channels, so the channel carries it.
  const channel = `katalyst:${client.options.db ?? 0}:limits`
  let lost = false
  const fault = (error: unknown) => {
    if (!lost) onFault(error)
  }
  const end = () => {
    lost = true
    client.disconnect()
    listener.disconnect()
  }
  for (const one of [client, listener]) one.on('error', fault)
  try {
    await inTime(Promise.all([ready(client), ready(listener)]))
    await inTime(listener.subscribe(channel))
    const cluster = await inTime(openCluster(client, fault))
    listener.on('message', (_channel, text) => onMessage(text))
    for (const one of [client, listener]) one.once('end', () => fault(new Error('The connection to Redis ended.')))
    return Object.freeze({
      cluster,
      async countProcesses() {
        const counted = (await inTime(client.pubsub('NUMSUB', channel))) as readonly unknown[]
        return Math.max(1, Number(counted[1]) || 1)
      },
      publish: async (text: string) => void (await client.publish(channel, text)),
      cut() {
        end()
        cluster.cut()
      },
    })
  } catch (error) {
    end()
    throw error
  }
}
