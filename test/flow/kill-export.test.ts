// Processes die at any moment. While the roadmap goes to Jira, process after process is killed (SIGKILL: nothing is cleaned
// up, nothing is told), and at the end there is exactly one issue for each artifact.
// Larger: KATALYST_KILLS=100 KATALYST_KILL_ARTIFACTS=200; again: KATALYST_SEED=….
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import { systemClock } from '../../integrations/kernel/clock.ts'
import { listLinks } from '../../integrations/store/links.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { listRunEvents } from '../../integrations/store/run-events.ts'
import { listRuns } from '../../integrations/store/runs.ts'
import { type JiraSandbox, openJiraSandbox } from '../sandbox/jira/sandbox.ts'
import { eachDatabase } from '../store/databases.ts'
import { type Child, killAll, makeSeededRandom, sizeOf, startKatalyst, until } from './child-process.ts'
import { makeFolder } from './open-product.ts'

const KILLS = sizeOf('KATALYST_KILLS', 5)
const ARTIFACTS = sizeOf('KATALYST_KILL_ARTIFACTS', 25)
const SEED = sizeOf('KATALYST_SEED', Date.now() % 1_000_000)
/** Resolving the configuration on the site takes about so many requests before the first artifact. */
const OPENING_REQUESTS = 6
const REQUESTS_PER_ARTIFACT = 5
const LIMIT_MS = 60_000 + KILLS * 10_000

const idOf = (index: number) => `ROAD-${String(index + 1).padStart(3, '0')}`
const roadText = (id: string) =>
  `---\nid: ${id}\ntitle: "Road ${id}"\nstatus: complete\nphase: 1\npriority: high\ncreated: "2026-01-01"\ngovernance:\n  adrs: {validated: true, ids: []}\n  bdd: {id: BDD-001, status: approved, feature_files: [], scenarios: 1, passing: 1}\n  nfrs: {applicable: [], status: pass, results: {}}\n  capabilities: [CAP-001]\n---\n\n# ${id}\n\n## Summary\n\nText.\n`

eachDatabase('an export whose processes are killed', (database) => {
  const own = makeFolder({ projectKey: 'ROAD' })
  let jira: JiraSandbox
  let store: Store
  beforeAll(async () => {
    jira = await openJiraSandbox({ clock: systemClock, searchLag: { ms: 300 } })
    store = await database.open()
    mkdirSync(path.join(own.folder, 'roads'))
    for (let index = 0; index < ARTIFACTS; index += 1)
      writeFileSync(path.join(own.folder, 'roads', `${idOf(index)}.md`), roadText(idOf(index)))
  })
  afterEach(killAll)
  afterAll(async () => {
    await jira.close()
    own.remove()
  })

  const environment = () => ({
    NODE_ENV: 'test',
    DATABASE_URL: database.url(),
    JIRA_BASE_URL: jira.url,
    JIRA_EMAIL: jira.email,
    JIRA_API_TOKEN: jira.token,
    KATALYST_CONFIG_DIR: own.folder,
    ALLOW_PRIVATE_HOSTS: 'true',
    LEASE_SECONDS: '1',
    LOG_LEVEL: 'error',
  })
  const sync = () => startKatalyst(['jira:sync', '--export', '--path', own.folder, '--repository', 'acme/roads', '--json'], environment())
  const work = () => startKatalyst(['work'], environment())
  const firstRun = async () => (await listRuns(store.db, {})).items.at(-1)

  /** Kills a process some requests after its first, between two of them or in the middle of one. */
  async function killSoon(child: Child, requests: number, afterMs: number): Promise<void> {
    const [from, run] = [jira.requests.length, (await firstRun())?.id]
    await until('requests before a kill', async () => {
      const isDone = run !== undefined && (await firstRun())?.state !== 'running'
      return isDone || child.hasEnded() || jira.requests.length - from >= requests
    })
    await new Promise((resolve) => setTimeout(resolve, afterMs))
    child.kill('SIGKILL')
    await child.ended
  }

  test(
    'makes exactly one issue for each artifact, and the run ends although whoever asked for it is dead',
    async () => {
      const random = makeSeededRandom(SEED)
      const burst = () => OPENING_REQUESTS + Math.floor((random() * 1.2 * ARTIFACTS * REQUESTS_PER_ARTIFACT) / KILLS)
      let kills = 0
      for (; kills < KILLS; kills += 1) {
        const run = await firstRun()
        if (run && run.state !== 'running') break
        await killSoon(run ? work() : sync(), burst(), random() * 20)
      }
      // The rest was done before the last of them: fine, but most must have met work.
      expect({ seed: SEED, kills, most: kills > KILLS / 2 }).toMatchObject({ most: true })
      if (!(await firstRun())) await sync().ended
      const last = work()
      const run = await until(
        `the end of the run, seed ${SEED}`,
        async () => {
          const found = await firstRun()
          return found?.state === 'running' ? undefined : found
        },
        { everyMs: 100, withinMs: LIMIT_MS },
      )
      last.kill('SIGTERM')
      expect(await last.ended).toEqual({ code: 0, signal: null })

      const events = (await listRunEvents(store.db, run.id, { limit: 10_000 })).items
      expect(events.filter(({ status }) => status === 'failed')).toEqual([])
      const ids = Array.from({ length: ARTIFACTS }, (_, index) => idOf(index))
      const made = jira.issues().map(({ labels }) => labels.filter((label) => label.startsWith('ROAD-')).join())
      expect({ seed: SEED, made: made.sort() }).toEqual({ seed: SEED, made: ids })
      expect(jira.issues().every(({ status }) => status === 'Done')).toBe(true)
      expect(jira.violations).toEqual([])

      expect(events.map(({ artifactId }) => artifactId).sort()).toEqual(ids)
      expect(run).toMatchObject({ state: 'done', done: ARTIFACTS, total: ARTIFACTS })
      expect((await listLinks(store.db, { connectionId: 'jira', limit: 10_000 })).items).toHaveLength(ARTIFACTS)
      expect(await store.db.prisma.job.count({ where: { state: { in: ['queued', 'running', 'dead'] } } })).toBe(0)
      expect(await store.db.prisma.intent.count({ where: { state: { not: 'created' } } })).toBe(0)
    },
    LIMIT_MS * 2,
  )

  test('and another export then finds nothing to write', async () => {
    const before = jira.requests.length
    const again = sync()
    expect(await again.ended).toEqual({ code: 0, signal: null })
    expect(JSON.parse(again.output())).toMatchObject({ counts: { unchanged: ARTIFACTS } })
    const writes = jira.requests.slice(before).filter(({ method, path: route }) => method !== 'GET' && !/\/(search|bulkfetch)/.test(route))
    expect(writes).toEqual([])
  })
})
