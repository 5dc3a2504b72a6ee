// Scores as people read them. Without evidence a score is no result, and it is never shown as one.
import { html } from 'hono/html'
import type { Html } from './page.ts'
import { badge, type Tone, table } from './parts.ts'

/** Bands of a dimension's score (katalyst.md 7); not those of maturity. */
const BANDS = [
  [80, 'Excellent', 'good'],
  [60, 'Good', 'note'],
  [40, 'Fair', 'warn'],
  [0, 'Needs attention', 'bad'],
] as const satisfies readonly (readonly [number, string, Tone])[]

/** How many of the four parts have evidence, in words. */
const coverageOf = (coverage: number | undefined): Html =>
  coverage === undefined ? html`` : html`<p class="quiet">${coverage} of 4 parts have evidence.</p>`

/** The number with its band; no number where nothing is known. */
export function scoreOf(score: unknown, coverage: number | undefined): Html {
  if (typeof score !== 'number' || coverage === 0)
    return html`<p>${badge('No evidence yet', 'plain')}</p><p class="quiet">Nothing is known, so there is no result. Connect what is missing.</p>`
  const [, word, tone] = BANDS.find(([from]) => score >= from) ?? BANDS[3]
  return html`<p><span class="score">${score}</span> of 100 ${badge(word, tone)}</p>${coverageOf(coverage)}`
}

const SURE: Readonly<Record<string, string>> = { high: 'well founded', medium: 'partly founded', low: 'hardly founded' }

export interface ShownSubscore {
  readonly name: string
  readonly score: number
  readonly max: number
  readonly confidence: string
  /** Empty: nothing is known, so the 0 is no result. */
  readonly evidence: readonly unknown[]
}

/** The four parts of a dimension. The dimension's own name stands in its heading and is not repeated in a part's. */
export const subscoreTable = (subscores: readonly ShownSubscore[]): Html =>
  table(
    'Its parts',
    ['Part', 'Points', 'How sure'],
    subscores.map(({ name, score, max, confidence, evidence }) => {
      const part = name.replace(/^Feedback /, '')
      return evidence.length === 0
        ? [part, badge('no evidence', 'plain'), '']
        : [part, `${score} of ${max}`, SURE[confidence] ?? confidence]
    }),
    'Nothing is scored yet.',
  )
