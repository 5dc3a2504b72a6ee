// What an import of Jira costs, counted on the stand-in: requests for a thousand issues with their histories, what a second import
// costs, and how long ours takes beside a loop that only fetches and parses the same pages.
import { makeBasicCredentials } from '../../integrations/engine/credentials.ts'
import { makeLimits } from '../../integrations/engine/limits.ts'
import { makeRequester } from '../../integrations/engine/request.ts'
import type { IssueScope } from '../../integrations/jira/import/import-jql.ts'
import { type JiraReads, makeJiraReads } from '../../integrations/jira/import/import-reads.ts'
import { BULK_HISTORIES, readHistories, readIssuePage } from '../../integrations/jira/import/read-issues.ts'
import { openImportPlace, readBoards, sprintsToMeasure } from '../../integrations/jira/import/read-project.ts'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { type JiraSandbox, openJiraSandbox } from '../sandbox/jira/sandbox.ts'
import { OPEN_WORKFLOW } from '../sandbox/jira/workflow.ts'
import type { RequestRow } from './github-requests.ts'

const ISSUES = 1_000
const DAY_MS = 86_400_000
const MOST_SLOWER = 2.5
/** What others spend on the same, read in their code: DevLake asks for remote links issue by issue, Faros for long histories. */
const OTHERS = { devlake: 'about 1,022', middleware: 'none', faros: '4 to 10 and 1 per long history' } as const

interface Sent {
  readonly url: string
  readonly init: RequestInit
}

interface Bench {
  readonly sandbox: JiraSandbox
  readonly reads: JiraReads
  readonly sent: Sent[]
  close(): Promise<void>
}

async function openBench(): Promise<Bench> {
  const sandbox = await openJiraSandbox({
    clock: systemClock,
    searchLag: { ms: 0 },
    project: { key: 'KAT', workflow: OPEN_WORKFLOW, fields: [{ name: 'Story Points', type: 'number' }] },
  })
  const abort = new AbortController()
  const limits = makeLimits({ connectionId: 'jira', provider: 'jira', clock: systemClock, log: silentLog })
  const sent: Sent[] = []
  const watched: typeof fetch = (input, init = {}) => {
    const { signal: _signal, ...rest } = init
    sent.push({ url: String(input), init: rest })
    return fetch(input, init)
  }
  const requester = makeRequester({
    connectionId: 'jira',
    provider: 'jira',
    limits,
    credentials: makeBasicCredentials(sandbox.email, sandbox.token),
    clock: systemClock,
    random: systemRandom,
    log: silentLog,
    signal: abort.signal,
    dryRun: true,
    fetch: watched,
  })
  const context = { connectionId: 'jira', requester, log: silentLog, clock: systemClock, signal: abort.signal }
  return {
    sandbox,
    reads: makeJiraReads(context, sandbox.url, 'cloud'),
    sent,
    async close() {
      await limits.close()
      await sandbox.close()
    },
  }
}

/** Five sprints with two hundred issues each, every one begun and done: three entries of history. */
function livedProject({ sandbox }: Bench): void {
  const points = sandbox.project?.fieldIds['Story Points'] ?? ''
  const boardId = sandbox.createBoard({ projectKey: 'KAT', estimateFieldId: points })
  for (let sprint = 0; sprint < 5; sprint += 1) {
    const id = sandbox.createSprint(boardId, `Sprint ${sprint}`)
    sandbox.startSprint(id, new Date(Date.now() + DAY_MS))
    for (let count = 0; count < ISSUES / 5; count += 1) {
      const key = sandbox.createAsPerson('KAT', 'Story', { summary: `Issue ${count}`, [points]: 1 + (count % 8) })
      sandbox.putInSprint(key, id)
      sandbox.transitionAsPerson(key, 'In Progress')
      sandbox.transitionAsPerson(key, 'Done')
    }
    sandbox.closeSprint(id)
  }
}

/** All that an import of sprints reads, as the use case reads it, without a database. */
async function importOnce({ reads }: Bench, watermark?: string) {
  const now = systemClock.now()
  const opened = await openImportPlace(reads, 'KAT', new Set(['issues', 'changes', 'sprints', 'boards']))
  const board = await readBoards(reads, opened, null)
  const { ids: sprintIds } = sprintsToMeasure(board.sprints, 5, new Date(now.getTime() + 1_000))
  const scope: IssueScope = { projectId: opened.projectId, filter: undefined, from: new Date(now.getTime() - 90 * DAY_MS), sprintIds }
  const met: string[] = []
  let changes = 0
  let candidate = watermark
  for (let cursor: string | undefined; ; ) {
    const page = await readIssuePage(reads, opened, scope, { cursor, watermark, candidate }, now)
    met.push(...page.items.flatMap(({ lists }) => (lists?.issues ?? []).map(({ id }) => id)))
    candidate = page.candidate ?? candidate
    cursor = page.next
    if (cursor === undefined) break
  }
  for (let at = 0; at < met.length; at += BULK_HISTORIES)
    changes += (await readHistories(reads, opened, met.slice(at, at + BULK_HISTORIES))).lists?.changes?.length ?? 0
  return { issues: met.length, changes, watermark: candidate }
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

/** Every row; each has a limit that it must keep. */
export async function measureJiraRequests(): Promise<RequestRow[]> {
  const bench = await openBench()
  try {
    livedProject(bench)
    // The library is loaded once per process.
    await importOnce(bench)
    bench.sent.length = 0
    const first = await importOnce(bench)
    const requests = [...bench.sent]
    if (first.issues !== ISSUES || first.changes !== 3 * ISSUES) throw new Error('the import did not bring everything')
    const ofIssues = requests.filter(({ init }) => init.method === 'POST' && !String(init.body).includes('AND filter = ')).length
    // Both share a process with the stand-in, whose collections of garbage fall on either: the best of three turns each counts.
    let [oursMs, plainMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
    for (let turn = 0; turn < 3; turn += 1) {
      const start = performance.now()
      await importOnce(bench)
      oursMs = Math.min(oursMs, performance.now() - start)
      plainMs = Math.min(plainMs, await replay(requests))
    }
    const beside = Object.entries(OTHERS).map(([who, cost]) => `${who} ${cost}`)
    return [
      row('requests: 1,000 Jira issues with histories', ofIssues, 12, beside.join('; ')),
      row('requests: the same with board, sprints and fields', requests.length, 19, 'of issues, and of the project around them'),
      row(
        'time of 1,000 Jira issues',
        oursMs / plainMs,
        MOST_SLOWER,
        `plain loop: ${Math.round(plainMs)} ms`,
        (value) => `${value.toFixed(2)} x`,
      ),
    ]
  } finally {
    await bench.close()
  }
}
