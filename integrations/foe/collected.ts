// Facts of one kind as far as they could be had. "Could not be read" and "there are none" are different answers, and every
// metric has to choose its words by that; a bare array cannot say it.
import type { Reason } from './metric-value.ts'

/** Why a kind of fact is not there; `no-data` is no such reason: an empty list says it. */
export type AbsenceReason = Exclude<Reason, 'no-data'>

export interface Absent {
  readonly state: 'absent'
  readonly reason: AbsenceReason
}

export interface Present<T> {
  readonly state: 'present'
  readonly items: readonly T[]
}

/** All stored facts of one kind of one repository, in any order. */
export type Collected<T> = Present<T> | Absent

/** One thing there is once per repository (protection, merge settings). `null`: looked at, and there is none. */
export type CollectedOne<T> = { readonly state: 'present'; readonly item: T | null } | Absent

export const collected = <T>(items: readonly T[]): Collected<T> => ({ state: 'present', items })

export const collectedOne = <T>(item: T | null): CollectedOne<T> => ({ state: 'present', item })

export const absent = (reason: AbsenceReason): Absent => ({ state: 'absent', reason })

/** The items, or none where the kind is absent: for facts that only refine another figure. */
export const itemsOf = <T>(facts: Collected<T>): readonly T[] => (facts.state === 'present' ? facts.items : [])
