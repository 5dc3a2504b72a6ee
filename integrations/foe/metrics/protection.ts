// What the default branch demands, and how pull requests are merged. Definitions: docs/metrics.md, confidence.
import { type BranchDemands, mergeDemands } from '../branch-rules.ts'
import type { AbsenceReason, Collected, CollectedOne } from '../collected.ts'
import type { BranchRule, ClassicProtection, MergeSettings } from '../facts/posture-fact.ts'
import { gapOfAbsence, gapOfMissing, type MissingThing } from '../gap.ts'
import { type Measured, measuredAbsent } from '../measured.ts'
import { known, type MetricValue, unknown } from '../metric-value.ts'

const PROTECTION = ['requiredReviews', 'requiredStatusChecks', 'signedCommitsRequired'] as const
const MERGING = ['mergeStrategy', 'mergeStrategies', 'linearHistoryRequired'] as const
export type ProtectionMetric = (typeof PROTECTION)[number]
export type MergeMetric = (typeof MERGING)[number]

interface ProtectionFacts {
  readonly classicProtection: CollectedOne<ClassicProtection>
  readonly branchRules: Collected<BranchRule>
}

const isUnprotected = ({ requiredReviews, statusChecks, signedCommits, linearHistory }: BranchDemands): boolean =>
  requiredReviews === 0 && statusChecks === null && !signedCommits && !linearHistory

function missingIn(demands: BranchDemands): readonly MissingThing[] {
  if (isUnprotected(demands)) return ['branch-unprotected']
  return [
    ...(demands.requiredReviews === 0 ? (['reviews-not-required'] as const) : []),
    ...(demands.statusChecks === null ? (['status-checks-not-required'] as const) : []),
    ...(demands.signedCommits ? [] : (['signed-commits-not-required'] as const)),
  ]
}

const checksValue = ({ statusChecks }: BranchDemands) => ({
  required: statusChecks !== null,
  strict: statusChecks?.strict ?? false,
  contexts: statusChecks?.contexts ?? [],
})

/** A demand that was seen is certain; where a source is hidden, one that was not seen is unknown. */
const seenOr = <T extends number | boolean | object>(value: T, isSeen: boolean, hidden: AbsenceReason | null): MetricValue =>
  isSeen || hidden === null ? known(value) : unknown(hidden)

/** Classic protection and rulesets of the branch, the stricter of each. */
export function measureProtection(facts: ProtectionFacts): Measured<ProtectionMetric> {
  const read = mergeDemands(facts.classicProtection, facts.branchRules)
  if (read.state === 'absent') return measuredAbsent(read, 'branch-protection', { counts: [], others: PROTECTION })
  const { demands } = read
  const hidden = read.state === 'at-least' ? read.reason : null
  return {
    metrics: {
      requiredReviews: seenOr(demands.requiredReviews, demands.requiredReviews > 0, hidden),
      requiredStatusChecks: seenOr(checksValue(demands), demands.statusChecks !== null, hidden),
      signedCommitsRequired: seenOr(demands.signedCommits, demands.signedCommits, hidden),
    },
    gaps: hidden ? [gapOfAbsence('branch-protection', hidden)] : missingIn(demands).map(gapOfMissing),
    notes: hidden ? ['Only one of branch protection and rulesets could be read: what is shown is demanded at least.'] : [],
  }
}

/** Methods that settings allow and rules leave, in this order; null where the settings are hidden. */
export function allowedMethods(
  { allowMerge, allowSquash, allowRebase }: MergeSettings,
  demands: BranchDemands | null,
): readonly string[] | null {
  if (allowMerge === null || allowSquash === null || allowRebase === null) return null
  const bySettings = [...(allowSquash ? ['squash'] : []), ...(allowRebase ? ['rebase'] : []), ...(allowMerge ? ['merge'] : [])]
  return bySettings.filter(
    (method) => (demands?.allowedMethods?.includes(method) ?? true) && !(method === 'merge' && demands?.linearHistory === true),
  )
}

/** `squash`, `rebase` or `merge` where one is left, else `mixed`; the list beside it. A linear history leaves no merges. */
export function measureMerging(facts: ProtectionFacts & { readonly mergeSettings: CollectedOne<MergeSettings> }): Measured<MergeMetric> {
  const read = mergeDemands(facts.classicProtection, facts.branchRules)
  const demands = read.state === 'absent' ? null : read.demands
  const hidden = read.state === 'known' ? null : read.reason
  const linearHistoryRequired = seenOr(demands?.linearHistory ?? false, demands?.linearHistory === true, hidden)
  const { mergeSettings } = facts
  const settings = mergeSettings.state === 'present' ? mergeSettings.item : null
  const methods = settings && allowedMethods(settings, demands)
  if (methods === null) {
    const reason = mergeSettings.state === 'absent' ? mergeSettings.reason : 'no-permission'
    return {
      metrics: { mergeStrategy: unknown(reason), mergeStrategies: unknown(reason), linearHistoryRequired },
      gaps: [gapOfAbsence('merge-settings', reason)],
      notes: [],
    }
  }
  const [only] = methods
  const strategy = methods.length === 1 && only !== undefined ? known(only) : methods.length === 0 ? unknown('no-data') : known('mixed')
  return { metrics: { mergeStrategy: strategy, mergeStrategies: known(methods), linearHistoryRequired }, gaps: [], notes: [] }
}
