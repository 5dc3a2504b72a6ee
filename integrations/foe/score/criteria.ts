// The table of points: every criterion by subscore. docs/scoring.md is this table for people.
import type { Dimension } from '../measure.ts'
import { CONFIDENCE_CRITERIA } from './confidence-criteria.ts'
import type { Criterion } from './criterion.ts'
import { FEEDBACK_CRITERIA } from './feedback-criteria.ts'
import type { SubscoreName } from './subscores.ts'
import { UNDERSTANDING_CRITERIA } from './understanding-criteria.ts'

/** The criteria of each subscore; their weights add up to 25, and the bands of each from 0 to its weight. */
export const CRITERIA: Readonly<Record<Dimension, Readonly<Partial<Record<SubscoreName, readonly Criterion[]>>>>> = {
  feedback: FEEDBACK_CRITERIA,
  understanding: UNDERSTANDING_CRITERIA,
  confidence: CONFIDENCE_CRITERIA,
}

export const criteriaOf = (dimension: Dimension, subscore: SubscoreName): readonly Criterion[] => CRITERIA[dimension][subscore] ?? []
