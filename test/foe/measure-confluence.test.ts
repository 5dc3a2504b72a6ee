import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { absent, collected } from '../../integrations/foe/collected.ts'
import type { ConfluenceContentFact, ConfluenceFacts, ConfluencePageFact } from '../../integrations/foe/confluence/confluence-facts.ts'
import { readDecisions } from '../../integrations/foe/confluence/decision-records.ts'
import { typePages } from '../../integrations/foe/confluence/document-types.ts'
import { type ConfluenceSettings, measureConfluence } from '../../integrations/foe/confluence/measure-confluence.ts'
import { scoreDimension } from '../../integrations/foe/score/score-dimension.ts'

const at = new Date('2026-06-01T00:00:00Z')
const daysAgo = (days: number) => new Date(at.getTime() - days * 86_400_000)
const page = (id: string, title: string, over: Partial<ConfluencePageFact> = {}): ConfluencePageFact => ({
  id,
  title,
  parentId: null,
  version: 1,
  modifiedAt: daysAgo(10),
  url: `https://site.example.org/${id}`,
  ...over,
})
const content = (pageId: string, over: Partial<ConfluenceContentFact> = {}): ConfluenceContentFact => ({
  pageId,
  version: 1,
  headings: [],
  hasTable: false,
  hasDiagram: false,
  links: [],
  status: null,
  ...over,
})
const RULES = {
  adr: { labels: ['adr', 'decision'], title: '^ADR[- ]?\\d+' },
  runbook: { labels: ['runbook'], title: 'runbook' },
  'design-doc': { labels: ['design-doc'], title: 'design (doc|document)' },
  onboarding: { labels: ['onboarding'] },
  api: { labels: ['api'] },
  architecture: { labels: ['architecture'], ancestor: 'Architecture' },
  glossary: { labels: ['glossary'] },
}
const SETTINGS: ConfluenceSettings = {
  rules: RULES,
  freshnessDays: 180,
  contentTypes: [],
  labelFilter: null,
  assessFreshness: true,
  assessCoverage: true,
}
const factsOf = (pages: readonly ConfluencePageFact[], more: Partial<ConfluenceFacts> = {}): ConfluenceFacts => ({
  pages: collected(pages),
  labels: [],
  contents: [],
  ...more,
})
const valuesOf = (facts: ConfluenceFacts, over: Partial<ConfluenceSettings> = {}) =>
  Object.fromEntries(
    Object.entries(measureConfluence(facts, { ...SETTINGS, ...over }, at).metrics).map(([name, { value }]) => [name, value]),
  )

describe('types of pages', () => {
  test('follow from label, title or a page above, whichever fits', () => {
    const facts = factsOf(
      [
        page('1', 'Anything'),
        page('2', 'adr 7: x'),
        page('3', 'architecture'),
        page('4', 'Below', { parentId: '3' }),
        page('5', 'Deeper', { parentId: '4' }),
      ],
      { labels: [{ pageId: '1', labels: ['RUNBOOK', 'adr'] }] },
    )
    expect(typePages(facts, RULES).map(({ types }) => types)).toEqual([['adr', 'runbook'], ['adr'], [], ['architecture'], ['architecture']])
  })

  test('are found in pages that stand below each other in a circle', () => {
    const facts = factsOf([page('1', 'A', { parentId: '2' }), page('2', 'B', { parentId: '1' })])
    expect(typePages(facts, RULES)).toHaveLength(2)
  })
})

describe('figures of a space', () => {
  const facts = factsOf(
    [
      page('1', 'ADR-001: Use X'),
      page('2', 'Runbook A', { modifiedAt: daysAgo(181) }),
      page('3', 'Runbook B'),
      page('4', 'Design doc', { modifiedAt: daysAgo(180) }),
      page('5', 'Notes', { modifiedAt: daysAgo(400) }),
    ],
    {
      contents: [
        content('2', { headings: ['When to use', 'Steps', 'Rollback', 'Owner and contact'] }),
        content('3', { headings: ['Steps'] }),
        content('4', { headings: ['Context', 'Our decision'], hasDiagram: true, links: ['see ADR-001 adr-001.md'] }),
      ],
    },
  )

  test('count pages, those asked for, and types', () => {
    expect(valuesOf(facts)).toMatchObject({ totalPages: 5, pageCount: 5, byType: { adr: 1, runbook: 2, 'design-doc': 1, glossary: 0 } })
    expect(valuesOf(facts, { contentTypes: ['adr', 'runbook'] })).toMatchObject({ totalPages: 5, pageCount: 3 })
    const labelled = factsOf([page('1', 'a'), page('2', 'b')], { labels: [{ pageId: '2', labels: ['team-a'] }] })
    expect(valuesOf(labelled, { labelFilter: 'team-a' }).pageCount).toBe(1)
  })

  test('freshness is the share of the counted pages changed within the days, the last of them included', () => {
    expect(valuesOf(facts).documentationFreshness).toBe(60)
    expect(valuesOf(facts, { contentTypes: ['runbook'] }).documentationFreshness).toBe(50)
    expect(valuesOf(facts, { freshnessDays: 500 }).documentationFreshness).toBe(100)
    expect(valuesOf(facts, { contentTypes: ['api'] }).documentationFreshness).toBeNull()
  })

  test('coverage is the share of the six expected types, and missing ones are gaps', () => {
    const measured = measureConfluence(facts, SETTINGS, at)
    expect(measured.metrics.documentationCoverage?.value).toBe(50)
    expect(measured.gaps.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['document-type-missing-onboarding', 'document-type-missing-api', 'runbook-incomplete-3']),
    )
  })

  test('operations are covered by runbooks that have all four sections', () => {
    expect(valuesOf(facts).operationalCoverage).toBe(50)
    expect(valuesOf(factsOf([page('1', 'Notes')])).operationalCoverage).toBe(0)
    expect(valuesOf(factsOf([page('1', 'Runbook')])).operationalCoverage).toBeNull()
  })

  test('architecture is the mean of what design documents have', () => {
    expect(valuesOf(facts).architectureQuality).toBe(100)
    const two = factsOf([page('1', 'Design doc'), page('2', 'Design document')], {
      contents: [content('1'), content('2', { headings: ['Background'], hasTable: true })],
    })
    expect(valuesOf(two).architectureQuality).toBe(25)
    expect(valuesOf(factsOf([])).architectureQuality).toBeNull()
  })

  test('what is not asked for is not there', () => {
    expect(Object.keys(valuesOf(facts, { assessFreshness: false, assessCoverage: false }))).toEqual(['totalPages', 'pageCount', 'byType'])
  })

  test('a space that could not be read has counts of 0 and nothing else, all with the reason', () => {
    const measured = measureConfluence({ pages: absent('no-permission'), labels: [], contents: [] }, SETTINGS, at)
    expect(measured.metrics.totalPages).toEqual({ value: 0, reason: 'no-permission' })
    expect(measured.metrics.documentationFreshness).toEqual({ value: null, reason: 'no-permission' })
    expect(measured.gaps).toHaveLength(1)
    expect(measured.explanation.join(' ')).toContain('documentationFreshness')
  })

  test('raise Understanding, and better ones never lower it', () => {
    const score = (given: ConfluenceFacts) =>
      scoreDimension('understanding', [{ source: 'confluence', metrics: measureConfluence(given, SETTINGS, at).metrics, at }]).score
    expect(score(facts)).toBeGreaterThan(0)
    const older = factsOf([page('1', 'ADR-001: Use X', { modifiedAt: daysAgo(999) })])
    expect(score(older)).toBeLessThanOrEqual(score(factsOf([page('1', 'ADR-001: Use X')])))
  })

  test('stay between 0 and 100 whatever the space holds', () => {
    const anyPage = fc.record({
      title: fc.constantFrom('Runbook', 'ADR-1', 'design doc', 'x', '__proto__'),
      days: fc.integer({ min: -10, max: 999 }),
    })
    fc.assert(
      fc.property(fc.array(anyPage, { maxLength: 8 }), fc.array(fc.string({ maxLength: 12 }), { maxLength: 4 }), (given, headings) => {
        const pages = given.map(({ title, days }, index) => page(String(index), title, { modifiedAt: daysAgo(days) }))
        const values = valuesOf(factsOf(pages, { contents: pages.map(({ id }) => content(id, { headings })) }))
        for (const name of ['documentationFreshness', 'documentationCoverage', 'operationalCoverage', 'architectureQuality']) {
          const value = values[name] as number | null
          expect(value === null || (value >= 0 && value <= 100)).toBe(true)
        }
      }),
    )
  })
})

describe('decision records', () => {
  const decisions = (pages: readonly ConfluencePageFact[], more: Partial<ConfluenceFacts> = {}) => {
    const facts = factsOf(pages, more)
    return readDecisions(typePages(facts, RULES), facts).map(({ id, title, status }) => [id, title, status])
  }

  test('have an id, a title and a status from the page or its labels', () => {
    expect(
      decisions([page('1', 'ADR-012: Use X'), page('2', 'adr 3 – Use Y'), page('30', 'How we decide')], {
        labels: [
          { pageId: '30', labels: ['decision', 'accepted'] },
          { pageId: '2', labels: ['adr'] },
        ],
        contents: [content('1', { status: 'Superseded by ADR-014 (was accepted)' })],
      }),
    ).toEqual([
      ['ADR-003', 'Use Y', 'unknown'],
      ['ADR-012', 'Use X', 'superseded'],
      ['ADR-C30', 'How we decide', 'accepted'],
    ])
  })

  test('never share an id: the older page keeps the number', () => {
    expect(decisions([page('9', 'ADR-1 b'), page('8', 'ADR-001 a')]).map(([id, title]) => [id, title])).toEqual([
      ['ADR-001', 'a'],
      ['ADR-C9', 'b'],
    ])
  })
})
