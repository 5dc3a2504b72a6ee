import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { oneLine } from '../../integrations/documents/clean-text.ts'
import type { RoadItem, RoadItemData } from '../../integrations/governance/artifact.ts'
import { PRIORITIES, ROAD_STATES } from '../../integrations/governance/artifact.ts'
import { readSource } from '../../integrations/jira/artifact-sources.ts'
import { ROAD_ITEM_SOURCES } from '../../integrations/jira/config.ts'
import { planIssue } from '../../integrations/jira/issue-plan.ts'
import { type DesiredIssue, hashDesired, toDesiredIssue } from '../../integrations/jira/mapping.ts'
import { markerOf } from '../../integrations/jira/marker.ts'
import { toEdit as editOf, type RemoteIssue, toCreate, toRemoteIssue } from '../../integrations/jira/remote-issue.ts'
import type { JiraSetup } from '../../integrations/jira/setup.ts'
import { loadAdfCheck, realRoadFolder } from './adf-schema.ts'
import { road } from './road-items.ts'

const check = loadAdfCheck()
const NOW = new Date('2026-11-22T10:00:00Z')
const named = (name: string) => ({ id: `id-${name}`, name })
const setup = (over: Partial<JiraSetup> = {}): JiraSetup => ({
  kind: 'road-item',
  parentField: undefined,
  projectKey: 'KAT',
  issueType: named('Epic'),
  targets: [],
  textForm: 'adf',
  priorities: { critical: named('Highest'), high: named('High'), medium: named('Medium'), low: named('Low') },
  sameAs: { priorities: {}, statuses: {} },
  statuses: Object.fromEntries(
    ROAD_STATES.map((state) => [state, { id: state, name: state.toUpperCase(), category: 'new' }]),
  ) as JiraSetup['statuses'],
  hasDescription: true,
  epicNameField: undefined,
  ...over,
})
const SOURCE = { scope: 'repository:1' }
const map = (item: RoadItem, with_: Partial<JiraSetup> = {}) => toDesiredIssue(item, setup(with_), SOURCE)
const desired = (item: RoadItem, with_: Partial<JiraSetup> = {}) => {
  const result = map(item, with_)
  if (result.kind === 'refused') throw new Error(result.reason)
  return result.item.desired
}
/** The issue as Jira would show it after the create. */
const stored = (item: RoadItem, over: Readonly<Record<string, unknown>> = {}) => {
  const { fields, properties = [] } = toCreate(desired(item), NOW)
  const shown = { ...fields, status: { id: 'proposed', name: 'PROPOSED', statusCategory: { key: 'new' } }, ...over }
  return toRemoteIssue({
    id: '1',
    key: 'KAT-1',
    fields: shown,
    properties: Object.fromEntries(properties.map(({ key, value }) => [key, value])),
  })
}

describe('a road item', () => {
  test.each(ROAD_STATES)('that is %s wants the status its state is mapped to', (state) => {
    expect(desired(road({ data: { status: state } })).status).toEqual({
      kind: 'status',
      status: { id: state, name: state.toUpperCase(), category: 'new' },
    })
  })

  test.each(PRIORITIES)('of priority %s has the mapped priority', (priority) => {
    expect(desired(road({ data: { priority } })).priority).toEqual(setup().priorities?.[priority])
  })

  test('without priority, or of a type without one, sends none', () => {
    expect(desired(road({ data: { priority: undefined } })).priority).toBeUndefined()
    expect(desired(road(), { priorities: undefined }).priority).toBeUndefined()
    expect(toCreate(desired(road(), { priorities: undefined, hasDescription: false }), NOW).fields).not.toHaveProperty('priority')
  })

  test('fills the name of an epic where Jira demands one', () => {
    expect(toCreate(desired(road(), { epicNameField: 'customfield_9' }), NOW).fields).toMatchObject({ customfield_9: 'A title' })
  })

  test.each([
    ['an empty title', { title: ' \n ' }, 'title: it is empty'],
    ['a title of 300 characters', { title: 'x'.repeat(300) }, 'title: it has 300 characters'],
    ['a capability with a space', { data: { capabilities: ['CAP 1'] } }, 'labels: "CAP 1" cannot be a Jira label'],
    [
      'more capabilities than a mark can list',
      { data: { capabilities: Array.from({ length: 4000 }, (_, index) => `CAP-${index}`) } },
      'labels: there are 4002',
    ],
    ['an id with a space', { id: 'ROAD 1' }, 'labels: "ROAD 1" cannot be a Jira label'],
  ])('with %s is refused with the field named', (_, over, reason) => {
    expect(map(road(over))).toMatchObject({ kind: 'refused', reason: expect.stringContaining(reason) })
  })

  test('with line breaks in its title has a summary of one line', () => {
    expect(desired(road({ title: 'a\r\nb\tc' })).summary).toBe('a b c')
  })

  test('can have more labels mapped, and refuses one with a space', () => {
    const targets = [{ source: 'road-item.tags', id: 'labels', name: 'Labels', kind: 'labels', textForm: 'adf', options: [] }] as const
    expect(desired(road(), { targets }).labels).toEqual(expect.arrayContaining(['api', 'web']))
    expect(desired(road(), { targets }).fields).toEqual([])
    expect(map(road({ data: { tags: ['two words'] } }), { targets })).toMatchObject({ kind: 'refused', field: 'labels' })
  })

  test('gives every key that a field can be mapped to', () => {
    const full = road({
      data: { adrs: { validated: true, ids: ['ADR-001'] }, nfrs: { applicable: ['NFR-SEC-001'], status: 'pass', results: {} } },
    })
    for (const source of ROAD_ITEM_SOURCES) expect(() => readSource(full, source)).not.toThrow()
    expect(readSource(full, 'road-item.governance.adrs.ids')).toEqual(['ADR-001'])
    expect(readSource(full, 'road-item.dependencies.requires')).toEqual(['ROAD-001'])
  })
})

describe('the hash', () => {
  const hash = (item: RoadItem) => hashDesired(desired(item))
  test('is the same for the same item', () => {
    expect(hash(road())).toBe(hash(road()))
  })

  const changes: [string, Parameters<typeof road>[0]][] = [
    ['title', { title: 'B' }],
    ['body', { body: 'B' }],
    ['state', { data: { status: 'implementing' } }],
    ['priority', { data: { priority: 'low' } }],
    ['capabilities', { data: { capabilities: [] } }],
    ['file', { file: 'roads/x.md' }],
  ]
  test.each(changes)('changes with the %s', (_, over) => {
    expect(hash(road(over))).not.toBe(hash(road()))
  })
})

describe('the marker', () => {
  test('is a label, the same for ever, and another for another artifact or scope', () => {
    expect(markerOf('repository:1', 'ROAD-001')).toBe('katalyst-956031a276db20422f3a8cb5')
    expect(new Set([markerOf('a', 'b'), markerOf('a', 'c'), markerOf('c', 'b'), markerOf('a","b', '')]).size).toBe(4)
  })
})

describe('differences', () => {
  const planOf = (wanted: DesiredIssue, remote: RemoteIssue) =>
    planIssue(
      { ...mappedItem, desired: wanted },
      remote,
      { origin: 'created', base: {}, resolutions: {} },
      { policy: 'manual', statuses: {} },
    )
  const diffIssue = (wanted: DesiredIssue, remote: RemoteIssue) => planOf(wanted, remote).changes
  const toEdit = (wanted: DesiredIssue, remote: RemoteIssue, at: Date) =>
    editOf(wanted, remote, new Set(planOf(wanted, remote).decisions.map(({ field }) => field)), at)
  const mappedItem = { artifactId: 'ROAD-007', artifactKind: 'road-item', scope: 's', hash: 'h', marker: 'm' }

  test('of what was just created are none, however Jira stores it', () => {
    const remote = stored(road(), { description: JSON.parse(JSON.stringify(desired(road()).description)) })
    expect(diffIssue(desired(road()), remote)).toEqual([])
    expect(toEdit(desired(road()), remote, NOW)).toBeUndefined()
  })

  test('are shown per field, and only they are sent', () => {
    const next = desired(road({ title: 'B', data: { priority: 'low', status: 'implementing', capabilities: ['CAP-002'] } }))
    const remote = stored(road(), { description: next.description, priority: named('High'), labels: [...desired(road()).labels, 'theirs'] })
    expect(diffIssue(next, remote).map(({ field, from, to }) => [field, from, to])).toEqual([
      ['summary', 'A title', 'B'],
      ['priority', 'High', 'Low'],
      ['labels', expect.arrayContaining(['CAP-001', 'theirs']), expect.arrayContaining(['CAP-002', 'theirs'])],
      ['sync mark', 'proposed', 'implementing'],
      ['status', 'PROPOSED', 'IMPLEMENTING'],
    ])
    const edit = toEdit(next, remote, NOW)
    expect(edit?.fields).toEqual({ summary: 'B', priority: { id: 'id-Low' } })
    expect(edit?.update).toEqual({ labels: [{ add: 'CAP-002' }, { remove: 'CAP-001' }] })
  })

  test('take no label away that we did not put there', () => {
    const remote = stored(road(), { labels: [...desired(road()).labels, 'CAP-009', 'katalyst-other'] })
    expect(toEdit(desired(road()), remote, NOW)?.update).toBeUndefined()
  })

  test('of an issue in any state of disrepair are found without harm', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('summary', 'description', 'priority', 'labels', 'status', 'updated'), fc.jsonValue()),
        fc.jsonValue(),
        (fields, property) => {
          const remote = toRemoteIssue({ id: '1', key: 'K-1', fields, properties: { 'katalyst.artifact': property } })
          expect(diffIssue(desired(road()), remote).some(({ field }) => field === 'status')).toBe(true)
          expect(toEdit(desired(road()), remote, NOW)).toBeDefined()
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('hostile content', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 })
  test('becomes a valid issue or a refusal that names a field', () => {
    fc.assert(
      fc.property(text, text, text, text, fc.array(text, { maxLength: 3 }), (id, title, body, file, ids) => {
        const data: Partial<RoadItemData> = { capabilities: ids, dependsOn: ids, statusText: title, status: undefined }
        const result = map(road({ id, title, body, file, data }))
        if (result.kind === 'refused') {
          expect(result.reason).toMatch(/^(title|labels): /)
          return
        }
        const { summary, description, labels } = result.item.desired
        expect(summary).toBe(oneLine(summary))
        expect(summary.length).toBeLessThanOrEqual(255)
        expect(labels.every((label) => /^\S+$/.test(label))).toBe(true)
        expect(check ? check(description) : []).toEqual([])
      }),
      { numRuns: 150 },
    )
  })
})

const folder = realRoadFolder()
;(folder ? test : test.skip)('all 33 real bodies fit into an issue with their footer', () => {
  const files = readdirSync(folder as string).filter((file) => /^ROAD-\d+\.md$/.test(file))
  expect(files).toHaveLength(33)
  for (const file of files) {
    const [, body = ''] = /^---\n[\s\S]*?\n---\n([\s\S]*)$/.exec(readFileSync(path.join(folder as string, file), 'utf8')) ?? []
    const { description } = desired(road({ id: file.slice(0, -3), file: `roads/${file}`, body }))
    expect(check ? check(description) : []).toEqual([])
    expect(JSON.stringify(description).length).toBeLessThanOrEqual(32_767)
    expect(JSON.stringify(description)).toContain(`roads/${file}`)
  }
})
