// The figures and the score of one dimension of one repository, from what is stored: the same for an import that ends, for one
// that could not read anything, and for an event that moved a fact.
import type { AbsenceReason, Collected } from '../../../integrations/foe/collected.ts'
import { FEATURE_OF_KIND, kindsOf } from '../../../integrations/foe/data-kinds.ts'
import type { FactKind } from '../../../integrations/foe/facts/fact-kinds.ts'
import { type GithubFacts, NO_FACTS } from '../../../integrations/foe/facts/github-facts.ts'
import { FEATURES, gapOfAbsence } from '../../../integrations/foe/gap.ts'
import type { Window } from '../../../integrations/foe/instants.ts'
import { type Dimension, type DimensionMetrics, measureGithub } from '../../../integrations/foe/measure.ts'
import { scoreDimension } from '../../../integrations/foe/score/score-dimension.ts'
import type { MetricSettings } from '../../../integrations/foe/settings.ts'
import { type Collection, listCollections } from '../../../integrations/store/collections.ts'
import type { Db } from '../../../integrations/store/db.ts'
import { readFacts } from '../../../integrations/store/facts.ts'
import { toResult } from '../../answers/import-answer.ts'
import type { Refusal } from './import-refusal.ts'

export interface FiguresRequest {
  /** Undefined for a repository that could not be found out. */
  readonly repositoryId: number | undefined
  readonly dimension: Dimension
  /** Data types that were asked for; empty: all. */
  readonly dataTypes: readonly string[]
  readonly window: Window
  readonly settings: MetricSettings
  /** Whose protection and rules count; empty for the default branch. */
  readonly branch: string
  /** What stood in the way of this import. */
  readonly refusals: readonly Refusal[]
  readonly url: string | undefined
  readonly at: Date
}

/** Facts that were never collected, with what this import found out about the reason. */
function withReason(facts: GithubFacts, reason: AbsenceReason | undefined): GithubFacts {
  if (reason === undefined) return facts
  const entries = Object.entries(facts).map(([kind, collected]) => {
    const isUnknown =
      collected !== null && typeof collected === 'object' && collected.state === 'absent' && collected.reason === 'not-collected'
    return [kind, isUnknown ? { state: 'absent', reason } : collected]
  })
  return Object.fromEntries(entries) as unknown as GithubFacts
}

const countItems = (facts: GithubFacts, kinds: readonly FactKind[]): number =>
  kinds.reduce((sum, kind) => {
    const collected = facts[kind] as Collected<unknown> | { readonly state: 'present'; readonly item: unknown } | string | null
    return sum + (collected !== null && typeof collected === 'object' && 'items' in collected ? collected.items.length : 0)
  }, 0)

/** What could be read before and cannot be now: its figures are kept, and this says that they are old and what would renew them. */
function staleness(collections: readonly Collection[], kinds: readonly FactKind[], branch: string) {
  const stale = collections.filter(
    (one) => kinds.includes(one.kind) && (one.branch === '' || one.branch === branch) && one.state === 'absent' && one.collectedAt,
  )
  const gaps = stale.flatMap(({ kind, reason = 'not-collected' }) => {
    const feature = FEATURE_OF_KIND[kind]
    return feature ? [gapOfAbsence(feature, reason)] : []
  })
  const notes = stale.flatMap(({ kind, collectedAt }) => {
    const feature = FEATURE_OF_KIND[kind]
    return feature && collectedAt ? [`${FEATURES[feature].title}: the figures are from what was read on ${collectedAt.toISOString()}.`] : []
  })
  return { gaps, notes }
}

/** Computes figures and score; never throws for want of facts. */
export async function computeFigures(db: Db, request: FiguresRequest) {
  const { repositoryId, dimension, dataTypes, window, settings, branch, refusals, url, at } = request
  const kinds = kindsOf(dimension, dataTypes)
  const stored = repositoryId === undefined ? NO_FACTS : await readFacts(db, repositoryId, { ...window, kinds, branch })
  const facts = withReason(stored, refusals[0]?.absence)
  const measured = measureGithub(facts, dimension, window, settings, dataTypes)
  const stale = staleness(repositoryId === undefined ? [] : await listCollections(db, repositoryId), kinds, branch)
  const gaps = new Map([...refusals.map(({ gap }) => gap), ...stale.gaps, ...measured.gaps].map((gap) => [gap.code, gap]))
  const said = refusals.map(({ gap }) => `${gap.title}. ${gap.recommendation}`)
  const figures: DimensionMetrics = {
    metrics: measured.metrics,
    gaps: [...gaps.values()],
    explanation: [...new Set([...said, ...stale.notes, ...measured.explanation])],
  }
  const score = scoreDimension(dimension, [{ source: 'github', metrics: figures.metrics, at, ...(url ? { url } : {}) }])
  const imported = countItems(facts, kinds)
  return { ...toResult(figures, score, { imported, refusal: refusals[0]?.gap.code }), gaps: figures.gaps, score }
}
