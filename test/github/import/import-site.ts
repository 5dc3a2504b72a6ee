// A repository at GitHub's stand-in, read through the real engine and the real Octokit, and what scans of it bring.
import { noCredentials } from '../../../integrations/engine/credentials.ts'
import { makeLimits } from '../../../integrations/engine/limits.ts'
import type { ProviderContext } from '../../../integrations/engine/provider.ts'
import type { PullPosition } from '../../../integrations/engine/pull.ts'
import { makeRequester } from '../../../integrations/engine/request.ts'
import type { FactLists, ListKind } from '../../../integrations/foe/facts/fact-kinds.ts'
import { type GitHubContext, makeGitHubClients } from '../../../integrations/github/client.ts'
import type { FactBatch, FactStream, ImportPlace } from '../../../integrations/github/import/stream.ts'
import { silentLog } from '../../../integrations/kernel/log.ts'
import { makeTestRandom } from '../../engine/clocks.ts'
import { EVIDENCE_PERMISSIONS, type GitHubSandbox, type GitHubSandboxOptions } from '../../sandbox/github/sandbox.ts'
import { makeStillClock, openCheckedGitHub } from '../../sandbox-tests/github-client.ts'

export const SHOP = 'acme/shop'
/** Of the still clock. */
export const NOW = new Date('2026-11-22T12:00:00Z')
const DAY_MS = 86_400_000

export const daysAgo = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS)

export interface ImportSite {
  readonly sandbox: GitHubSandbox
  readonly clock: ReturnType<typeof makeStillClock>
  readonly github: GitHubContext
  readonly installation: number
  /** The repository, read for the last 90 days unless changed. */
  place(change?: Partial<ImportPlace>): ImportPlace
  /** With a new token: tokens live an hour, and have the permissions of when they were made. */
  connect(): Promise<GitHubContext>
  /** As the installation itself, with tokens the App asks for: the site must stand at the machine's time. */
  connectAsApp(): Promise<GitHubContext>
  /** Methods and paths with queries since the last call, without those for tokens. */
  sent(): string[]
  close(): Promise<void>
}

/** `acme/shop` with one commit and the App on it, which may read all evidence. Close it. */
export async function openImportSite(options: GitHubSandboxOptions = {}, at: Date = NOW): Promise<ImportSite> {
  const clock = makeStillClock(at.toISOString())
  const sandbox = await openCheckedGitHub({ clock, permissions: EVIDENCE_PERMISSIONS, ...options })
  const repository = await sandbox.createRepository(SHOP, { 'README.md': '# Shop' })
  const installation = await sandbox.installApp('acme')
  const abort = new AbortController()
  // A stand-in has no neighbours to be considerate of: writes need not be a second apart.
  const settings = { writeSpacingMs: 0, writesPerMinute: 0 }
  const limits = makeLimits({ connectionId: 'github', provider: 'github', clock, log: silentLog, settings })
  const contextFor = (): ProviderContext => ({
    connectionId: 'github',
    log: silentLog,
    clock,
    signal: abort.signal,
    requester: makeRequester({
      ...{ connectionId: 'github', provider: 'github', limits, credentials: noCredentials, clock, log: silentLog, fetch },
      ...{ random: makeTestRandom(), signal: abort.signal, dryRun: false },
    }),
  })
  // A token of the installation, made by the stand-in: Octokit signs a JWT by the machine's clock, and this one stands still.
  const connect = () =>
    makeGitHubClients({
      personalToken: async () => ({ token: sandbox.createInstallationToken(installation), apiUrl: sandbox.apiUrl }),
      apiUrl: sandbox.apiUrl,
      contextFor,
    }).asToken()
  const connectAsApp = () =>
    makeGitHubClients({
      app: { appId: sandbox.app.id, privateKey: sandbox.app.privateKey },
      apiUrl: sandbox.apiUrl,
      contextFor,
    }).asInstallation(installation)
  const place: ImportPlace = {
    ...{ owner: 'acme', repo: 'shop', repositoryId: repository.id, nodeId: '', defaultBranch: 'main', branch: 'main' },
    ...{ from: daysAgo(90), testArtifactNames: ['*test*', '*junit*'], gapLabels: [], governancePath: null },
  }
  return {
    ...{ sandbox, clock, installation, connect, connectAsApp, github: await connect() },
    place: (change = {}) => ({ ...place, ...change }),
    sent() {
      const lines = sandbox.requests.map(({ method, path, query }) => `${method} ${path}${query ? `?${query}` : ''}`)
      sandbox.forgetRequests()
      return lines.filter((line) => !line.endsWith('/access_tokens'))
    },
    async close() {
      abort.abort()
      await limits.close()
      await sandbox.close()
    },
  }
}

export interface Scanned {
  readonly pages: number
  /** What the next scan begins with. */
  readonly watermark: string | undefined
  readonly batches: readonly FactBatch[]
  /** The newest state of each fact, by id (runs: by id and attempt). */
  facts<K extends ListKind>(kind: K): FactLists[K][]
}

interface AnyFact {
  readonly id?: string
  readonly path?: string
  readonly sha?: string
  readonly attempt?: number
  readonly runId?: string
}

const keyOf = ({ id, path, sha, attempt, runId }: AnyFact): string =>
  `${id ?? path ?? sha}${attempt === undefined || runId !== undefined ? '' : `/${attempt}`}`

/** One scan to its end, page by page as the engine does it. */
export async function scan(stream: FactStream, github: GitHubContext, place: ImportPlace, watermark?: string): Promise<Scanned> {
  const batches: FactBatch[] = []
  let position: PullPosition = { cursor: undefined, watermark, candidate: undefined }
  for (;;) {
    const page = await stream.fetchPage(github, place, position)
    batches.push(page.batch)
    const candidate = page.candidate ?? position.candidate
    if (page.next === undefined) {
      return Object.freeze({
        ...{ pages: batches.length, watermark: candidate ?? watermark, batches },
        facts<K extends ListKind>(kind: K) {
          const byId = new Map<string, FactLists[K]>()
          for (const { lists } of batches) for (const fact of lists?.[kind] ?? []) byId.set(keyOf(fact), fact as FactLists[K])
          return [...byId.values()]
        },
      })
    }
    if (page.next === position.cursor) throw new Error(`${stream.name} stays at ${page.next}`)
    position = { cursor: page.next, watermark, candidate }
  }
}
