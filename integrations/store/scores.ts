// What imports scored. Rows are added, never changed: an import whose figures move (events arrive between imports) gets another
// row, so that the rows are the history; one that moved nothing gets none.
import type { DimensionScore, Subscore } from '../foe/score/score-dimension.ts'
import type { Db } from './db.ts'
import { type Json, toJson } from './json.ts'

/** A score as it was kept; evidence, deductions and gaps are those of `Subscore`, as JSON. */
export interface StoredScore {
  readonly importId: number
  readonly dimension: string
  readonly score: number
  readonly coverage: number
  readonly at: Date
  readonly subscores: readonly {
    readonly name: string
    readonly score: number
    readonly confidence: string
    readonly evidence: readonly Json[]
    readonly deductions: readonly Json[]
    readonly gaps: readonly Json[]
  }[]
}

/** What makes two scores of one import the same: the points and the sentences, not when they were computed. */
const contentOf = (subscores: readonly { name: string; score: number; evidence: unknown }[]): string =>
  JSON.stringify(
    subscores.map(({ name, score, evidence }) => [
      name,
      score,
      Array.isArray(evidence) ? evidence.map((item: { text?: unknown; points?: unknown }) => [item.text, item.points]) : null,
    ]),
  )

const toSubscoreRow = ({ name, score, confidence, evidence, deductions, gaps }: Subscore) => ({
  name,
  score,
  confidence,
  evidence: toJson(evidence) as object,
  deductions: toJson(deductions) as object,
  gaps: toJson(gaps) as object,
})

/** Keeps what an import scored; false where that is what its last row says already. Run it in the import's transaction. */
export async function saveScore(db: Db, importId: number, scored: DimensionScore, at: Date): Promise<boolean> {
  const { dimension, score, coverage, subscores } = scored
  const last = await db.prisma.dimensionScore.findFirst({
    where: { importId, dimension },
    orderBy: { at: 'desc' },
    include: { subscores: { orderBy: { id: 'asc' } } },
  })
  if (last && (last.at >= at || (last.score === score && contentOf(last.subscores) === contentOf(subscores)))) return false
  await db.prisma.dimensionScore.create({
    data: { importId, dimension, score, coverage, at, subscores: { create: subscores.map(toSubscoreRow) } },
  })
  return true
}

const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? (value as readonly Json[]) : [])

/** The scores of an import, oldest first. */
export async function listScores(db: Db, importId: number): Promise<readonly StoredScore[]> {
  const rows = await db.prisma.dimensionScore.findMany({
    where: { importId },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
    include: { subscores: { orderBy: { id: 'asc' } } },
  })
  return rows.map(({ dimension, score, coverage, at, subscores }) => ({
    importId,
    dimension,
    score,
    coverage,
    at,
    subscores: subscores.map(({ name, score: points, confidence, evidence, deductions, gaps }) => ({
      name,
      score: points,
      confidence,
      evidence: listOf(evidence),
      deductions: listOf(deductions),
      gaps: listOf(gaps),
    })),
  }))
}
