// Every figure of Confluence by name, and the words it looks for. docs/metrics.md is these tables for people, and a test holds
// both together.
import type { Unit } from '../metric-table.ts'

export interface ConfluenceMetricRow {
  readonly unit: Unit
  readonly better: 'more' | 'less' | null
  readonly definition: string
}

export const CONFLUENCE_METRICS = {
  totalPages: { unit: 'count', better: null, definition: 'current pages of the space; archived, trashed and draft ones are not' },
  pageCount: {
    unit: 'count',
    better: null,
    definition: 'of them, those of the asked types and with the asked label; all where neither is asked',
  },
  byType: { unit: 'object', better: null, definition: 'how many pages are of each type; a page can be of several' },
  documentationFreshness: {
    unit: 'percent',
    better: 'more',
    definition: 'share of the counted pages whose latest version was made within `freshnessDays` before the end of the window',
  },
  documentationCoverage: {
    unit: 'percent',
    better: 'more',
    definition: 'expected types with at least one page ÷ expected types, over the whole space',
  },
  operationalCoverage: {
    unit: 'percent',
    better: 'more',
    definition: 'runbooks that have all expected sections ÷ runbooks; 0 where there is no runbook',
  },
  architectureQuality: {
    unit: 'percent',
    better: 'more',
    definition: 'mean over design documents of the points they have: context, decision, diagram or table, link to a decision record',
  },
} as const satisfies Readonly<Record<string, ConfluenceMetricRow>>

export type ConfluenceMetric = keyof typeof CONFLUENCE_METRICS

/** Types a documented system is expected to have. */
export const EXPECTED_TYPES = ['adr', 'runbook', 'design-doc', 'onboarding', 'api', 'architecture'] as const

/** Sections a runbook is expected to have, and the words in headings that are one. */
export const RUNBOOK_SECTIONS = {
  trigger: /trigger|symptom|alert|when to|detect|condition/i,
  steps: /step|procedure|resolution|mitigation|instruction|how to|action|response/i,
  rollback: /roll\s?back|revert|undo|back\s?out|restore/i,
  owner: /owner|contact|escalat|on[- ]call|responsib|maintainer/i,
} as const
export type RunbookSection = keyof typeof RUNBOOK_SECTIONS

/** Headings that give a design document its context and its decision. */
export const DESIGN_SECTIONS = {
  context: /context|background|problem|motivation|goal|overview/i,
  decision: /decision|solution|proposal|approach|design|outcome/i,
} as const

/** What a link to a decision record looks like, in its words or where it leads. */
export const DECISION_LINK = /\bADR[-_ #]?\d+|\/(?:adr|decisions)\//i
