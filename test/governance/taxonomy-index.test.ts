import { describe, expect, test } from '@jest/globals'
import { type ParsedArtifact, parseArtifact } from '../../integrations/governance/parse-artifact.ts'
import { buildTaxonomyIndex } from '../../integrations/governance/taxonomy-index.ts'
import { hasCorpus, readCorpus } from './corpus.ts'

const OPTIONS = {
  id: '00000000-0000-4000-8000-000000000000',
  project: 'demo',
  version: '1.0.0',
  generated: new Date('2026-11-22T10:00:00Z'),
}

const file = (path: string, ...lines: readonly string[]): ParsedArtifact => parseArtifact(path, `---\n${lines.join('\n')}\n---\n\n# Body\n`)
const roadFile = (id: string, ...more: readonly string[]) =>
  file(`roads/${id}.md`, `id: ${id}`, `title: ${id}`, 'status: proposed', 'phase: 1', 'priority: high', ...more)

const FOLDER = [
  roadFile('ROAD-002', 'capabilities: [CAP-001]'),
  roadFile('ROAD-001', 'governance:', '  capabilities: [CAP-001]', 'dependencies:', '  blocked_by: [ROAD-009]'),
  file('roads/ROAD-003.md', 'id: ROAD-003', 'title: Refused', 'status: in_progress', 'phase: 1', 'priority: High'),
  file('capabilities/CAP-001.md', 'id: CAP-001', 'title: One', 'category: Business', 'status: stable'),
  file(
    'user-types/UT-001.md',
    'id: UT-001',
    'name: A person',
    'type: human',
    'status: draft',
    'archetype: operator',
    'typical_capabilities: [CAP-009]',
    'related_stories: [US-009]',
  ),
  file('user-stories/US-001.md', 'id: US-001', 'title: Story', 'user_type: UT-009', 'status: draft', 'capabilities: [CAP-001, CAP-009]'),
  file('practice-areas/PA-001.md', 'practiceAreaId: PA-001', 'title: Testing', 'competencies: [COMP-001]', 'methods: [M111]'),
]

describe("the index in the builder's form", () => {
  const index = buildTaxonomyIndex(FOLDER, OPTIONS)

  test('keys records by id, and takes the name of a user type as its title', () => {
    expect(Object.keys(index.extensions.roadItems!)).toEqual(['ROAD-001', 'ROAD-002'])
    expect(index.extensions.userTypes).toMatchObject({ 'UT-001': { title: 'A person', typicalCapabilities: ['CAP-009'] } })
    expect(index.extensions.practiceAreas).toMatchObject({ 'PA-001': { title: 'Testing', methods: ['M111'] } })
  })

  test('leaves out what the strict schema refuses', () => {
    expect(index.stats).toMatchObject({ totalRoadItems: 2, roadsByStatus: { proposed: 2 }, roadsByPhase: { 1: 2 } })
  })

  test('counts roads for a capability only where governance.capabilities says so, as the builder does', () => {
    expect(index.reverseIndices.byCapability).toEqual({ 'CAP-001': { userTypes: [], stories: ['US-001'], roads: ['ROAD-001'] } })
  })

  test("reports broken references in the builder's own words", () => {
    expect(index.stats.referentialIntegrity).toEqual({
      valid: false,
      errors: [
        'User type UT-001 references non-existent capability CAP-009',
        'User type UT-001 references non-existent user story US-009',
        'User story US-001 references non-existent user type UT-009',
        'User story US-001 references non-existent capability CAP-009',
        'Road item ROAD-001 is blocked by non-existent ROAD-009',
      ],
    })
  })

  test('is the same text whatever the order of the files', () => {
    expect(JSON.stringify(buildTaxonomyIndex([...FOLDER].reverse(), OPTIONS))).toBe(JSON.stringify(index))
  })
})

const onCorpus = hasCorpus ? test : test.skip
onCorpus("of Katalyst's own folder has the numbers of the builder with its ids repaired", () => {
  const { stats } = buildTaxonomyIndex(
    readCorpus().map(({ file: path, content }) => parseArtifact(path, content)),
    OPTIONS,
  )
  expect(stats).toMatchObject({
    totalCapabilities: 34,
    totalUserTypes: 9,
    totalStories: 86,
    totalRoadItems: 12,
    totalAdrs: 23,
    totalNfrs: 7,
    totalChanges: 22,
    totalPracticeAreas: 7,
    roadsByStatus: { proposed: 7, complete: 5 },
  })
  const { errors } = stats.referentialIntegrity
  expect(errors).toHaveLength(35)
  expect(errors.filter((error) => error.endsWith(' CAP-010'))).toHaveLength(15)
  expect(errors.filter((error) => error.startsWith('Change entry '))).toHaveLength(20)
})
