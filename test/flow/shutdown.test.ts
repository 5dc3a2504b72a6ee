// How a process ends and begins: the first signal stops it in order and within a limit, a second one at once, and a start
// waits for a database that is not there yet.
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer, type Server, type Socket } from 'node:net'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { systemClock } from '../../integrations/kernel/clock.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { listRuns } from '../../integrations/store/runs.ts'
import { type JiraSandbox, openJiraSandbox } from '../sandbox/jira/sandbox.ts'
import { eachDatabase } from '../store/databases.ts'
import { type Child, killAll, startKatalyst, until } from './child-process.ts'
import { ADMIN_TOKEN, makeFolder } from './open-product.ts'

const ARTIFACTS = 6
const idOf = (index: number) => `ROAD-00${index + 1}`
const roadText = (id: string) =>
  `---\nid: ${id}\ntitle: "Road ${id}"\nstatus: proposed\nphase: 1\npriority: high\ncreated: "2026-01-01"\n---\n\n# ${id}\n\n## Summary\n\nText.\n`

eachDatabase('a process', (database) => {
  const own = makeFolder({ projectKey: 'ROAD' })
  let jira: JiraSandbox
  let store: Store
  beforeAll(async () => {
    store = await database.open()
    mkdirSync(path.join(own.folder, 'roads'))
    for (let index = 0; index < ARTIFACTS; index += 1)
      writeFileSync(path.join(own.folder, 'roads', `${idOf(index)}.md`), roadText(idOf(index)))
  })
  beforeEach(async () => {
    await database.clear()
    jira = await openJiraSandbox({ clock: systemClock, searchLag: { ms: 0 } })
  })
  afterEach(async () => {
    await killAll()
    await jira.close()
  })
  afterAll(own.remove)

  const start = (args: readonly string[], change: Readonly<Record<string, string>> = {}) =>
    startKatalyst(args, {
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: database.url(),
      JIRA_BASE_URL: jira.url,
      JIRA_EMAIL: jira.email,
      JIRA_API_TOKEN: jira.token,
      KATALYST_ADMIN_TOKEN: ADMIN_TOKEN,
      KATALYST_CONFIG_DIR: own.folder,
      ALLOW_PRIVATE_HOSTS: 'true',
      LEASE_SECONDS: '1',
      LOG_LEVEL: 'info',
      ...change,
    })
  const jobs = () => store.db.prisma.job.findMany({ where: { kind: 'jira.push' }, orderBy: { id: 'asc' } })
  const runOf = async () => (await listRuns(store.db, {})).items[0]
  const searches = () => jira.requests.filter(({ path: route }) => route.includes('/search')).length

  /** An export that was enqueued by somebody who is dead, of which every job stops at a search that Jira never answers. */
  async function leaveHangingExport(): Promise<void> {
    jira.faults.next({ kind: 'timeout', match: { path: '/search' }, times: 10_000 })
    const sync = start(['jira:sync', '--export', '--path', own.folder, '--repository', 'acme/roads', '--quiet'])
    await until('an export that hangs', () => searches() > 0 || sync.hasEnded())
    sync.kill('SIGKILL')
    await sync.ended
  }
  async function hangsIn(child: Child): Promise<void> {
    const before = searches()
    await until(`a worker that hangs: ${child.output()}`, () => searches() > before || child.hasEnded())
  }

  test('told to stop takes nothing new, finishes what it has begun, and another one does the rest', async () => {
    await leaveHangingExport()
    jira.faults.clear()
    const first = start(['work'], { WORKER_CONCURRENCY: '1' })
    await until('the first issue', () => jira.issues().length > 0 || first.hasEnded())
    first.kill('SIGTERM')
    expect(await first.ended).toEqual({ code: 0, signal: null })
    const states = (await jobs()).map(({ state }) => state)
    expect(states).toContain('queued')
    expect(states).not.toContain('running')
    expect(await store.db.prisma.intent.count({ where: { state: 'creating' } })).toBe(0)
    const second = start(['work'])
    await until('the end of the run', async () => (await runOf())?.state === 'done')
    second.kill('SIGINT')
    expect((await second.ended).code).toBe(0)
    expect(jira.issues()).toHaveLength(ARTIFACTS)
  })

  test('gives back at the limit what does not end, without an attempt that counts', async () => {
    await leaveHangingExport()
    const child = start(['work'], { SHUTDOWN_SECONDS: '1', WORKER_CONCURRENCY: '1' })
    await hangsIn(child)
    const [held] = (await jobs()).filter(({ state, leaseUntil }) => state === 'running' && leaseUntil && leaseUntil > new Date())
    const began = performance.now()
    child.kill('SIGTERM')
    expect(await child.ended).toEqual({ code: 0, signal: null })
    // The request that hangs would have ended by itself only after its own 30 s.
    expect(performance.now() - began).toBeLessThan(25_000)
    const after = (await jobs()).find(({ id }) => id === held?.id)
    expect(after).toMatchObject({ state: 'queued', attempts: (held?.attempts ?? 0) - 1, leaseOwner: null })
  })

  test('refuses connections from the first signal on, and ends at once at the second', async () => {
    await leaveHangingExport()
    const child = start(['serve'], { SHUTDOWN_SECONDS: '600' })
    const [, url] = await until('a server', () => /listens on (http:\S+)/.exec(child.output()))
    expect((await fetch(`${url}/api/v1/health`)).status).toBe(200)
    await hangsIn(child)
    child.kill('SIGTERM')
    await until('a closed listener', () =>
      fetch(`${url}/api/v1/health`).then(
        () => false,
        () => true,
      ),
    )
    expect(child.hasEnded()).toBe(false)
    child.kill('SIGINT')
    expect(await child.ended).toEqual({ code: 130, signal: null })
  })

  test('that takes over a run which was cancelled meanwhile writes nothing, and says what was left out', async () => {
    await leaveHangingExport()
    const id = String((await runOf())?.id)
    const cancel = start(['runs:cancel', id, '--json'], { LOG_LEVEL: 'error' })
    expect((await cancel.ended).code).toBe(0)
    expect(JSON.parse(cancel.output())).toMatchObject({ id, kind: 'jira-export' })
    jira.faults.clear()
    const child = start(['work'])
    const run = await until('the end of the run', async () => {
      const found = await runOf()
      return found?.state === 'running' ? undefined : found
    })
    expect(run).toMatchObject({ state: 'cancelled', counts: { skipped: ARTIFACTS }, errorCode: 'cancelled' })
    expect(jira.issues()).toEqual([])
    child.kill('SIGTERM')
    expect((await child.ended).code).toBe(0)
    const unknown = start(['runs:cancel', '404'])
    expect((await unknown.ended).code).toBe(1)
  })

  if (database.dialect === 'postgresql')
    test('that starts before its database waits, says so, and goes on when it is there; a signal ends the waiting', async () => {
      const sockets = new Set<Socket>()
      const target = new URL(database.url())
      const proxy: Server = createServer((socket) => {
        const onward = connect(Number(target.port || 5432), target.hostname)
        for (const one of [socket, onward]) sockets.add(one.on('error', () => one.destroy()))
        socket.pipe(onward).pipe(socket)
      })
      await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
      const address = proxy.address()
      const port = typeof address === 'object' && address ? address.port : 0
      await new Promise((resolve) => proxy.close(resolve))
      const url = new URL(target)
      url.host = `127.0.0.1:${port}`

      const impatient = start(['work'], { DATABASE_URL: url.href })
      const patient = start(['work'], { DATABASE_URL: url.href })
      for (const child of [impatient, patient])
        await until('a word about waiting', () => child.output().includes('waiting for the database') || child.hasEnded())
      impatient.kill('SIGTERM')
      expect((await impatient.ended).code).toBe(0)
      await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve))
      await until('a worker', () => patient.output().includes(' works, ') || patient.hasEnded())
      expect(patient.hasEnded()).toBe(false)
      patient.kill('SIGTERM')
      expect((await patient.ended).code).toBe(0)
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => proxy.close(resolve))
    })
})
