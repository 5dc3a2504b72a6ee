// Answers for people. A use case without a renderer of its own prints its answer as JSON, which is always complete.
import type { Terminal } from './terminal.ts'
import { textTable, toCell } from './text-table.ts'

type Renderer = (answer: never, terminal: Terminal) => string

interface ProblemLine {
  readonly severity: string
  readonly code: string
  readonly file: string
  readonly line: number
  readonly column: number
  readonly path: string
  readonly message: string
  readonly advice?: string | undefined
}

const paint = (terminal: Terminal, code: number, text: string) => (terminal.color ? `\u001b[${code}m${text}\u001b[0m` : text)

function problemLines(problems: readonly ProblemLine[], terminal: Terminal): string {
  return problems
    .map((problem) => {
      const tag = problem.severity === 'error' ? paint(terminal, 31, 'error') : paint(terminal, 33, 'warning')
      const place = `${toCell(problem.file)}:${problem.line}:${problem.column}`
      return `${place}  ${tag}  ${toCell(problem.message)}${problem.advice ? ` ${toCell(problem.advice)}` : ''}  [${problem.code}]\n`
    })
    .join('')
}

const plural = (count: number, one: string, many = `${one}s`) => `${count} ${count === 1 ? one : many}`
const countList = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ') || 'nothing'

/** Runs that make no progress, and what is to be done about it. */
const stalledLines = (runs: readonly { readonly id: string; readonly stalled?: string | undefined }[]) =>
  runs.flatMap(({ id, stalled }) => (stalled ? [`run ${id}: ${toCell(stalled)}\n`] : [])).join('')

const RENDERERS: Readonly<Record<string, Renderer>> = {
  'validate-governance': (
    answer: { problems: ProblemLine[]; artifacts: number; files: number; errors: number; warnings: number; path: string },
    terminal,
  ) =>
    `${problemLines(answer.problems, terminal)}${answer.artifacts} artifacts in ${plural(answer.files, 'file')}: ${plural(answer.errors, 'error')}, ${plural(answer.warnings, 'warning')}\n`,
  'build-governance-index': (answer: { written?: string; counts: Record<string, number>; integrityErrors: string[]; index: unknown }) =>
    answer.written
      ? `wrote ${answer.written}: ${countList(answer.counts)}; ${plural(answer.integrityErrors.length, 'integrity error')}\n`
      : `${JSON.stringify(answer.index, null, 2)}\n`,
  'check-local-change': (
    answer: {
      conclusion: string
      title: string
      problems: ProblemLine[]
      moves: { id: string; from?: string; to?: string; legal: boolean }[]
    },
    terminal,
  ) =>
    `${problemLines(answer.problems, terminal)}${answer.moves.map((move) => `${move.id}: ${move.from ?? '(new)'} → ${move.to ?? '(removed)'}${move.legal ? '' : '  not legal'}\n`).join('')}${answer.conclusion}: ${answer.title}\n`,
  'sync-jira': (answer: {
    runId: string | null
    dryRun: boolean
    syncResults: {
      artifactId: string
      jiraKey: string | null
      status: string
      reason?: string | undefined
      changes?: { field: string; from: unknown; to: unknown }[] | undefined
    }[]
    counts: Record<string, number>
  }) => {
    const rows = answer.syncResults.map((result) => [
      result.artifactId,
      result.jiraKey,
      answer.dryRun && ['created', 'updated'].includes(result.status) ? `would be ${result.status}` : result.status,
      [
        result.reason,
        (result.changes ?? [])
          .map((change) => `${change.field}: ${toCell(change.from).slice(0, 40)} → ${toCell(change.to).slice(0, 40)}`)
          .join('; '),
      ]
        .filter(Boolean)
        .join(' '),
    ])
    return `${textTable(['artifact', 'issue', 'status', 'what'], rows)}${answer.dryRun ? 'Dry run, nothing was written: ' : `Run ${answer.runId}: `}${countList(answer.counts)}\n`
  },
  'list-conflicts': (answer: {
    items: {
      id: string
      artifactId: string
      remoteKey: string | null
      field: string
      git: unknown
      remote: unknown
      state: string
      reason: string
    }[]
  }) =>
    answer.items.length === 0
      ? 'no conflicts\n'
      : textTable(
          ['conflict', 'artifact', 'remote', 'field', 'in git', 'there', 'state', 'why'],
          answer.items.map((one) => [
            one.id,
            one.artifactId,
            one.remoteKey,
            one.field,
            toCell(one.git).slice(0, 40),
            toCell(one.remote).slice(0, 40),
            one.state,
            one.reason,
          ]),
        ),
  'resolve-conflict': (answer: { id: string; artifactId: string; field: string; keep: string | null; next: string }) =>
    `conflict ${answer.id}: ${answer.artifactId} ${toCell(answer.field)} keeps ${answer.keep}. ${answer.next}\n`,
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
    jobs: { waiting: number; running: number; dead: number; oldestWaitingSeconds: number | null }
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
}

/** The text a person sees for an answer. */
export function renderAnswer(name: string, answer: unknown, terminal: Terminal): string {
  const renderer = RENDERERS[name]
  return renderer ? renderer(answer as never, terminal) : `${JSON.stringify(answer, null, 2)}\n`
}
