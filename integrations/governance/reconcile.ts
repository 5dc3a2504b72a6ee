// Three-way reconciliation, field by field: what both sides agreed on last (base), what git says, what the remote says. Pure,
// and the same for every provider: values are compared by their `key`, which the provider makes so that equal meaning is
// equal JSON. A side that still says what was agreed has not moved; one side moved and it flows; both moved to different
// values and the policy decides. Every field whose remote value moved is in the answer with all its values, so that nothing
// a person wrote can disappear without a record.

export const RECONCILE_POLICIES = ['last-write-wins', 'prefer-git', 'prefer-remote', 'manual'] as const
export type ReconcilePolicy = (typeof RECONCILE_POLICIES)[number]

/** JSON, without naming the store's type: this core imports nothing. */
export type PlainValue = string | number | boolean | null | readonly PlainValue[] | { readonly [key: string]: PlainValue }

/** A value twice: as it is compared, and as people read it. */
export interface Comparable {
  readonly key: PlainValue
  readonly shown: PlainValue
}

export interface FieldSides {
  /** Undefined: the two never agreed on this field. */
  readonly base: Comparable | undefined
  readonly git: Comparable
  readonly remote: Comparable
}

/** What a person decided about a conflict, and about which values. */
export interface Resolution {
  readonly keep: 'git' | 'remote'
  readonly git: PlainValue
  readonly remote: PlainValue
}

export interface ChangeTimes {
  /** When git's side was committed. */
  readonly git?: Date | undefined
  /** When the remote's fields were last changed, by field. */
  readonly remote?: Readonly<Record<string, Date>> | undefined
}

export interface ReconcileInput {
  readonly fields: Readonly<Record<string, FieldSides>>
  readonly policy: ReconcilePolicy
  readonly times?: ChangeTimes
  readonly resolutions?: Readonly<Record<string, Resolution>>
}

/** Why a field got its outcome. */
export const RECONCILE_REASONS = {
  'only-git-changed': 'only git changed',
  'only-remote-changed': 'only the remote changed',
  'git-is-later': 'both changed, and git was later',
  'remote-is-later': 'both changed, and the remote was later',
  'prefer-git': 'both changed, and git is preferred',
  'prefer-remote': 'both changed, and the remote is preferred',
  'resolved-for-git': 'both changed, and a person kept git',
  'resolved-for-remote': 'both changed, and a person kept the remote',
  manual: 'both changed, and a person decides',
  tie: 'both changed in the same second',
  'times-unknown': 'both changed, and when is not known',
} as const
export type ReconcileReason = keyof typeof RECONCILE_REASONS

export interface FieldDecision extends FieldSides {
  readonly field: string
  /** `write` to the remote what git says; `keep` what the remote says; `conflict`: a person decides. */
  readonly outcome: 'write' | 'keep' | 'conflict'
  readonly reason: ReconcileReason
  /** Whether the remote moved: what is written over it, or kept, is somebody's work. */
  readonly remoteChanged: boolean
}

export interface Reconciled {
  /** Every field on which the two differ, in the order given. */
  readonly decisions: readonly FieldDecision[]
  readonly writeRemote: Readonly<Record<string, Comparable>>
  readonly keepRemote: Readonly<Record<string, Comparable>>
  readonly conflicts: readonly FieldDecision[]
  /** Fields that `last-write-wins` could decide if it knew when the remote changed. */
  readonly undated: readonly string[]
  /** What both agree on once `writeRemote` is written; a kept or conflicting field stays with what was agreed before. */
  readonly base: Readonly<Record<string, Comparable>>
}

/** Whether two values are the same JSON; the order of an object's keys says nothing. */
export function samePlain(a: PlainValue, b: PlainValue): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const [left, right] = [Object.entries(a), b as Readonly<Record<string, PlainValue>>]
  if (Array.isArray(a) !== Array.isArray(b) || left.length !== Object.keys(b).length) return false
  return left.every(([key, value]) => Object.hasOwn(b, key) && samePlain(value, right[key] as PlainValue))
}

/** Nothing stands there: a side that never agreed and is empty has nothing to lose. */
const isEmpty = (value: PlainValue) => value === null || value === '' || (Array.isArray(value) && value.length === 0)

/** Git keeps whole seconds, so two changes within one are at the same time. */
const secondOf = (at: Date) => Math.floor(at.getTime() / 1000)

type Ruling = Pick<FieldDecision, 'outcome' | 'reason'>

function ruleByTime(git: Date | undefined, remote: Date | undefined): Ruling {
  if (!git || !remote) return { outcome: 'conflict', reason: 'times-unknown' }
  const difference = secondOf(git) - secondOf(remote)
  if (difference === 0) return { outcome: 'conflict', reason: 'tie' }
  return difference > 0 ? { outcome: 'write', reason: 'git-is-later' } : { outcome: 'keep', reason: 'remote-is-later' }
}

function rule(field: string, sides: FieldSides, input: ReconcileInput): Ruling {
  const { git, remote } = sides
  const resolution = input.resolutions && Object.hasOwn(input.resolutions, field) ? input.resolutions[field] : undefined
  if (resolution && samePlain(resolution.git, git.key) && samePlain(resolution.remote, remote.key))
    return resolution.keep === 'git' ? { outcome: 'write', reason: 'resolved-for-git' } : { outcome: 'keep', reason: 'resolved-for-remote' }
  switch (input.policy) {
    case 'prefer-git':
      return { outcome: 'write', reason: 'prefer-git' }
    case 'prefer-remote':
      return { outcome: 'keep', reason: 'prefer-remote' }
    case 'manual':
      return { outcome: 'conflict', reason: 'manual' }
    case 'last-write-wins': {
      const changedAt = input.times?.remote
      return ruleByTime(input.times?.git, changedAt && Object.hasOwn(changedAt, field) ? changedAt[field] : undefined)
    }
  }
}

function decide(field: string, sides: FieldSides, input: ReconcileInput): FieldDecision | undefined {
  const { base, git, remote } = sides
  if (samePlain(git.key, remote.key)) return undefined
  const gitChanged = base === undefined ? !isEmpty(git.key) : !samePlain(base.key, git.key)
  const remoteChanged = base === undefined ? !isEmpty(remote.key) : !samePlain(base.key, remote.key)
  const ruling: Ruling =
    gitChanged && remoteChanged
      ? rule(field, sides, input)
      : gitChanged
        ? { outcome: 'write', reason: 'only-git-changed' }
        : { outcome: 'keep', reason: 'only-remote-changed' }
  return { field, ...sides, ...ruling, remoteChanged }
}

/** Decides every field. Total; the same input gives the same answer. */
export function reconcileFields(input: ReconcileInput): Reconciled {
  const decisions: FieldDecision[] = []
  const base: [string, Comparable][] = []
  for (const [field, sides] of Object.entries(input.fields)) {
    const decision = decide(field, sides, input)
    if (decision) decisions.push(decision)
    if (!decision || decision.outcome === 'write') base.push([field, sides.git])
    else if (sides.base) base.push([field, sides.base])
  }
  const by = (outcome: FieldDecision['outcome']) => decisions.filter((decision) => decision.outcome === outcome)
  return {
    decisions,
    writeRemote: Object.fromEntries(by('write').map(({ field, git }) => [field, git])),
    keepRemote: Object.fromEntries(by('keep').map(({ field, remote }) => [field, remote])),
    conflicts: by('conflict'),
    undated: by('conflict').flatMap(({ field, reason }) => (reason === 'times-unknown' ? [field] : [])),
    base: Object.fromEntries(base),
  }
}
