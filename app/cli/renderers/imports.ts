// How answers about imports read.
import { paint, plural, type Renderer } from '../rendered-text.ts'
import type { Terminal } from '../terminal.ts'
import { textTable, toCell } from '../text-table.ts'

interface ImportAnswer {
  readonly importId: string
  readonly state: string
  readonly provider: string
  readonly repository?: string | undefined
  readonly dimension?: string | undefined
  readonly imported: number
  readonly metrics: Readonly<Record<string, unknown>>
  readonly explanation: string
  readonly gaps: readonly { code: string; title: string; recommendation: string; severity: string }[]
  readonly subscores: readonly { name: string; score: number; max: number }[]
  readonly window: { readonly from: string; readonly to: string }
  readonly requests: number
  readonly progress?: { readonly phase?: string | undefined; readonly done: number; readonly total?: number | undefined } | undefined
}

const SHOWN_CHARACTERS = 70
const shown = (value: unknown) => {
  if (value === null || value === undefined) return '–'
  const text = typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(3) : toCell(value)
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS - 1)}…` : text
}

function renderImport(answer: ImportAnswer, terminal: Terminal): string {
  const { dimension, metrics, subscores, gaps, window, explanation } = answer
  const score = dimension === undefined ? undefined : metrics[`${dimension}Score`]
  const title = [answer.repository ?? answer.provider, dimension].filter(Boolean).join(' · ')
  const figures = Object.entries(metrics).filter(([name]) => name !== `${dimension}Score`)
  return [
    `${paint(terminal, 1, toCell(title))}${score === undefined ? '' : `  ${shown(score)} of 100`}  (${answer.state})\n`,
    `${window.from.slice(0, 10)} to ${window.to.slice(0, 10)}, ${plural(answer.imported, 'fact')}, ${plural(answer.requests, 'request')}, import ${answer.importId}\n`,
    ...(explanation === '' ? [] : [`${toCell(explanation)}\n`]),
    ...(answer.progress ? [`${answer.progress.phase ?? 'waiting'}: ${answer.progress.done} of ${answer.progress.total ?? '?'}\n`] : []),
    ...(subscores.length > 0
      ? [
          textTable(
            ['subscore', 'points'],
            subscores.map((one) => [one.name, `${one.score}/${one.max}`]),
          ),
        ]
      : []),
    ...(figures.length > 0
      ? [
          textTable(
            ['figure', 'value'],
            figures.map(([name, value]) => [name, shown(value)]),
          ),
        ]
      : []),
    ...gaps.map((gap) => `${paint(terminal, 33, gap.severity)} ${toCell(gap.title)}: ${toCell(gap.recommendation)}\n`),
  ].join('')
}

export const IMPORT_RENDERERS: Readonly<Record<string, Renderer>> = {
  'read-import': renderImport,
  'import-jira': renderImport,
  'import-confluence': renderImport,
  'import-github-repositories': (answer: ImportAnswer | { imports: readonly ImportAnswer[] }, terminal) =>
    'imports' in answer ? answer.imports.map((one) => renderImport(one, terminal)).join('\n') : renderImport(answer, terminal),
}
