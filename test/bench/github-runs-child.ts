// One side of the measurement of runs, in a process of its own, so that neither time nor memory of the other is in it.
// `serve COUNT` is GitHub with so many runs, until its input ends; `import ADDRESS` reads them into a database.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { noCredentials } from '../../integrations/engine/credentials.ts'
import { makeLimits } from '../../integrations/engine/limits.ts'
import { pull } from '../../integrations/engine/pull.ts'
import { makeRequester } from '../../integrations/engine/request.ts'
import { type GitHubContext, makeGitHubClients } from '../../integrations/github/client.ts'
import type { ImportPlace } from '../../integrations/github/import/stream.ts'
import { WORKFLOW_RUN_STREAM } from '../../integrations/github/import/workflow-runs.ts'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { applyFacts } from '../../integrations/store/facts.ts'
import { openStore, type Store } from '../../integrations/store/open-store.ts'
import { EVIDENCE_PERMISSIONS, openGitHubSandbox } from '../sandbox/github/sandbox.ts'
import type { ImportMeasured, ServedAddress } from './github-runs.ts'

const SHOP = 'acme/shop'

async function serve(count: number): Promise<void> {
  const sandbox = await openGitHubSandbox({ permissions: EVIDENCE_PERMISSIONS })
  const { id } = await sandbox.createRepository(SHOP, { 'README.md': '# Shop' })
  const installation = await sandbox.installApp('acme')
  sandbox.seedRuns(SHOP, count, { everySeconds: 60 })
  const address: ServedAddress = { apiUrl: sandbox.apiUrl, token: sandbox.createInstallationToken(installation), repositoryId: id }
  process.stdout.write(`${JSON.stringify(address)}\n`)
  for await (const _ of process.stdin);
  await sandbox.close()
}

interface Sent {
  readonly url: string
  readonly init: RequestInit | undefined
}

async function connect({ apiUrl, token }: ServedAddress, sent: Sent[], statuses: number[]): Promise<GitHubContext> {
  const signal = new AbortController().signal
  const limits = makeLimits({ connectionId: 'github', provider: 'github', clock: systemClock, log: silentLog })
  const requester = makeRequester({
    ...{ connectionId: 'github', provider: 'github', limits, credentials: noCredentials, clock: systemClock, random: systemRandom },
    ...{ log: silentLog, signal, dryRun: false, timeoutMs: 120_000 },
    fetch: async (url, init) => {
      const response = await fetch(url, init)
      sent.push({ url: String(url), init })
      statuses.push(response.status)
      return response
    },
  })
  return makeGitHubClients({
    personalToken: async () => ({ token, apiUrl }),
    apiUrl,
    contextFor: () => ({ connectionId: 'github', requester, log: silentLog, clock: systemClock, signal }),
  }).asToken()
}

const importOnce = (github: GitHubContext, store: Store, place: ImportPlace, onPage: () => void) =>
  pull({
    ...{ store, clock: systemClock, signal: github.signal, connectionId: 'github', stream: 'runs' },
    async fetchPage(position) {
      const { batch, next, candidate } = await WORKFLOW_RUN_STREAM.fetchPage(github, place, position)
      return { items: [batch], next, ...(candidate === undefined ? {} : { candidate }) }
    },
    async apply(db, batches) {
      for (const batch of batches) await applyFacts(db, place.repositoryId, batch, systemClock.now())
    },
    onPage: async () => onPage(),
  })

/** What there is to beat: the same requests, one after the other, each answer parsed and dropped. */
async function plainLoop(sent: readonly Sent[]): Promise<void> {
  for (const { url, init } of sent) {
    const { method, headers, body } = init ?? {}
    const response = await fetch(url, { ...(method ? { method } : {}), ...(headers ? { headers } : {}), ...(body ? { body } : {}) })
    JSON.parse(await response.text())
  }
}

/** A database of its own for one import, gone afterwards. */
async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'katalyst-runs-'))
  const store = await openStore({ url: `file:${path.join(folder, 'runs.db')}`, log: silentLog, clock: systemClock, migrate: true })
  try {
    return await use(store)
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function measureImport(address: ServedAddress): Promise<ImportMeasured> {
  const [sent, statuses]: [Sent[], number[]] = [[], []]
  const github = await connect(address, sent, statuses)
  const place: ImportPlace = {
    ...{ owner: 'acme', repo: 'shop', repositoryId: address.repositoryId, nodeId: '', defaultBranch: 'main', branch: 'main' },
    ...{ from: new Date(0), testArtifactNames: [], gapLabels: [], governancePath: null },
  }
  const first = await withStore(async (store) => {
    const idle = process.memoryUsage().rss
    let most = idle
    await importOnce(github, store, place, () => {
      most = Math.max(most, process.memoryUsage().rss)
    })
    const requests = sent.splice(0)
    statuses.splice(0)
    await importOnce(github, store, place, () => {})
    const [{ runs } = { runs: 0 }] = await store.db.prisma.$queryRawUnsafe<{ runs: number }[]>(
      'SELECT count(DISTINCT "factId") AS runs FROM "facts_runs"',
    )
    return { requests, runs: Number(runs), again: statuses.join(' '), bytesAboveIdle: most - idle }
  })
  // Time is taken of a second import into an empty database: by then stand-in and import have run every path once, as for the loop.
  const importMs = await withStore((store) => timed(() => importOnce(github, store, place, () => {})))
  const plainMs = await timed(() => plainLoop(first.requests))
  return { ...first, requests: first.requests.length, importMs, plainMs }
}

const [, , mode, argument = ''] = process.argv
if (mode === 'serve') await serve(Number(argument))
else if (mode === 'import') process.stdout.write(`${JSON.stringify(await measureImport(JSON.parse(argument) as ServedAddress))}\n`)
