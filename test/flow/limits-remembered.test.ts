// What one process was told about limits, another knows: after a restart, and beside it, through the database alone.
import { afterEach, expect, test } from '@jest/globals'
import { makeOutbound, type Outbound } from '../../app/access/outbound.ts'
import { noCredentials } from '../../integrations/engine/credentials.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { listBudgets, saveBudget } from '../../integrations/store/budgets.ts'
import { makeTestClock, makeTestRandom } from '../engine/clocks.ts'
import { eachDatabase } from '../store/databases.ts'

const url = 'https://jira.test/rest/api/3/issue'
const LIMITED = { status: 429, headers: { 'retry-after': '600', 'ratelimit-reason': 'jira-quota-global-based' } }
const QUOTA = {
  status: 200,
  headers: { 'RateLimit-Policy': '"global-app-quota";q=65000;w=3600', RateLimit: '"global-app-quota";r=11000;t=600' },
}

eachDatabase('limits are remembered', (database) => {
  const processes: Outbound[] = []
  afterEach(async () => {
    for (const outbound of processes.splice(0)) await outbound.close()
    await database.clear()
  })

  /** A process that gets the answers one after the other, and then none. */
  async function open(clock: ReturnType<typeof makeTestClock>, answers: { status: number; headers: Record<string, string> }[]) {
    const store = await database.open()
    const sent: string[] = []
    const outbound = makeOutbound({
      store: async () => store,
      clock,
      random: makeTestRandom(),
      log: silentLog,
      signal: new AbortController().signal,
      fetch: async (input) => {
        sent.push(String(input))
        const { status, headers } = answers.shift() ?? { status: 200, headers: {} }
        return Response.json({}, { status, headers })
      },
    })
    processes.push(outbound)
    const context = outbound.contextFor({ connectionId: 'jira', provider: 'jira', credentials: noCredentials, dryRun: false })
    const get = () =>
      context.requester.fetch(url).then(
        ({ status }) => status,
        (error: { code: string; details: unknown }) => error.code,
      )
    return { store, outbound, sent, get }
  }

  test('a process that starts again sends nothing before the time the old one was told', async () => {
    const clock = makeTestClock()
    const before = await open(clock, [QUOTA, LIMITED])
    expect([await before.get(), await before.get()]).toEqual([200, 'provider-rate-limited'])
    await before.outbound.close()

    const { db } = before.store
    const over = { limit: undefined, remaining: undefined, resetAt: undefined, reason: 'jira-per-issue-on-write', observedAt: clock.now() }
    await saveBudget(db, { ...over, connectionId: 'jira', scope: 'object:issue:1', pausedUntil: clock.now() })
    clock.advance(300_000)
    const after = await open(clock, [])
    expect(await after.get()).toBe('provider-rate-limited')
    expect(after.sent).toEqual([])
    // Pauses of single objects that are over do not pile up.
    expect((await listBudgets(db)).map(({ scope }) => scope)).toEqual(['*', 'quota:global-app-quota'])
    clock.advance(300_001)
    expect(await after.get()).toBe(200)
  })

  test('a process beside it learns of the pause at its next look, and does not write over it', async () => {
    const clock = makeTestClock()
    const [one, other] = [await open(clock, [LIMITED]), await open(clock, [QUOTA])]
    expect(await other.get()).toBe(200)
    expect(await one.get()).toBe('provider-rate-limited')
    await one.outbound.close()

    clock.advance(5_000)
    expect(await other.get()).toBe('provider-rate-limited')
    expect(other.sent).toHaveLength(1)
    await other.outbound.close()
    const budgets = await listBudgets(other.store.db, { connectionId: 'jira' })
    expect(budgets).toMatchObject([
      { scope: '*', reason: 'jira-quota-global-based' },
      { scope: 'quota:global-app-quota', limit: 65000, remaining: 11000 },
    ])
    expect(budgets[0]?.pausedUntil?.getTime()).toBe(clock.now().getTime() + 595_000)
  })
})
