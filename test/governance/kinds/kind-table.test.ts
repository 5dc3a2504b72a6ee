import { describe, expect, test } from '@jest/globals'
import { ARTIFACT_KINDS } from '../../../integrations/governance/artifact.ts'
import { KIND_DEFINITIONS } from '../../../integrations/governance/kinds/kind-table.ts'
import { parseArtifact } from '../../../integrations/governance/parse-artifact.ts'
import { hasCorpus, readCorpus } from '../corpus.ts'

const read = (file: string, yaml: string, body = '') => parseArtifact(file, `---\n${yaml}---\n${body}`)

test('every kind is in the table under its own name', () => {
  expect(ARTIFACT_KINDS.map((kind) => KIND_DEFINITIONS[kind].kind)).toEqual([...ARTIFACT_KINDS])
})

describe.each([
  [
    'capabilities/CAP-001.md',
    'id: CAP-001\ntitle: Reports\ntag: "@CAP-001"\ncategory: Business\nstatus: deprecated\nsuperseded_by: ADR-023\ncontribution: {status: accepted, version: 2, submitted_by: A, submitted_at: "2026-02-17"}\n',
    { status: 'deprecated', category: 'Business', tag: '@CAP-001', supersededBy: 'ADR-023' },
    'status: shiny',
  ],
  [
    'user-types/UT-001.md',
    'id: UT-001\ntitle: Lead\ntype: human\nstatus: approved\narchetype: operator\ntypical_capabilities: [CAP-001]\nrelated_stories: [US-001]\nrelated_user_types: [UT-002]\ntechnical_profile: {skill_level: beginner, integration_type: api, frequency: daily}\n',
    {
      status: 'approved',
      type: 'human',
      archetype: 'operator',
      capabilities: ['CAP-001'],
      stories: ['US-001'],
      relatedUserTypes: ['UT-002'],
    },
    'archetype: hero',
  ],
  [
    'adr/ADR-001.md',
    'id: ADR-001\ntitle: Use it\nstatus: superseded\ncategory: architecture\nscope: all\nsupersedes: ""\nsuperseded_by: ADR-002\n',
    { status: 'superseded', category: 'architecture', scope: 'all', supersededBy: 'ADR-002' },
    'status: maybe',
  ],
  [
    'nfr/NFR-SEC-001.md',
    'id: NFR-SEC-001\ntitle: Safe\ncategory: security\npriority: must\nstatus: active\nroad_items: [ROAD-001]\n',
    { status: 'active', category: 'security', priority: 'must', roadItems: ['ROAD-001'] },
    'priority: mst',
  ],
  [
    'changes/CHANGE-001.md',
    'id: CHANGE-001\nroad_id: ROAD-001\ntitle: Did it\ndate: "2026-02-12"\nversion: "0.4.0"\nstatus: published\ncategories: [Added]\ncompliance:\n  adr_check: {status: pass}\n  bdd_check: {status: pass, scenarios: 1, passed: 1, coverage: "100%"}\n  nfr_checks: {performance: {status: pass}, security: {status: na}, accessibility: {status: pending}}\nsignatures:\n  - {agent: "@a", role: r, status: approved, timestamp: "2026-02-12T16:00:00Z"}\n',
    { status: 'published', roadId: 'ROAD-001', date: '2026-02-12', version: '0.4.0', categories: ['Added'] },
    'categories: [Improved]',
  ],
  [
    'practice-areas/PA-001.md',
    'practiceAreaId: PA-001\ntitle: Testing\ncanonical: true\ncompetencies: [COMP-001]\nmethods: [M121]\ntools: [jest]\npillars: [{type: strategy, title: S, description: D}]\n',
    { canonical: true, competencies: ['COMP-001'], methods: ['M121'], tools: ['jest'] },
    'methods: [method]',
  ],
  [
    'use-cases/UC-001.md',
    'id: UC-001\ntitle: Do\nstatus: draft\ncapabilities: [CAP-001]\n',
    { status: 'draft', capabilities: ['CAP-001'] },
    'capabilities: [cap]',
  ],
  [
    'competencies/COMP-001.md',
    'id: COMP-001\ntitle: Skill\npractice_area_id: PA-001\ndependencies: [COMP-002]\n',
    { practiceArea: 'PA-001', dependencies: ['COMP-002'] },
    'dependencies: [none]',
  ],
])('%s', (file, yaml, data, broken) => {
  test('is read, and Katalyst accepts it', () => {
    const { artifact, problems, passesStrict } = read(file, yaml)
    expect(problems).toEqual([])
    expect(passesStrict).toBe(true)
    expect(artifact?.data).toEqual(data)
  })

  test('with a wrong value has an error on it', () => {
    const key = broken.split(':')[0]
    const { problems } = read(file, yaml.replace(new RegExp(`^${key}:.*\n`, 'm'), `${broken}\n`))
    expect(problems.map(({ severity, path }) => [severity, path.split('[')[0]])).toEqual([['error', key]])
  })
})

test('a user type is titled by its name, which Katalyst refuses and we do not', () => {
  const { artifact, problems, passesStrict } = read(
    'user-types/UT-001.md',
    'id: UT-001\nname: Lead\ntype: human\nstatus: draft\narchetype: operator\n',
  )
  expect([artifact?.title, passesStrict]).toEqual(['Lead', false])
  expect(problems.map(({ severity, code }) => [severity, code])).toEqual([['warning', 'strict-variant']])
})

test('a contribution says who proposed and who submitted under the same names', () => {
  const road = 'id: ROAD-001\ntitle: T\nstatus: proposed\nphase: 1\npriority: high\n'
  const block = 'contribution: {status: accepted, proposed_by: P, proposed_at: 2026-02-05, accepted_at: "", reviewed_by: R}\n'
  expect(read('roads/ROAD-001.md', road + block).artifact?.contribution).toEqual({
    status: 'accepted',
    submittedBy: 'P',
    submittedAt: '2026-02-05',
    reviewedBy: 'R',
  })
})

describe('a user story', () => {
  const story = 'id: US-001\ntitle: T\nuser_type: UT-001\nstatus: draft\ncapabilities: [CAP-001]\n'
  const dataOf = (yaml: string, body: string) => read('user-stories/US-001.md', yaml, body).artifact?.data

  test('is linked to road items by its body and its frontmatter', () => {
    const body = '\n## Road Items\n\n- **ROAD-026** (Title) -- note\n- **ROAD-010**\n\n## Context\n\nROAD-001\n'
    expect(dataOf(`${story}roadmapItems: [ROAD-041]\nrelatedStories: [US-050]\n`, body)).toMatchObject({
      roadItems: ['ROAD-041', 'ROAD-026', 'ROAD-010'],
      relatedStories: ['US-050'],
    })
  })

  test('takes its criteria from the frontmatter, and from the body where that has none', () => {
    const body = '\n## Acceptance Criteria\n\n1. First\n   goes on\n2. Second:\n   - nested\n\n## Notes\n\n3. no\n'
    expect(dataOf(`${story}acceptance_criteria: [One]\n`, body)).toMatchObject({ acceptanceCriteria: ['One'] })
    expect(dataOf(story, body)).toMatchObject({ acceptanceCriteria: ['First goes on', 'Second:'] })
    expect(dataOf(story, '\n## Acceptance Criteria\n\n### Part\n\n- [ ] A\n- [x] B\n')).toMatchObject({ acceptanceCriteria: ['A', 'B'] })
  })
})

const withCorpus = hasCorpus ? describe : describe.skip
withCorpus('real stories', () => {
  test('have the criteria Katalyst counts', () => {
    const counts = ['US-016', 'US-042', 'US-043', 'US-055'].map((id) => {
      const { content } = readCorpus().find(({ file }) => file === `user-stories/${id}.md`)!
      const { artifact } = parseArtifact(`user-stories/${id}.md`, content)
      return artifact?.kind === 'user-story' ? [artifact.data.acceptanceCriteria.length, artifact.data.roadItems] : []
    })
    expect(counts).toEqual([
      [8, ['ROAD-010']],
      [11, ['ROAD-026', 'ROAD-010']],
      [11, ['ROAD-026', 'ROAD-012']],
      [9, ['ROAD-043']],
    ])
  })
})
