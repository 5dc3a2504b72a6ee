// Scores of a hundred thousand facts beside a bare pass over the same rows, and enrichment asked for by fifty at once over HTTP with two
// hundred repositories stored.
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { openProcess } from '../../app/bootstrap.ts'
import { makeAuthenticator } from '../../app/http/authenticate.ts'
import { openServer } from '../../app/http/server.ts'
import { useCases } from '../../app/usecases/table.ts'
import { collected } from '../../integrations/foe/collected.ts'
import { type GithubFacts, NO_FACTS } from '../../integrations/foe/facts/github-facts.ts'
import type { CommitFact } from '../../integrations/foe/facts/knowledge-fact.ts'
import type { PullRequestFact, ReviewFact } from '../../integrations/foe/facts/pull-request-fact.ts'
import type { WorkflowRunFact } from '../../integrations/foe/facts/workflow-fact.ts'
import { DIMENSIONS, measureGithub } from '../../integrations/foe/measure.ts'
import { scoreDimensions } from '../../integrations/foe/score/score-dimension.ts'
import { DEFAULT_SETTINGS } from '../../integrations/foe/settings.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { finishImport, startImport } from '../../integrations/store/imports.ts'
import { saveRepositories } from '../../integrations/store/repositories.ts'

export interface BenchRow {
  readonly over: boolean
  readonly cells: readonly string[]
}

const at = new Date('2026-11-22T10:00:00Z')
const MINUTE_MS = 60_000
const window = { from: new Date(at.getTime() - 90 * 86_400_000), to: at }
const instant = (index: number) => new Date(window.from.getTime() + index * MINUTE_MS)
const person = (id: number) => ({ id: String(id), login: `person-${id}`, isBot: false, type: 'User' })

const run = (index: number): WorkflowRunFact => ({
  id: String(index),
  attempt: 1,
  workflowId: String(index % 5),
  workflowName: 'CI',
  event: 'push',
  headBranch: 'main',
  headSha: index.toString(16).padStart(40, '0'),
  headRepositoryId: '1',
  repositoryId: '1',
  status: 'completed',
  conclusion: index % 9 === 0 ? 'failure' : 'success',
  createdAt: instant(index),
  startedAt: instant(index),
  updatedAt: instant(index + 7),
})
const commit = (index: number): CommitFact => ({
  sha: index.toString(16).padStart(40, '0'),
  message: `feat(shop): add part ${index} of the basket\n\nFor #${index}.`,
  author: person(index % 20) as CommitFact['author'],
  authorName: 'A person',
  committedAt: instant(index * 3),
  parents: ['a'],
  changedLines: 12,
})
const pullRequest = (index: number): PullRequestFact => ({
  id: String(index),
  number: index,
  title: `Add part ${index}`,
  body: `Because the basket needs it. Closes #${index}. Tested by hand and by the suite.`,
  headBranch: `part-${index}`,
  author: person(index % 20) as PullRequestFact['author'],
  isDraft: false,
  createdAt: instant(index * 6),
  mergedAt: instant(index * 6 + 300),
  closedAt: instant(index * 6 + 300),
  mergeCommitSha: index.toString(16).padStart(40, '0'),
  closingReferences: 1,
  readyForReviewAt: [],
})
const review = (index: number): ReviewFact => ({
  id: String(index),
  pullRequestId: String(index),
  author: person((index + 1) % 20) as ReviewFact['author'],
  state: 'APPROVED',
  stateBeforeDismissal: null,
  dismissedAt: null,
  body: 'Looks right, and the tests say so.',
  submittedAt: instant(index * 6 + 100),
})
const many = <T>(count: number, make: (index: number) => T): readonly T[] => Array.from({ length: count }, (_, index) => make(index + 1))

function timed<T>(work: () => T): readonly [T, number] {
  const began = performance.now()
  return [work(), performance.now() - began]
}

/** A pass that does nothing but look at every row: what no computation can be quicker than. */
function barePass(lists: readonly (readonly object[])[]): number {
  let seen = 0
  for (const list of lists)
    for (const row of list)
      for (const value of Object.values(row)) seen += value instanceof Date ? value.getTime() % 2 : String(value).length
  return seen
}

const MOST_SCORING_MS = 1000

/** Figures and scores of all three dimensions from 100,000 facts. */
export function measureScoring(slowness: number): BenchRow {
  const lists = {
    runs: many(60_000, run),
    commits: many(20_000, commit),
    pullRequests: many(10_000, pullRequest),
    reviews: many(10_000, review),
  }
  const facts: GithubFacts = {
    ...NO_FACTS,
    runs: collected(lists.runs),
    commits: collected(lists.commits),
    pullRequests: collected(lists.pullRequests),
    reviews: collected(lists.reviews),
    reviewComments: collected([]),
  }
  const score = () =>
    scoreDimensions(
      DIMENSIONS.map((dimension) => ({ source: 'github', at, metrics: measureGithub(facts, dimension, window, DEFAULT_SETTINGS).metrics })),
    )
  score()
  const [scores, scoringMs] = timed(score)
  const [, bareMs] = timed(() => barePass(Object.values(lists)))
  if (scores.feedback.coverage + scores.understanding.coverage + scores.confidence.coverage < 4)
    throw new Error('the facts were not scored')
  const limitMs = MOST_SCORING_MS * slowness
  const over = scoringMs > limitMs
  const ms = (value: number) => `${Math.round(value)} ms`
  return {
    over,
    cells: [
      'figures and scores of 100000 facts',
      ms(scoringMs),
      ms(limitMs),
      '',
      `bare pass: ${ms(bareMs)}`,
      `${(scoringMs / bareMs).toFixed(1)} x`,
      over ? 'OVER' : 'ok',
    ],
  }
}

const REPOSITORIES = 200
const CONNECTIONS = 50
const REQUESTS = 2_000
const MOST_P95_MS = 50
const TOKEN = 'token-of-the-benchmark'

async function seed(db: Parameters<typeof startImport>[0]): Promise<void> {
  const now = new Date()
  await saveRepositories(
    db,
    many(REPOSITORIES, (id) => ({ id, fullName: `acme/app-${id}`, defaultBranch: 'main', isPrivate: false })),
    now,
  )
  const metrics = Object.fromEntries(
    DIMENSIONS.flatMap((dimension) =>
      Object.keys(measureGithub(NO_FACTS, dimension, window, DEFAULT_SETTINGS).metrics).map((name, index) => [name, { value: index * 3 }]),
    ),
  )
  for (let id = 1; id <= REPOSITORIES; id += 1)
    for (const dimension of DIMENSIONS) {
      const publicId = `${id}-${dimension}`
      const row = await startImport(db, {
        publicId,
        provider: 'github',
        scope: `repository:${id}`,
        repository: `acme/app-${id}`,
        dimension,
        input: {},
        window,
        at: now,
      })
      await finishImport(db, row.id, { state: 'done', result: {}, metrics, gaps: [], requests: 1, at: now })
    }
}

/** The client: a process of its own, so that its work is not the server's. Prints the milliseconds of each answer. */
const CLIENT = `
const [url, token, repositories, connections, requests] = process.argv.slice(1)
const times = []
let next = 0
const ask = async () => {
  while (next < Number(requests)) {
    next += 1
    const began = performance.now()
    const response = await fetch(url + '/api/v1/integrations/enrichment?repository=acme/app-' + ((next % Number(repositories)) + 1), {
      headers: { authorization: 'Bearer ' + token },
    })
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error('enrichment answered ' + response.status)
    times.push(performance.now() - began)
  }
}
await Promise.all(Array.from({ length: Number(connections) }, ask))
process.stdout.write(JSON.stringify(times))
`

/** Asks from many connections at once; milliseconds of each answer. */
async function askAll(url: string): Promise<readonly number[]> {
  const args = ['--input-type=module', '-e', CLIENT, url, TOKEN, ...[REPOSITORIES, CONNECTIONS, REQUESTS].map(String)]
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 10_000_000 })
  return JSON.parse(stdout) as number[]
}

/** Enrichment over HTTP on SQLite. */
export async function measureEnrichment(slowness: number): Promise<BenchRow> {
  const folder = mkdtempSync(path.join(tmpdir(), 'katalyst-enrichment-'))
  const environment = { NODE_ENV: 'test', PORT: '0', DATABASE_URL: `file:${path.join(folder, 'k.db')}`, KATALYST_ADMIN_TOKEN: TOKEN }
  const opened = await openProcess({ environment, log: silentLog })
  const contextFor = opened.contextFor
  const authenticator = makeAuthenticator({ admin: TOKEN })
  const receiveWebhook = async () => ({ status: 404, body: {} })
  const parts = {
    table: useCases,
    contextFor,
    authenticator,
    receiveWebhook,
    version: '0',
    publicUrl: 'http://127.0.0.1',
    requestsPerMinute: 1_000_000,
  }
  const server = await openServer(parts, '127.0.0.1', 0)
  try {
    const { db } = await opened.contextFor({ kind: 'worker', name: 'bench' }, 'bench').store()
    await seed(db)
    const health = many(REQUESTS / 10, () => 0)
    await askAll(server.url)
    const began = process.cpuUsage()
    // What else the machine does falls on one turn or another: the best of three counts.
    const turns: number[][] = []
    for (let turn = 0; turn < 3; turn += 1) turns.push([...(await askAll(server.url))].sort((left, right) => left - right))
    const spent = process.cpuUsage(began)
    const cpuMs = (spent.user + spent.system) / 1000 / (turns.length * REQUESTS)
    const p95Of = (times: readonly number[]) => times[Math.floor(times.length * 0.95)] ?? 0
    const [times = []] = turns.sort((left, right) => p95Of(left) - p95Of(right))
    const p95 = p95Of(times)
    const [, bareMs] = await (async () => {
      const start = performance.now()
      for (const _ of health) await (await fetch(`${server.url}/api/v1/health`)).arrayBuffer()
      return [undefined, (performance.now() - start) / health.length] as const
    })()
    const limitMs = MOST_P95_MS * slowness
    const over = p95 > limitMs
    const median = times[Math.floor(times.length / 2)] ?? 0
    const name = `enrichment, p95 of ${REQUESTS}, ${CONNECTIONS} at once, ${REPOSITORIES} repositories`
    const ms = (value: number) => `${value.toFixed(1)} ms`
    return {
      over,
      cells: [
        name,
        ms(p95),
        ms(limitMs),
        `median ${ms(median)}, ${cpuMs.toFixed(2)} ms of CPU each`,
        `health, one at a time: ${ms(bareMs)}`,
        `${(p95 / CONNECTIONS / bareMs).toFixed(1)} x each`,
        over ? 'OVER' : 'ok',
      ],
    }
  } finally {
    await server.close(1000)
    await opened.close()
    rmSync(folder, { recursive: true })
  }
}
