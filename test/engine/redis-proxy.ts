// A real Redis that can be taken away: through a proxy that forwards, freezes or refuses. Where no Redis answers, the suites that
// need one are skipped with a loud line, or fail when KATALYST_REQUIRE_SERVICES is 1.
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { describe, test } from '@jest/globals'

const upstream = new URL(process.env.TEST_REDIS_URL ?? 'redis://127.0.0.1:6379')

const fault = await new Promise<string | undefined>((resolve) => {
  const socket = connect({ host: upstream.hostname, port: Number(upstream.port || 6379) })
  socket.once('connect', () => resolve(undefined))
  socket.once('error', (error) => resolve(error.message || 'no connection'))
  socket.once('close', () => socket.destroy())
  socket.setTimeout(2_000, () => resolve('no answer'))
  socket.once('connect', () => socket.destroy())
})

export interface RedisProxy {
  /** Of one numbered database, so that suites do not meet. */
  url(database: number): string
  /** Keeps connections open and forwards nothing, as a process that hangs. */
  freeze(): void
  /** Cuts every connection and refuses new ones. */
  refuse(): void
  /** Forwards again what comes. */
  restore(): void
  close(): Promise<void>
}

/** Declares a suite that needs Redis. */
export function describeOnRedis(name: string, tests: () => void): void {
  if (fault === undefined) {
    describe(name, tests)
    return
  }
  if (process.env.KATALYST_REQUIRE_SERVICES === '1')
    test('a Redis server answers', () => Promise.reject(new Error(`TEST_REDIS_URL: ${fault}`)))
  else process.stderr.write(`\n*** SKIPPED: ${name} (Redis: ${fault}). Set TEST_REDIS_URL to a server. ***\n`)
}

export async function openRedisProxy(): Promise<RedisProxy> {
  const sockets = new Set<Socket>()
  let mode: 'forward' | 'freeze' | 'refuse' = 'forward'
  const server = createServer((near) => {
    if (mode === 'refuse') {
      near.destroy()
      return
    }
    const far = connect({ host: upstream.hostname, port: Number(upstream.port || 6379) })
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from)
      from.on('data', (bytes) => {
        // What comes while it is frozen is lost with its connection.
        if (mode === 'forward') to.write(bytes)
      })
      from.on('error', () => from.destroy())
      from.on('close', () => {
        sockets.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const cutAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: (database) => `redis://127.0.0.1:${(server.address() as AddressInfo).port}/${database}`,
    freeze() {
      mode = 'freeze'
    },
    refuse() {
      mode = 'refuse'
      cutAll()
    },
    restore() {
      // Connections that lost bytes must not come back to life.
      if (mode === 'freeze') cutAll()
      mode = 'forward'
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        cutAll()
      }),
  }
}
