// How scores read at the terminal.
import type { Renderer } from '../rendered-text.ts'
import { textTable } from '../text-table.ts'

interface SubscoreLine {
  readonly name: string
  readonly score: number
  readonly max: number
  readonly confidence: string
  readonly evidence: readonly unknown[]
  readonly deductions: readonly { readonly points: number; readonly reason: string }[]
  readonly gaps: readonly { readonly title: string; readonly recommendation: string }[]
}

/** The costliest thing of a subscore, or what it is missing. */
function remarkOf({ evidence, deductions, gaps }: SubscoreLine): string {
  if (evidence.length === 0) return `no evidence. ${gaps[0]?.recommendation ?? ''}`
  const [worst] = [...deductions].sort((left, right) => right.points - left.points)
  return worst ? `−${worst.points}: ${worst.reason}` : ''
}

export const SCORE_RENDERERS: Readonly<Record<string, Renderer>> = {
  'read-scores': (answer: {
    repository: string
    overallScore: number
    maturityLevel: string
    cycleHealth: string
    weakest: string
    dimensions: Record<string, { dimension: string; score: number; coverage: number; subscores: readonly SubscoreLine[] }>
    newestEvidenceAt: string | null
  }) => {
    const rows = Object.values(answer.dimensions).flatMap(({ dimension, score, coverage, subscores }) => [
      [dimension, `${score}/100`, `${coverage} of 4`, ''],
      ...subscores.map((line) => [
        `  ${line.name}`,
        line.evidence.length === 0 ? '-' : `${line.score}/${line.max}`,
        line.confidence,
        remarkOf(line),
      ]),
    ])
    const head = `${answer.repository}: ${answer.overallScore} of 100, ${answer.maturityLevel}; ${answer.cycleHealth}, weakest ${answer.weakest}\n`
    return `${head}${textTable(['', 'score', 'evidence', 'most to win'], rows)}newest evidence: ${answer.newestEvidenceAt ?? 'none'}\n`
  },
}
