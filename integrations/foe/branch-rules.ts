// Classic protection and rulesets of one branch as what they demand together: GitHub enforces both, so the stricter wins.
import type { AbsenceReason, Collected, CollectedOne } from './collected.ts'
import type { BranchRule, ClassicProtection } from './facts/posture-fact.ts'

export interface BranchDemands {
  readonly requiredReviews: number
  /** Null when no checks are required. */
  readonly statusChecks: { readonly strict: boolean; readonly contexts: readonly string[] } | null
  readonly signedCommits: boolean
  readonly linearHistory: boolean
  /** Ways to merge that all rules leave; null: rules do not limit them. */
  readonly allowedMethods: readonly string[] | null
}

export type ReadDemands =
  | { readonly state: 'known'; readonly demands: BranchDemands }
  /** One of the two sources is hidden: what is demanded is at least this. */
  | { readonly state: 'at-least'; readonly demands: BranchDemands; readonly reason: AbsenceReason }
  | { readonly state: 'absent'; readonly reason: AbsenceReason }

const NOTHING: BranchDemands = { requiredReviews: 0, statusChecks: null, signedCommits: false, linearHistory: false, allowedMethods: null }

function demandsOf(rule: BranchRule): BranchDemands {
  switch (rule.kind) {
    case 'pull-request':
      return {
        ...NOTHING,
        requiredReviews: rule.requiredReviews,
        allowedMethods: rule.allowedMethods?.map((method) => method.toLowerCase()) ?? null,
      }
    case 'status-checks':
      return { ...NOTHING, statusChecks: { strict: rule.strict, contexts: rule.contexts } }
    case 'merge-queue':
      return { ...NOTHING, allowedMethods: [rule.method.toLowerCase()] }
    case 'signed-commits':
      return { ...NOTHING, signedCommits: true }
    case 'linear-history':
      return { ...NOTHING, linearHistory: true }
  }
}

function stricterChecks(left: BranchDemands['statusChecks'], right: BranchDemands['statusChecks']): BranchDemands['statusChecks'] {
  if (left === null || right === null) return left ?? right
  return { strict: left.strict || right.strict, contexts: [...left.contexts, ...right.contexts] }
}

/** The demands of both: the larger number, every check, every switch that either has on. */
export function stricter(left: BranchDemands, right: BranchDemands): BranchDemands {
  const checks = stricterChecks(left.statusChecks, right.statusChecks)
  const methods =
    left.allowedMethods && right.allowedMethods ? left.allowedMethods.filter((method) => right.allowedMethods?.includes(method)) : null
  return {
    requiredReviews: Math.max(left.requiredReviews, right.requiredReviews),
    statusChecks: checks && { strict: checks.strict, contexts: [...new Set(checks.contexts)].sort() },
    signedCommits: left.signedCommits || right.signedCommits,
    linearHistory: left.linearHistory || right.linearHistory,
    allowedMethods: methods ?? left.allowedMethods ?? right.allowedMethods,
  }
}

const isEnforced = ({ enforcement }: BranchRule): boolean => enforcement.toLowerCase() === 'active'

/** What classic protection and the rulesets in force demand of a branch. */
export function mergeDemands(classic: CollectedOne<ClassicProtection>, rules: Collected<BranchRule>): ReadDemands {
  if (classic.state === 'absent' && rules.state === 'absent') return classic
  const fromClassic = classic.state === 'present' && classic.item !== null ? { ...NOTHING, ...classic.item } : NOTHING
  const inForce = rules.state === 'present' ? rules.items.filter(isEnforced).map(demandsOf) : []
  const demands = [fromClassic, ...inForce].reduce(stricter, NOTHING)
  if (classic.state === 'absent') return { state: 'at-least', demands, reason: classic.reason }
  if (rules.state === 'absent') return { state: 'at-least', demands, reason: rules.reason }
  return { state: 'known', demands }
}
