// How answers about runs, the queue, budgets and connections read.
import { countList, type Renderer } from '../rendered-text.ts'
import { textTable, toCell } from '../text-table.ts'

/** Runs that make no progress, and what is to be done about it. */
const stalledLines = (runs: readonly { readonly id: string; readonly stalled?: string | undefined }[]) =>
  runs.flatMap(({ id, stalled }) => (stalled ? [`run ${id}: ${toCell(stalled)}\n`] : [])).join('')

/** A heading and its lines; nothing where there are none. */
const listed = (heading: string, lines: readonly string[]) =>
  lines.length > 0 ? `${heading}:\n${lines.map((line) => `  ${toCell(line)}\n`).join('')}` : ''

export const OPERATIONS_RENDERERS: Readonly<Record<string, Renderer>> = {
  'test-connection': (answer: {
    provider: string
    account: string
    displayName: string
    missing: string[]
    problems: string[]
    notes: string[]
  }) =>
    [
      `${answer.provider}: signed in as ${toCell(answer.displayName)} (${toCell(answer.account)})\n`,
      listed('missing', answer.missing),
      listed('cannot work', answer.problems),
      listed('notes', answer.notes),
    ].join(''),
  'list-runs': (answer: {
    items: {
      id: string
      kind: string
      state: string
      startedAt: string
      counts: Record<string, number>
      requests: number
      stalled?: string
    }[]
  }) =>
    `${textTable(
      ['run', 'kind', 'state', 'started', 'results', 'requests'],
      answer.items.map((run) => [run.id, run.kind, run.state, run.startedAt, countList(run.counts), run.requests]),
    )}${stalledLines(answer.items)}`,
  'cancel-run': (answer: { id: string; state: string; counts: Record<string, number> }) =>
    answer.state === 'running'
      ? `run ${answer.id} stops when what is being written is done\n`
      : `run ${answer.id} is ${answer.state}: ${countList(answer.counts)}\n`,
  'read-status': (answer: {
    jobs: { waiting: number; running: number; dead: number; oldestWaitingSeconds: number | null; stalledRuns: number }
    running: {
      id: string
      kind: string
      done: number
      total?: number
      phase?: string
      endsAt: string | null
      waitsFor: string | null
      stalled?: string
    }[]
    budgets: {
      connection: string
      scope: string
      limit: number | null
      remaining: number | null
      resetAt: string | null
      pausedUntil: string | null
    }[]
  }) => {
    const { waiting, running, dead, oldestWaitingSeconds } = answer.jobs
    const age = oldestWaitingSeconds === null ? '' : `, the oldest for ${Math.round(oldestWaitingSeconds)} s`
    const runs = answer.running.map((run) => [
      `run ${run.id}`,
      run.kind,
      run.total === undefined ? run.done : `${run.done}/${run.total}`,
      run.phase,
      run.endsAt,
      run.waitsFor,
    ])
    const budgets = answer.budgets.map((one) => [
      one.connection,
      one.scope,
      one.remaining === null ? '–' : `${one.remaining}${one.limit === null ? '' : ` of ${one.limit}`}`,
      one.resetAt,
      one.pausedUntil,
    ])
    return [
      `jobs: ${waiting} waiting${age}, ${running} running, ${dead} dead\n`,
      runs.length > 0 ? textTable(['running', 'kind', 'done', 'phase', 'ends', 'waits for'], runs) : 'no run under way\n',
      stalledLines(answer.running),
      budgets.length > 0 ? textTable(['connection', 'budget', 'left', 'resets', 'paused until'], budgets) : '',
    ].join('')
  },
  'list-connections': (answer: {
    items: { provider: string; name: string; baseUrl: string; kind: string; status: string; source: string }[]
  }) =>
    answer.items.length === 0
      ? 'No connection yet. See README.md, "Install", or run katalyst connections:set.\n'
      : textTable(
          ['provider', 'name', 'address', 'by', 'status', 'from'],
          answer.items.map((item) => [item.provider, item.name, item.baseUrl, item.kind, item.status, item.source]),
        ),
  'list-jobs': (answer: {
    items: {
      id: string
      kind: string
      state: string
      connection?: string
      attempts: number
      maxAttempts: number
      runAt: string
      code?: string
      error?: string
    }[]
  }) =>
    answer.items.length === 0
      ? 'no jobs\n'
      : textTable(
          ['job', 'kind', 'state', 'connection', 'attempts', 'due', 'why'],
          answer.items.map((job) => [
            job.id,
            job.kind,
            job.state,
            job.connection,
            `${job.attempts} of ${job.maxAttempts}`,
            job.runAt,
            [job.code, job.error].filter(Boolean).join(': '),
          ]),
        ),
}
