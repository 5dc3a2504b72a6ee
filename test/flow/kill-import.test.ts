// A first import is killed in the middle and goes on in another process, at the page where it was. Larger: KATALYST_RUNS=57000.
import { createServer } from 'node:net'
import { afterEach, expect, jest, test } from '@jest/globals'
import { systemClock } from '../../integrations/kernel/clock.ts'
import { EVIDENCE_PERMISSIONS, openGitHubSandbox } from '../sandbox/github/sandbox.ts'
import { killAll, sizeOf, startKatalyst, until } from './child-process.ts'
import { ADMIN_TOKEN, makeFolder } from './open-product.ts'

const RUNS = sizeOf('KATALYST_RUNS', 2_000)
const PAGE = 100
/** Patience, not a promise: what counts is what was read. */
const WITHIN_MS = Math.max(120_000, RUNS * 10)
jest.setTimeout(2 * WITHIN_MS)

/** A port that was free a moment ago: the server comes back where it was. */
const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })

afterEach(killAll)

test('an import that was killed goes on at the page, reads no page more than once but the one in hand, and misses no run', async () => {
  const own = makeFolder()
  const github = await openGitHubSandbox({ permissions: EVIDENCE_PERMISSIONS, clock: systemClock, latencyMs: 20 })
  await github.createRepository('acme/shop', { 'README.md': '# Shop\n' })
  github.seedRuns('acme/shop', RUNS, { everySeconds: 600, failOneIn: 4 })
  await github.installApp('acme')
  const port = await freePort()
  const url = `http://127.0.0.1:${port}/api/v1`
  const environment = {
    NODE_ENV: 'test',
    PORT: String(port),
    DATABASE_URL: `file:${own.folder}/katalyst.db`,
    APP_ID: String(github.app.id),
    PRIVATE_KEY: github.app.privateKey,
    WEBHOOK_SECRET: github.app.webhookSecret,
    GITHUB_API_URL: github.apiUrl,
    GITHUB_SERVER_URL: github.url,
    KATALYST_ADMIN_TOKEN: ADMIN_TOKEN,
    KATALYST_CONFIG_DIR: own.folder,
    ALLOW_PRIVATE_HOSTS: 'true',
    LEASE_SECONDS: '1',
    LOG_LEVEL: 'error',
  }
  const serve = async () => {
    const child = startKatalyst(['serve'], environment)
    await until('a server that listens', () => child.output().includes('listens on') || child.hasEnded())
    expect({ output: child.output(), ended: child.hasEnded() }).toMatchObject({ ended: false })
    return child
  }
  const call = async (method: string, route: string, body?: object) => {
    const headers = { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' }
    const answer = await fetch(`${url}${route}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
    return (await answer.json()) as { importId: string; state: string; metrics: Record<string, number>; progress?: { phase?: string } }
  }
  const pages = () =>
    github.requests.filter(({ path, status }) => /\/actions\/runs$/.test(path.split('?')[0] ?? '') && status === 200).length

  const first = await serve()
  const lookbackDays = Math.ceil((RUNS * 600) / 86_400) + 2
  const asked = { owner: 'acme', repo: 'shop', dimension: 'feedback', dataTypes: ['workflow-runs'], lookbackDays, async: true }
  const { importId } = await call('POST', '/integrations/github/import', asked)
  const half = Math.floor(RUNS / PAGE / 2)
  await until(`${half} pages`, () => pages() >= half, { withinMs: WITHIN_MS })
  first.kill('SIGKILL')
  await first.ended
  const before = pages()
  expect(before).toBeLessThan(RUNS / PAGE)

  const second = await serve()
  const ended = async () => {
    const answer = await call('GET', `/integrations/imports/${importId}`)
    return answer.state === 'running' ? undefined : answer
  }
  const answer = await until('the end of the import', ended, { everyMs: 100, withinMs: WITHIN_MS })
  expect(answer.state).toBe('done')
  expect(answer.metrics.workflowRuns).toBe(RUNS)
  // The page in hand when it was killed, one for what is new, and one that says that the list has ended.
  expect(pages() - before).toBeLessThanOrEqual(RUNS / PAGE - (before - 1) + 2)
  second.kill('SIGTERM')
  expect(await second.ended).toEqual({ code: 0, signal: null })
  await github.close()
  own.remove()
})
