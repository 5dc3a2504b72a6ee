// Katalyst's methods that help with a subscore. The catalogue itself is Katalyst's and not ours: ids and titles are what its
// public material names, and the maturity is the least it may be called, since we cannot know more.
import type { SubscoreName } from '../score/subscores.ts'

export const METHODS = {
  M111: 'Deployment Frequency',
  M112: 'Deployment Pipeline',
  M121: 'Executable Specs',
  M124: 'Fast Flow',
  M126: 'Gherkin',
  M127: 'Given-When-Then',
  M130: 'Lead Time',
  M140: 'Trunk-Based Development',
  M145: 'Consumer Contract',
  M146: 'Early Feedback Loop',
  M147: 'Knowledge Distribution',
  M151: 'System over Individuals',
} as const
export type MethodId = keyof typeof METHODS

/** Methods of each subscore, the primary one first. */
export const SUBSCORE_METHODS = {
  'CI Pipeline Speed': ['M112', 'M146'],
  'Deployment Frequency': ['M111', 'M124', 'M130'],
  'Test Coverage': ['M121', 'M126'],
  'Feedback Loop Investment': ['M146', 'M130'],
  'Architecture Clarity': ['M147'],
  'Domain Modeling': ['M147', 'M126'],
  'Documentation Quality': ['M147'],
  'Code Organization': ['M140', 'M147'],
  'Test Quality': ['M121', 'M127'],
  'Contract Testing': ['M145', 'M121'],
  'Dependency Health': ['M151', 'M112'],
  'Change Safety': ['M140', 'M151'],
} as const satisfies Readonly<Record<SubscoreName, readonly MethodId[]>>

export interface MethodReference {
  readonly methodId: MethodId
  readonly title: string
  readonly maturity: 'hypothesized'
  readonly relevance: 'primary' | 'secondary'
}

/** The methods of a subscore as reports refer to them. */
export const methodsFor = (subscore: SubscoreName): MethodReference[] =>
  SUBSCORE_METHODS[subscore].map((methodId, at) => ({
    methodId,
    title: METHODS[methodId],
    maturity: 'hypothesized',
    relevance: at === 0 ? 'primary' : 'secondary',
  }))
