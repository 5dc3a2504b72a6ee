// What was answered with 202 is handled, although the server dies again and again while deliveries arrive.
// Larger: KATALYST_KILLS=100 KATALYST_DELIVERIES=5000; again: KATALYST_SEED=….
import { createHmac } from 'node:crypto'
import { createServer } from 'node:net'
import { afterEach, beforeAll, expect, test } from '@jest/globals'
import { listInstallations } from '../../integrations/store/installations.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { openGitHubSandbox } from '../sandbox/github/sandbox.ts'
import { eachDatabase } from '../store/databases.ts'
import { type Child, killAll, makeSeededRandom, sizeOf, startKatalyst, until } from './child-process.ts'
import { ADMIN_TOKEN, makeFolder } from './open-product.ts'

const KILLS = sizeOf('KATALYST_KILLS', 5)
const DELIVERIES = sizeOf('KATALYST_DELIVERIES', 300)
const SEED = sizeOf('KATALYST_SEED', Date.now() % 1_000_000)
const AT_ONCE = 4
const LIMIT_MS = 60_000 + KILLS * 10_000 + DELIVERIES * 50
const SECRET = 'webhook-secret-of-the-kill-tests'
const FIRST_ID = 5_000

/** A port that was free a moment ago: the server comes back where it was, as a real one does. */
const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

/** An installation that was suspended: its handling leaves one row, and asks nobody anything. */
const bodyOf = (index: number) =>
  JSON.stringify({
    action: 'suspend',
    installation: {
      id: FIRST_ID + index,
      account: { id: 9_000 + index, login: `team-${index}`, type: 'Organization' },
      permissions: { checks: 'write' },
      repository_selection: 'all',
      suspended_at: '2026-11-22T10:00:00Z',
    },
  })

/** The status of the answer; undefined when there was none, because the server was not there or died. */
async function deliver(url: string, index: number): Promise<number | undefined> {
  const body = bodyOf(index)
  const headers = {
    'content-type': 'application/json',
    'x-github-event': 'installation',
    'x-github-delivery': `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    'x-hub-signature-256': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
  }
  try {
    const answer = await fetch(`${url}/api/github/webhooks`, { method: 'POST', headers, body, signal: AbortSignal.timeout(20_000) })
    await answer.arrayBuffer()
    return answer.status
  } catch {
    // Not there, or died while it answered: whether it was stored is unknown, as for GitHub.
    return undefined
  }
}

eachDatabase('deliveries to a server that is killed', (database) => {
  let store: Store
  beforeAll(async () => {
    store = await database.open()
  })
  afterEach(killAll)

  test(
    'every accepted delivery is handled, once it can be, and no job is left behind',
    async () => {
      const random = makeSeededRandom(SEED)
      const own = makeFolder()
      const github = await openGitHubSandbox({})
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const environment = {
        NODE_ENV: 'test',
        PORT: String(port),
        DATABASE_URL: database.url(),
        APP_ID: String(github.app.id),
        PRIVATE_KEY: github.app.privateKey,
        WEBHOOK_SECRET: SECRET,
        GITHUB_API_URL: github.apiUrl,
        GITHUB_SERVER_URL: github.url,
        KATALYST_ADMIN_TOKEN: ADMIN_TOKEN,
        KATALYST_CONFIG_DIR: own.folder,
        ALLOW_PRIVATE_HOSTS: 'true',
        LEASE_SECONDS: '1',
        LOG_LEVEL: 'error',
      }
      const start = async (): Promise<Child> => {
        const child = startKatalyst(['serve'], environment)
        await until('a server that listens', () => child.output().includes('listens on') || child.hasEnded())
        expect({ output: child.output(), ended: child.hasEnded() }).toMatchObject({ ended: false })
        return child
      }

      let server = await start()
      const accepted = new Set<number>()
      const killAt = Array.from({ length: KILLS }, () => 1 + Math.floor(random() * (DELIVERIES - 1))).sort((a, b) => a - b)
      let restarting: Promise<void> | undefined
      const killAndRestart = async () => {
        server.kill('SIGKILL')
        await server.ended
        server = await start()
        restarting = undefined
      }
      const queue = Array.from({ length: DELIVERIES }, (_, index) => index)
      const sender = async () => {
        for (let index = queue.shift(); index !== undefined; index = queue.shift()) {
          const status = await deliver(url, index)
          if (status === 202) accepted.add(index)
          else {
            expect(status).toBeUndefined()
            queue.push(index)
            await restarting
          }
          if (!restarting && killAt.length > 0 && accepted.size >= (killAt[0] ?? 0)) {
            killAt.shift()
            restarting = killAndRestart()
          }
        }
      }
      await Promise.all(Array.from({ length: AT_ONCE }, sender))
      await restarting
      expect(accepted.size).toBe(DELIVERIES)
      const open = () => store.db.prisma.job.count({ where: { state: { in: ['queued', 'running'] }, kind: 'delivery.handle' } })
      await until(`the last job, seed ${SEED}`, async () => (await open()) === 0, { everyMs: 100, withinMs: LIMIT_MS })
      server.kill('SIGTERM')
      expect(await server.ended).toEqual({ code: 0, signal: null })

      const ids = (await listInstallations(store.db)).map(({ id }) => id).sort((a, b) => a - b)
      expect({ seed: SEED, ids }).toEqual({ seed: SEED, ids: Array.from({ length: DELIVERIES }, (_, index) => FIRST_ID + index) })
      expect(await store.db.prisma.delivery.groupBy({ by: ['status'], _count: { _all: true } })).toEqual([
        { status: 'handled', _count: { _all: DELIVERIES } },
      ])
      expect(await store.db.prisma.job.count({ where: { state: 'dead' } })).toBe(0)
      await github.close()
      own.remove()
    },
    LIMIT_MS * 2,
  )
})
