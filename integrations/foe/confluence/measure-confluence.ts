// Confluence's figures from facts. Nothing here knows how the facts were had or where they are kept.
import type { Gap } from '../gap.ts'
import type { DimensionMetrics } from '../measure.ts'
import { explain } from '../measured.ts'
import { known, type MetricValue, uncounted, unknown } from '../metric-value.ts'
import type { ConfluenceContentFact, ConfluenceFacts } from './confluence-facts.ts'
import { confluenceGapOf, confluenceGapOfAbsence, gapOfRunbook, gapOfType } from './confluence-gap.ts'
import {
  CONFLUENCE_METRICS,
  type ConfluenceMetric,
  DECISION_LINK,
  DESIGN_SECTIONS,
  EXPECTED_TYPES,
  RUNBOOK_SECTIONS,
  type RunbookSection,
} from './confluence-metric-table.ts'
import { type DocumentTypeRules, type TypedPage, typePages } from './document-types.ts'

export interface ConfluenceSettings {
  readonly rules: DocumentTypeRules
  readonly freshnessDays: number
  /** Types that are counted; empty: all pages. */
  readonly contentTypes: readonly string[]
  /** Only pages with this label are counted. */
  readonly labelFilter: string | null
  readonly assessFreshness: boolean
  readonly assessCoverage: boolean
}

type Metrics = Partial<Record<ConfluenceMetric, MetricValue>>
interface Part {
  readonly metrics: Metrics
  readonly gaps: readonly Gap[]
  readonly notes: readonly string[]
}

const DAY_MS = 86_400_000
/** Runbooks named one by one; more are a number. */
const NAMED_RUNBOOKS = 20
const percent = (part: number, whole: number): number => (100 * part) / whole
const NO_VALUE: MetricValue = unknown('no-data')

/** The pages that are asked about. */
export function countedPages(typed: readonly TypedPage[], { contentTypes, labelFilter }: ConfluenceSettings): readonly TypedPage[] {
  return typed.filter(
    ({ types, labels }) =>
      (contentTypes.length === 0 || types.some((type) => contentTypes.includes(type))) &&
      (labelFilter === null || labels.includes(labelFilter)),
  )
}

const typeCounts = (typed: readonly TypedPage[], rules: DocumentTypeRules): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.keys(rules).map((type) => [type, typed.filter(({ types }) => types.includes(type)).length]))

function measureFreshness(counted: readonly TypedPage[], { freshnessDays }: ConfluenceSettings, at: Date): Part {
  if (counted.length === 0) return { metrics: { documentationFreshness: NO_VALUE }, gaps: [], notes: [] }
  const limit = at.getTime() - freshnessDays * DAY_MS
  const fresh = counted.filter(({ page }) => page.modifiedAt.getTime() >= limit).length
  const value = percent(fresh, counted.length)
  const notes = [`${fresh} of ${counted.length} pages were changed within ${freshnessDays} days.`]
  return { metrics: { documentationFreshness: known(value) }, gaps: value < 50 ? [confluenceGapOf('documentation-stale')] : [], notes }
}

function measureCoverage(typed: readonly TypedPage[]): Part {
  const missing = EXPECTED_TYPES.filter((type) => !typed.some(({ types }) => types.includes(type)))
  const value = percent(EXPECTED_TYPES.length - missing.length, EXPECTED_TYPES.length)
  const notes = missing.length > 0 ? [`No page of the types ${missing.join(', ')}.`] : []
  return {
    metrics: { documentationCoverage: known(value) },
    gaps: missing.filter((type) => type !== 'runbook' && type !== 'design-doc').map(gapOfType),
    notes,
  }
}

/** Sections a runbook lacks, by its headings. */
export function missingSections({ headings }: Pick<ConfluenceContentFact, 'headings'>): readonly RunbookSection[] {
  const sections = Object.keys(RUNBOOK_SECTIONS) as RunbookSection[]
  return sections.filter((section) => !headings.some((heading) => RUNBOOK_SECTIONS[section].test(heading)))
}

type ContentOf = (pageId: string) => ConfluenceContentFact | undefined

/** Read pages only: one whose words could not be read says nothing about them. */
const readOf = (typed: readonly TypedPage[], type: string, contentOf: ContentOf) =>
  typed.flatMap(({ page, types }) => {
    const content = types.includes(type) ? contentOf(page.id) : undefined
    return content ? [{ page, content }] : []
  })

function measureOperations(typed: readonly TypedPage[], contentOf: ContentOf): Part {
  const count = typed.filter(({ types }) => types.includes('runbook')).length
  if (count === 0) return { metrics: { operationalCoverage: known(0) }, gaps: [confluenceGapOf('runbook-none')], notes: [] }
  const read = readOf(typed, 'runbook', contentOf)
  if (read.length === 0) return { metrics: { operationalCoverage: unknown('not-collected') }, gaps: [], notes: [] }
  const lacking = read.flatMap(({ page, content }) => {
    const missing = missingSections(content)
    return missing.length > 0 ? [gapOfRunbook(page.title, missing, page.id)] : []
  })
  const more = lacking.length > NAMED_RUNBOOKS ? [`${lacking.length - NAMED_RUNBOOKS} more runbooks lack sections.`] : []
  const notes = [`${read.length - lacking.length} of ${read.length} runbooks have trigger, steps, rollback and owner.`, ...more]
  return {
    metrics: { operationalCoverage: known(percent(read.length - lacking.length, read.length)) },
    gaps: lacking.slice(0, NAMED_RUNBOOKS),
    notes,
  }
}

/** 0..100: a quarter for each thing a design document has. */
export function designPoints({ headings, hasTable, hasDiagram, links }: ConfluenceContentFact): number {
  const has = [
    headings.some((heading) => DESIGN_SECTIONS.context.test(heading)),
    headings.some((heading) => DESIGN_SECTIONS.decision.test(heading)),
    hasTable || hasDiagram,
    links.some((link) => DECISION_LINK.test(link)),
  ]
  return percent(has.filter(Boolean).length, has.length)
}

function measureArchitecture(typed: readonly TypedPage[], contentOf: ContentOf): Part {
  const count = typed.filter(({ types }) => types.includes('design-doc')).length
  if (count === 0) return { metrics: { architectureQuality: NO_VALUE }, gaps: [confluenceGapOf('design-doc-none')], notes: [] }
  const points = readOf(typed, 'design-doc', contentOf).map(({ content }) => designPoints(content))
  if (points.length === 0) return { metrics: { architectureQuality: unknown('not-collected') }, gaps: [], notes: [] }
  const mean = points.reduce((sum, one) => sum + one, 0) / points.length
  return { metrics: { architectureQuality: known(mean) }, gaps: [], notes: [`${points.length} design documents were assessed.`] }
}

function absentMetrics(reason: Parameters<typeof confluenceGapOfAbsence>[0]): Metrics {
  const names = Object.keys(CONFLUENCE_METRICS) as ConfluenceMetric[]
  return Object.fromEntries(names.map((name) => [name, CONFLUENCE_METRICS[name].unit === 'count' ? uncounted(reason) : unknown(reason)]))
}

/** The figures of one space at an instant. They are understanding. `counted` is how many pages they are computed from. */
export function measureConfluence(
  facts: ConfluenceFacts,
  settings: ConfluenceSettings,
  at: Date,
): DimensionMetrics & { readonly counted: number } {
  if (facts.pages.state === 'absent') {
    const metrics = absentMetrics(facts.pages.reason) as Record<string, MetricValue>
    return { metrics, gaps: [confluenceGapOfAbsence(facts.pages.reason)], explanation: explain(metrics), counted: 0 }
  }
  const typed = typePages(facts, settings.rules)
  const counted = countedPages(typed, settings)
  const contents = new Map(facts.contents.map((content) => [content.pageId, content]))
  const contentOf: ContentOf = (pageId) => contents.get(pageId)
  const isEmpty = typed.length === 0
  const parts: readonly Part[] = [
    {
      metrics: { totalPages: known(typed.length), pageCount: known(counted.length), byType: known(typeCounts(typed, settings.rules)) },
      gaps: isEmpty ? [confluenceGapOf('confluence-space-empty')] : [],
      notes: [],
    },
    ...(settings.assessFreshness ? [measureFreshness(counted, settings, at)] : []),
    ...(settings.assessCoverage
      ? [measureCoverage(typed), measureOperations(typed, contentOf), measureArchitecture(typed, contentOf)]
      : []),
  ]
  const metrics = Object.assign({}, ...parts.map((part) => part.metrics)) as Record<string, MetricValue>
  const gaps = new Map(parts.flatMap((part) => part.gaps).map((gap) => [gap.code, gap]))
  const explanation = [...new Set([...parts.flatMap((part) => part.notes), ...explain(metrics)])]
  return { metrics, gaps: [...gaps.values()], explanation, counted: counted.length }
}
