// How answers about governance artifacts read.
import { countList, paint, plural, type Renderer } from '../rendered-text.ts'
import type { Terminal } from '../terminal.ts'
import { toCell } from '../text-table.ts'

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

function problemLines(problems: readonly ProblemLine[], terminal: Terminal): string {
  return problems
    .map((problem) => {
      const tag = problem.severity === 'error' ? paint(terminal, 31, 'error') : paint(terminal, 33, 'warning')
      const place = `${toCell(problem.file)}:${problem.line}:${problem.column}`
      return `${place}  ${tag}  ${toCell(problem.message)}${problem.advice ? ` ${toCell(problem.advice)}` : ''}  [${problem.code}]\n`
    })
    .join('')
}

export const GOVERNANCE_RENDERERS: Readonly<Record<string, Renderer>> = {
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
}
