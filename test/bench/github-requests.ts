// What an import of GitHub costs, counted on the stand-in: requests for pull requests, runs and posture, what a second import
// costs, and how long ours takes beside a loop that only fetches and parses the same pages.
import { noCredentials } from '../../integrations/engine/credentials.ts'
import { makeLimits } from '../../integrations/engine/limits.ts'
import type { ProviderContext } from '../../integrations/engine/provider.ts'
import type { PullPosition } from '../../integrations/engine/pull.ts'
import { makeRequester } from '../../integrations/engine/request.ts'
import { type GitHubContext, makeGitHubClients } from '../../integrations/github/client.ts'
import { readPosture } from '../../integrations/github/import/posture.ts'
import type { FactStream, ImportPlace } from '../../integrations/github/import/stream.ts'
import { IMPORT_STREAMS } from '../../integrations/github/import/streams.ts'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { EVIDENCE_PERMISSIONS, type GitHubSandbox, openGitHubSandbox } from '../sandbox/github/sandbox.ts'

const SHOP = 'acme/shop'
const DAY_MS = 86_400_000
const MOST_SLOWER = 2.5

/**
 * What others spend on the same, read in their code or measured: DevLake by REST and by GraphQL (its default), Middleware, Faros.
 * Null: it does not collect that.
 */
const OTHERS = {
  'pull requests': { devlake: '4,020 or 100', middleware: '3,014', faros: '40, no commits' },
  runs: { devlake: '10,508 or 1,508', middleware: '100, no jobs', faros: '1,010, 9,000 runs never seen' },
  posture: { devlake: null, middleware: null, faros: '300' },
} as const

export interface RequestRow {
  readonly over: boolean
  readonly cells: readonly string[]
}

interface Sent {
  readonly url: string
  readonly init: RequestInit
  readonly status: number
}

interface Bench {
  readonly sandbox: GitHubSandbox
  readonly github: GitHubContext
  readonly place: ImportPlace
  readonly sent: Sent[]
  close(): Promise<void>
}

async function openBench(): Promise<Bench> {
  const sandbox = await openGitHubSandbox({ permissions: EVIDENCE_PERMISSIONS })
  const repository = await sandbox.createRepository(SHOP, { 'README.md': '# Shop' })
  const installation = await sandbox.installApp('acme')
  const abort = new AbortController()
  const limits = makeLimits({ connectionId: 'github', provider: 'github', clock: systemClock, log: silentLog })
  const sent: Sent[] = []
  const watched: typeof fetch = async (input, init = {}) => {
    const response = await fetch(input, init)
    const { signal: _signal, ...rest } = init
    sent.push({ url: String(input), init: rest, status: response.status })
    return response
  }
  const context: ProviderContext = {
    ...{ connectionId: 'github', log: silentLog, clock: systemClock, signal: abort.signal },
    requester: makeRequester({
      ...{ connectionId: 'github', provider: 'github', limits, credentials: noCredentials, clock: systemClock, log: silentLog },
      ...{ random: systemRandom, signal: abort.signal, dryRun: false, fetch: watched },
    }),
  }
  const github = await makeGitHubClients({
    personalToken: async () => ({ token: sandbox.createInstallationToken(installation), apiUrl: sandbox.apiUrl }),
    apiUrl: sandbox.apiUrl,
    contextFor: () => context,
  }).asToken()
  return {
    ...{ sandbox, github, sent },
    place: {
      ...{ owner: 'acme', repo: 'shop', repositoryId: repository.id, nodeId: '', defaultBranch: 'main', branch: 'main' },
      ...{ from: new Date(Date.now() - 90 * DAY_MS), testArtifactNames: [], gapLabels: ['documentation'], governancePath: null },
    },
    async close() {
      abort.abort()
      await limits.close()
      await sandbox.close()
    },
  }
}

const streamsOf = (...names: readonly string[]): readonly FactStream[] => IMPORT_STREAMS.filter(({ name }) => names.includes(name))

/** One scan to its end; how many facts it brought, and the watermark for the next. */
async function scan({ github, place }: Bench, stream: FactStream, watermark?: string) {
  let facts = 0
  let position: PullPosition = { cursor: undefined, watermark, candidate: undefined }
  for (;;) {
    const page = await stream.fetchPage(github, place, position)
    facts += Object.values(page.batch.lists ?? {}).reduce((sum, list) => sum + list.length, 0)
    const candidate = page.candidate ?? position.candidate
    if (page.next === undefined) return { facts, watermark: candidate ?? watermark }
    position = { cursor: page.next, watermark, candidate }
  }
}

/** The same requests again, one after the other, as anyone would write it. Milliseconds. */
async function replay(sent: readonly Sent[]): Promise<number> {
  const start = performance.now()
  for (const { url, init } of sent) JSON.parse((await (await fetch(url, init)).text()) || 'null')
  return performance.now() - start
}

const row = (what: string, value: number, limit: number, beside: string, show: (value: number) => string = String): RequestRow => ({
  over: value > limit,
  cells: [what, show(value), show(limit), '', beside, '', value > limit ? 'OVER' : 'ok'],
})

const besides = (others: Readonly<Record<string, string | null>>): string =>
  Object.entries(others)
    .map(([who, cost]) => `${who} ${cost ?? 'none'}`)
    .join('; ')

/** Counts of first scans, the second scan of the same, and the time of the pull requests beside the plain loop. */
async function measureStreams(bench: Bench): Promise<RequestRow[]> {
  const { sandbox, sent } = bench
  sandbox.seedPulls(SHOP, 1_000)
  sandbox.seedRuns(SHOP, 10_000)
  for (let at = 0; at < 300; at += 1) await sandbox.commit(SHOP, 'main', { 'a.md': `${at}` }, `feat: ${at}`)
  const watermarks = new Map<string, string | undefined>()
  const first = async (...names: readonly string[]) => {
    sent.length = 0
    const start = performance.now()
    let facts = 0
    for (const stream of streamsOf(...names)) {
      const scanned = await scan(bench, stream)
      watermarks.set(stream.name, scanned.watermark)
      facts += scanned.facts
    }
    return { facts, requests: [...sent], ms: performance.now() - start }
  }
  // Both share a process with the stand-in, whose collections of garbage fall on either: the best of three turns each counts.
  const turns: { readonly pulls: Awaited<ReturnType<typeof first>>; readonly plainMs: number }[] = []
  for (let turn = 0; turn < 3; turn += 1) {
    const pulls = await first('pull-requests')
    turns.push({ pulls, plainMs: await replay(pulls.requests) })
  }
  const pulls = turns[0]?.pulls as Awaited<ReturnType<typeof first>>
  const [oursMs, plainMs] = [Math.min(...turns.map((turn) => turn.pulls.ms)), Math.min(...turns.map((turn) => turn.plainMs))]
  const commits = await first('commits')
  const runs = await first('workflow-runs')
  if (pulls.facts < 6_000 || commits.facts < 300 || runs.facts < 30_000) throw new Error('the import did not bring everything')
  sent.length = 0
  for (const stream of streamsOf(...watermarks.keys())) await scan(bench, stream, watermarks.get(stream.name))
  const counted = sent.filter(({ status }) => status !== 304).length
  const ratio = oursMs / plainMs
  return [
    row('requests: 1,000 pull requests', pulls.requests.length + commits.requests.length, 45, besides(OTHERS['pull requests'])),
    row('requests: 10,000 runs with jobs', runs.requests.length, 220, besides(OTHERS.runs)),
    row('second import, counted by GitHub', counted, 0, `${sent.length} requests in all`),
    row('time of 1,000 pull requests', ratio, MOST_SLOWER, `plain loop: ${Math.round(plainMs)} ms`, (value) => `${value.toFixed(2)} x`),
  ]
}

async function measurePosture({ sandbox, github, place, sent }: Bench): Promise<RequestRow> {
  const places: ImportPlace[] = []
  for (let at = 0; at < 50; at += 1) {
    const { id } = await sandbox.createRepository(`acme/service-${at}`, { 'README.md': 'x' })
    places.push({ ...place, repo: `service-${at}`, repositoryId: id })
  }
  sent.length = 0
  const posture = await readPosture(github, places)
  if ([...posture.values()].some(({ snapshots }) => snapshots === undefined)) throw new Error('a posture is missing')
  return row('requests: posture of 50 repositories', sent.length, 4, besides(OTHERS.posture))
}

/** Every row; each has a limit that it must keep. */
export async function measureGitHubRequests(): Promise<RequestRow[]> {
  const bench = await openBench()
  try {
    return [...(await measureStreams(bench)), await measurePosture(bench)]
  } finally {
    await bench.close()
  }
}
