// The twelve subscores, four to a dimension. The names are exact: Katalyst's pages and reports look them up by text.
import type { Dimension } from '../measure.ts'

export const SUBSCORE_MAX = 25

export const SUBSCORES = {
  feedback: ['CI Pipeline Speed', 'Deployment Frequency', 'Test Coverage', 'Feedback Loop Investment'],
  understanding: ['Architecture Clarity', 'Domain Modeling', 'Documentation Quality', 'Code Organization'],
  confidence: ['Test Quality', 'Contract Testing', 'Dependency Health', 'Change Safety'],
} as const satisfies Readonly<Record<Dimension, readonly [string, string, string, string]>>

export type SubscoreName = (typeof SUBSCORES)[Dimension][number]

/** The words people read for a dimension. */
export const DIMENSION_NAMES = { feedback: 'Feedback', understanding: 'Understanding', confidence: 'Confidence' } as const

/** A subscore's name as part of a code or an address: `ci-pipeline-speed`. */
export const slugOf = (name: SubscoreName): string => name.toLowerCase().replaceAll(' ', '-')
