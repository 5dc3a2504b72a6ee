// The queue against a model, in any order of things that happen: enqueueing, claiming, ending, failing, putting off, processes
// that die or hang, and clocks that jump both ways. What must hold afterwards: the last version of every key was handled, and
// at no moment did two live holders hold one serial key.
import { beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { enqueueJob, type JobOutcome, settleJob } from '../../integrations/engine/jobs.ts'
import { claimJobs } from '../../integrations/store/job-claims.ts'
import { finishJobs, recoverJobs } from '../../integrations/store/job-leases.ts'
import { type Job, listJobs } from '../../integrations/store/jobs.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { eachDatabase, type TestDatabase } from '../store/databases.ts'

const START = Date.parse('2026-11-22T10:00:00.000Z')
const LEASE_SECONDS = 60
const KEYS = ['a', 'b', 'c']
const CONNECTIONS = [undefined, 'jira']

interface Holding {
  readonly job: Job
  readonly owner: string
}

/** What is known besides the database: what was asked for, what was done, and who believes to hold what. */
interface Model {
  seconds: number
  latest: number
  readonly written: Map<string, number>
  readonly handled: Map<string, number>
  holdings: Holding[]
}

interface Real {
  readonly store: Store
}

const now = (model: Model) => new Date(START + model.seconds * 1_000)
const keyOf = (job: Job) => (job.payload as { key: string }).key
const versionOf = (job: Job) => (job.payload as { version: number }).version
const leaseOf = ({ job, owner }: Holding) => ({ id: job.id, owner, attempt: job.attempts })

/** In the database, which decides, no two running jobs have one serial key, and no connection has more than it may. */
async function assertInvariants({ store }: Real): Promise<void> {
  const running = (await listJobs(store.db, { state: 'running', limit: 200 })).items
  const keys = running.map(({ serialKey }) => serialKey)
  expect(keys).toHaveLength(new Set(keys).size)
  expect(running.filter(({ connectionId }) => connectionId === 'jira').length).toBeLessThanOrEqual(2)
  const queued = (await listJobs(store.db, { state: 'queued', limit: 200 })).items.map(({ dedupeKey }) => dedupeKey)
  expect(queued).toHaveLength(new Set(queued).size)
}

class Enqueue implements fc.AsyncCommand<Model, Real> {
  constructor(
    readonly key: string,
    readonly connection: string | undefined,
    readonly priority: 'interactive' | 'backfill',
  ) {}
  check = () => true
  async run(model: Model, real: Real) {
    const version = (model.written.get(this.key) ?? 0) + 1
    model.written.set(this.key, version)
    const { key, connection, priority } = this
    const connectionId = connection === undefined ? {} : { connectionId: connection }
    const spec = { kind: 'k', payload: { key, version }, dedupeKey: key, priority, maxAttempts: 1_000, ...connectionId }
    await enqueueJob(real.store.db, spec, now(model))
    await assertInvariants(real)
  }
  toString = () => `enqueue(${this.key}, ${this.connection ?? '-'}, ${this.priority})`
}

async function claim(model: Model, real: Real, owner: string, limit: number): Promise<Holding[]> {
  const leaseUntil = new Date(now(model).getTime() + LEASE_SECONDS * 1_000)
  const jobs = await claimJobs(real.store.db, { owner, now: now(model), leaseUntil, limit, kinds: ['k'], perConnection: 2 })
  return jobs.map((job) => ({ job, owner }))
}

class ClaimSome implements fc.AsyncCommand<Model, Real> {
  constructor(
    readonly owner: string,
    readonly limit: number,
  ) {}
  check = () => true
  async run(model: Model, real: Real) {
    model.holdings.push(...(await claim(model, real, this.owner, this.limit)))
    await assertInvariants(real)
  }
  toString = () => `claim(${this.owner}, ${this.limit})`
}

/** The work is done before it is recorded, as in life: a record that is lost does not undo it. */
function handle(model: Model, job: Job): void {
  model.handled.set(keyOf(job), Math.max(model.handled.get(keyOf(job)) ?? 0, versionOf(job)))
}

class End implements fc.AsyncCommand<Model, Real> {
  constructor(
    readonly how: 'done' | 'batch' | 'retry' | 'snooze' | 'crash',
    readonly nth: number,
  ) {}
  check = (model: Readonly<Model>) => model.holdings.length > 0
  async run(model: Model, real: Real) {
    const holding = model.holdings[this.nth % model.holdings.length] as Holding
    model.holdings = model.holdings.filter((each) => each !== holding)
    const { db } = real.store
    const at = new Date(now(model).getTime() + 5_000)
    const oops = { code: 'provider-failed', message: 'no' } as const
    const outcomes: Partial<Record<typeof this.how, JobOutcome>> = {
      done: { kind: 'done' },
      retry: { kind: 'retry', at, ...oops },
      snooze: { kind: 'snooze', until: at, ...oops },
    }
    if (this.how === 'done' || this.how === 'batch') handle(model, holding.job)
    const outcome = outcomes[this.how]
    if (outcome) await settleJob(db, holding.job, leaseOf(holding), outcome, now(model))
    if (this.how === 'batch') await finishJobs(db, holding.owner, [leaseOf(holding)], now(model))
    await assertInvariants(real)
  }
  toString = () => `${this.how}(${this.nth})`
}

/** A process dies with everything it holds; or hangs, and believes still to hold it. */
class Die implements fc.AsyncCommand<Model, Real> {
  constructor(readonly owner: string) {}
  check = () => true
  async run(model: Model) {
    model.holdings = model.holdings.filter(({ owner }) => owner !== this.owner)
  }
  toString = () => `die(${this.owner})`
}

class Jump implements fc.AsyncCommand<Model, Real> {
  constructor(readonly seconds: number) {}
  check = () => true
  async run(model: Model, real: Real) {
    model.seconds += this.seconds
    model.latest = Math.max(model.latest, model.seconds)
    await recoverJobs(real.store.db, now(model))
    await assertInvariants(real)
  }
  toString = () => `jump(${this.seconds})`
}

const owners = fc.constantFrom('w1', 'w2')
const commands = fc.commands(
  [
    fc
      .tuple(fc.constantFrom(...KEYS), fc.constantFrom(...CONNECTIONS), fc.constantFrom('interactive' as const, 'backfill' as const))
      .map((each) => new Enqueue(...each)),
    fc.tuple(owners, fc.integer({ min: 1, max: 4 })).map((each) => new ClaimSome(...each)),
    fc.tuple(fc.constantFrom('done', 'batch', 'retry', 'snooze', 'crash'), fc.nat(5)).map((each) => new End(...each)),
    owners.map((owner) => new Die(owner)),
    fc.constantFrom(1, 10, 61, 3_600, -30, -3_600).map((seconds) => new Jump(seconds)),
  ],
  { size: '+1' },
)

/** After everything: everybody is dead, time goes on, and one heir works off what is left. */
async function inherit(model: Model, real: Real): Promise<void> {
  model.seconds = model.latest
  for (let round = 0; round < 30; round += 1) {
    model.seconds += LEASE_SECONDS + 600
    await recoverJobs(real.store.db, now(model))
    for (const holding of await claim(model, real, 'heir', 20)) {
      handle(model, holding.job)
      await settleJob(real.store.db, holding.job, leaseOf(holding), { kind: 'done' }, now(model))
    }
    if ((await listJobs(real.store.db, { state: 'queued' })).items.length === 0) break
  }
}

async function hold(database: TestDatabase, store: Store, numRuns: number): Promise<void> {
  const run = async (steps: Iterable<fc.AsyncCommand<Model, Real>>) => {
    await database.clear()
    const model: Model = { seconds: 0, latest: 0, written: new Map(), handled: new Map(), holdings: [] }
    await fc.asyncModelRun(() => ({ model, real: { store } }), steps)
    await inherit(model, { store })
    expect(Object.fromEntries(model.handled)).toEqual(Object.fromEntries(model.written))
  }
  await fc.assert(fc.asyncProperty(commands, run), { numRuns })
}

eachDatabase('jobs', (database) => {
  let store: Store
  beforeAll(async () => {
    store = await database.open()
  })

  test('whatever happens in whatever order, the last version of every key is handled and no serial key has two holders', async () => {
    // KATALYST_MODEL_RUNS asks for more than a push can wait for.
    const runs = Number(process.env.KATALYST_MODEL_RUNS ?? (database.dialect === 'sqlite' ? 60 : 12))
    await hold(database, store, runs)
  }, 600_000)
})
