// Several processes share one limit while the remote refuses, fails and cuts connections, and Redis goes away and comes back.
// Larger: KATALYST_STORM_PROCESSES=4 KATALYST_STORM_SECONDS=120.
import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { systemClock } from '../../integrations/kernel/clock.ts'
import { describeOnRedis, openRedisProxy } from '../engine/redis-proxy.ts'
import type { FaultPlan } from '../sandbox/faults.ts'
import { openHttpStandIn } from '../sandbox/http.ts'
import { projectRoot } from '../source-tree.ts'
import { eachDatabase } from '../store/databases.ts'
import type { Outcome, Storm } from './limits-storm-child.ts'

const PROCESSES = Number(process.env.KATALYST_STORM_PROCESSES ?? 2)
const SECONDS = Number(process.env.KATALYST_STORM_SECONDS ?? 12)
const SPACING_MS = 100
const PER_SECOND = 1_000 / SPACING_MS
/** What the remote lets through beyond its rate: each process begins anew when Redis goes, and again when it comes. */
const BURST = 2 * PROCESSES
const PAUSE_MS = 1_000
const DATABASE = 12

const again = { 'retry-after': String(PAUSE_MS / 1_000) }
const TROUBLES: readonly Omit<FaultPlan, 'match' | 'after'>[] = [
  { kind: 'status', status: 403, headers: again, json: { message: 'You have exceeded a secondary rate limit.' } },
  { kind: 'status', status: 502 },
  { kind: 'reset' },
  { kind: 'after-effect-502' },
  { kind: 'status', status: 429, headers: again },
  { kind: 'after-effect-reset' },
]

/** A remote with a token bucket, where things are created by reference; and trouble with every tenth creation. */
async function openRemote() {
  const things = new Map<string, number>()
  let tokens = BURST
  let filledAt = performance.now()
  let overruns = 0
  const server = await openHttpStandIn({
    handle({ method, path: route, body }) {
      if (method === 'GET') {
        const count = things.get(route.split('/').at(-1) ?? '')
        return count ? { status: 200, json: { count } } : { status: 404, json: { message: 'Not Found' } }
      }
      const now = performance.now()
      tokens = Math.min(BURST, tokens + ((now - filledAt) / 1_000) * PER_SECOND)
      filledAt = now
      if (tokens < 1) {
        overruns += 1
        return { status: 429, headers: again, json: { message: 'Too fast.' } }
      }
      tokens -= 1
      const { ref } = body as { ref: string }
      things.set(ref, (things.get(ref) ?? 0) + 1)
      return { status: 201, json: { ref } }
    },
  })
  for (let index = 0; index < SECONDS; index += 1)
    server.faults.next({ ...(TROUBLES[index % TROUBLES.length] as FaultPlan), match: { method: 'POST' }, after: 5 + index * 9 })
  return { server, things, overruns: () => overruns }
}

const start = (storm: Storm) =>
  promisify(execFile)(process.execPath, [
    '--import',
    path.join(projectRoot, 'test/store/typescript-hooks.mjs'),
    path.join(projectRoot, 'test/flow/limits-storm-child.ts'),
    JSON.stringify(storm),
  ]).then(({ stdout }) => JSON.parse(stdout) as Outcome)

describeOnRedis('a storm', () => {
  eachDatabase('over several processes', (database) => {
    test(
      'does not exceed the limit, nor waste it, and nothing is lost or doubled',
      async () => {
        const proxy = await openRedisProxy()
        const remote = await openRemote()
        try {
          const storm = {
            url: remote.server.url,
            databaseUrl: database.url(),
            redisUrl: proxy.url(DATABASE),
            spacingMs: SPACING_MS,
            seconds: SECONDS,
          }
          const running = Array.from({ length: PROCESSES }, (_each, index) => start({ ...storm, name: `p${index}` }))
          const posts = () => remote.server.requests.filter(({ method }) => method === 'POST')
          let ended = false
          const all = Promise.all(running).finally(() => {
            ended = true
          })
          while (posts().length < 3 * PER_SECOND && !ended) await systemClock.sleep(20)
          proxy.refuse()
          await systemClock.sleep(2_000)
          proxy.restore()
          const outcomes = await all
          const created = outcomes.flatMap((outcome) => outcome.created)

          expect(created.sort()).toEqual([...remote.things.keys()].sort())
          expect([...remote.things.values()].filter((count) => count !== 1)).toEqual([])
          expect(remote.overruns()).toBe(0)
          // What the limit allows while all of them work and nobody is asked to wait.
          const endAt = Math.min(...outcomes.map((outcome) => outcome.endAt))
          const sent = posts().filter(({ at }) => at.getTime() < endAt)
          const lastedMs = endAt - (sent[0]?.at.getTime() ?? 0)
          const refusals = sent.flatMap(({ status, at }) => (status === 403 || status === 429 ? [at.getTime()] : []))
          const pausedMs = refusals.reduce((sum, at, index) => sum + Math.min(PAUSE_MS, (refusals[index + 1] ?? endAt) - at), 0)
          const allowed = ((lastedMs - pausedMs) / 1_000) * PER_SECOND
          expect(sent.length / allowed).toBeGreaterThanOrEqual(0.8)
        } finally {
          await remote.server.close()
          await proxy.close()
        }
      },
      (SECONDS + 60) * 1_000,
    )
  })
})
