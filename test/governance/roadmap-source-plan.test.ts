import { describe, expect, test } from '@jest/globals'
import type { ExternalItem } from '../../integrations/governance/roadmap-source.ts'
import { planRoadmap, type RoadmapPlan, type RoadmapPlanInput } from '../../integrations/governance/roadmap-source-plan.ts'
import { item, mapping } from './external-items.ts'

type World = Pick<RoadmapPlanInput, 'files' | 'records' | 'counters'>
const EMPTY: World = { files: [], records: [], counters: { road: 0, change: 0 } }

const plan = (world: World, items: readonly ExternalItem[], more: Partial<RoadmapPlanInput> = {}): RoadmapPlan =>
  planRoadmap({
    ...{ source: 'jira', config: mapping(), removed: 'keep', roadmap: { items, hidden: [] }, exported: new Map(), today: '2026-11-23' },
    ...{ given: { roads: [], changes: [] }, isImmediate: false },
    ...world,
    ...more,
  })

/** What is there when the plan was written, and for a pull request merged. */
function merged(world: World, { files, records, counters }: RoadmapPlan): World {
  const gone = new Set(files.map(({ file }) => file))
  const kept = world.files.filter(({ file }) => !gone.has(file))
  return { files: [...kept, ...files.flatMap(({ file, text }) => (text === undefined ? [] : [{ file, text }]))], records, counters }
}
/** The pull request is open yet. */
const open = (world: World, { records, counters }: RoadmapPlan): World => ({ ...world, records, counters })
const edited = (world: World, id: string, from: string, to: string): World => ({
  ...world,
  files: world.files.map((one) => (one.file === `roads/${id}.md` ? { ...one, text: one.text.replace(from, to) } : one)),
})
const lists = ({ added, changed, removed, drift, unchanged }: RoadmapPlan) => ({
  added: added.map(({ artifactId }) => artifactId),
  changed: changed.map(({ artifactId, fields }) => `${artifactId} ${fields.map(({ field }) => field)}`),
  removed: removed.map(({ artifactId }) => artifactId),
  drift: drift.map(({ artifactId, fields }) => `${artifactId} ${fields.map(({ field }) => field)}`),
  unchanged: unchanged.map(({ artifactId }) => artifactId),
})
const NOTHING = { added: [], changed: [], removed: [], drift: [], unchanged: [] }

const one = item('1', { fields: { Status: 'To Do', Priority: 'High' } })
const two = item('2', { fields: { Status: 'To Do' } })

describe('numbers', () => {
  test('are the next free ones in the order of the tool, above files that cannot be read and ids that are gone', () => {
    const files = [
      { file: 'roads/ROAD-007.md', text: 'unreadable' },
      { file: 'roads/ROAD-003-notes.md', text: '' },
    ]
    expect(lists(plan({ ...EMPTY, files }, [two, one])).added).toEqual(['ROAD-008', 'ROAD-009'])
    expect(lists(plan(EMPTY, [one], { given: { roads: ['ROAD-040'], changes: [] } })).added).toEqual(['ROAD-041'])
    expect(lists(plan({ ...EMPTY, counters: { road: 50, change: 0 } }, [one])).added).toEqual(['ROAD-051'])
  })

  test('stay through renames, an open pull request, another place in the list and a lost database', () => {
    const first = plan(EMPTY, [one, two])
    const renamed = { ...one, title: 'Other', key: 'NEW-1' }
    expect(lists(plan(open(EMPTY, first), [two, renamed])).added).toEqual(['ROAD-002', 'ROAD-001'])
    const there = merged(EMPTY, first)
    expect(lists(plan({ ...there, records: [], counters: EMPTY.counters }, [two, renamed]))).toEqual({
      ...NOTHING,
      changed: ['ROAD-001 title'],
      unchanged: ['ROAD-002'],
    })
  })

  test('are not given again when the item and its file are gone', () => {
    const there = merged(EMPTY, plan(EMPTY, [one, two]))
    const without = { ...there, files: there.files.filter(({ file }) => file !== 'roads/ROAD-002.md') }
    const after = plan(without, [one])
    expect(lists(after)).toEqual({ ...NOTHING, unchanged: ['ROAD-001'] })
    expect(after.records.find(({ artifactId }) => artifactId === 'ROAD-002')?.isGone).toBe(true)
    expect(lists(plan(merged(without, after), [one, item('9')])).added).toEqual(['ROAD-003'])
    // The very item that comes back is the road item it was.
    expect(lists(plan(merged(without, after), [one, two])).added).toEqual(['ROAD-002'])
  })

  test('of what was exported to the tool are those it was made from', () => {
    const files = merged(EMPTY, plan(EMPTY, [one])).files.map(({ file, text }) => ({
      file,
      text: text.replace(/roadmap_source:\n(?: .*\n)+/, ''),
    }))
    expect(lists(plan({ ...EMPTY, files }, [one], { exported: new Map([['1', 'ROAD-001']]) }))).toMatchObject({
      added: [],
      unchanged: ['ROAD-001'],
    })
  })
})

describe('who changed it', () => {
  const start = merged(EMPTY, plan(EMPTY, [one, two]))

  test('nobody: nothing is written', () => {
    const again = plan(start, [one, two])
    expect(lists(again)).toEqual({ ...NOTHING, unchanged: ['ROAD-001', 'ROAD-002'] })
    expect(again.files).toEqual([])
  })

  test('the tool: a change, until it is merged', () => {
    const renamed = { ...one, title: 'Renamed' }
    const proposed = plan(start, [renamed, two])
    expect(lists(proposed)).toMatchObject({ changed: ['ROAD-001 title'], drift: [] })
    expect(lists(plan(open(start, proposed), [renamed, two]))).toMatchObject({ changed: ['ROAD-001 title'], drift: [] })
    expect(lists(plan(merged(start, proposed), [renamed, two]))).toEqual({ ...NOTHING, unchanged: ['ROAD-001', 'ROAD-002'] })
  })

  test('people in git: drift with both values, and the tool wins', () => {
    const local = edited(start, 'ROAD-001', 'priority: high', 'priority: low')
    const result = plan(local, [one, two])
    expect(result.drift).toMatchObject([{ artifactId: 'ROAD-001', fields: [{ field: 'priority', local: 'low', external: 'high' }] }])
    expect(lists(result)).toMatchObject({ changed: [], unchanged: ['ROAD-002'] })
    expect(lists(plan(merged(local, result), [one, two]))).toMatchObject({ drift: [], unchanged: ['ROAD-001', 'ROAD-002'] })
  })

  test('both, in different fields: a change and drift of one road item', () => {
    const local = edited(start, 'ROAD-001', 'priority: high', 'priority: low')
    expect(lists(plan(local, [{ ...one, title: 'Renamed' }, two]))).toMatchObject({
      changed: ['ROAD-001 title'],
      drift: ['ROAD-001 priority'],
    })
  })

  test('people in git, in what is not the tool’s: nothing', () => {
    const local = edited(start, 'ROAD-001', 'validated: false', 'validated: true')
    expect(lists(plan(local, [one, two]))).toEqual({ ...NOTHING, unchanged: ['ROAD-001', 'ROAD-002'] })
  })

  test('people took the file away: drift, and it comes back under its number', () => {
    const seen = merged(start, plan(start, [one, two]))
    const without = { ...seen, files: seen.files.filter(({ file }) => file !== 'roads/ROAD-001.md') }
    expect(lists(plan(without, [one, two]))).toEqual({ ...NOTHING, drift: ['ROAD-001 file'], unchanged: ['ROAD-002'] })
  })

  test('what the tool says no more is emptied; what it never said stays', () => {
    const said = { ...one, labels: ['CAP-001'] }
    const there = merged(EMPTY, plan(EMPTY, [said]))
    const cleared = plan(there, [one])
    expect(cleared.changed).toMatchObject([{ fields: [{ field: 'capabilities', old: ['CAP-001'], new: [] }] }])
    expect(lists(plan(edited(start, 'ROAD-001', 'capabilities: []', 'capabilities: [CAP-002]'), [one, two])).unchanged).toContain(
      'ROAD-001',
    )
  })
})

describe('an item that is gone', () => {
  const start = merged(EMPTY, plan(EMPTY, [one, two]))

  test('is said in every run while its file stays, or is taken away by the settings', () => {
    const kept = plan(start, [one])
    expect([lists(kept).removed, kept.files]).toEqual([['ROAD-002'], []])
    expect(lists(plan(merged(start, kept), [one])).removed).toEqual(['ROAD-002'])
    const deleted = plan(start, [one], { removed: 'delete' })
    expect(deleted.files).toMatchObject([{ file: 'roads/ROAD-002.md', text: undefined }])
    expect(lists(plan(merged(start, deleted), [one])).removed).toEqual([])
  })

  test('is not one that only may not be read', () => {
    const hidden = plan(start, [one], { roadmap: { items: [one], hidden: ['2'] } })
    expect(lists(hidden)).toEqual({ ...NOTHING, unchanged: ['ROAD-001'] })
    expect(hidden.notes).toEqual(['1 item may not be read with this credential and stays as it is.'])
  })
})

test('what was put away is taken up only where it is known', () => {
  const archived = { ...two, isArchived: true }
  expect(lists(plan(EMPTY, [one, archived])).added).toEqual(['ROAD-001'])
  const start = merged(EMPTY, plan(EMPTY, [one, two]))
  expect(lists(plan(start, [one, archived]))).toEqual({ ...NOTHING, unchanged: ['ROAD-001', 'ROAD-002'] })
})

test('a draft that becomes an issue, and an issue that is put into the project again, stay what they are', () => {
  const draft = { ...one, contentId: 'D1' }
  const start = merged(EMPTY, plan(EMPTY, [draft]))
  const issue = { ...one, contentId: 'I1' }
  const converted = merged(start, plan(start, [issue]))
  expect(lists(plan(converted, [{ ...issue, id: 'again' }]))).toEqual({ ...NOTHING, unchanged: ['ROAD-001'] })
})

describe('completion', () => {
  const start = merged(EMPTY, plan(EMPTY, [one]))
  const done = { ...one, fields: { Status: 'Done' } }

  test('brings one change entry, the same while it is proposed, and names the gates that were passed by', () => {
    const first = plan(start, [done])
    expect(first.changeEntries).toEqual([{ id: 'CHANGE-001', artifactId: 'ROAD-001', file: 'changes/CHANGE-001.md' }])
    expect(first.violations.map(({ gate }) => gate)).toContain('adr_validated')
    const later = plan(open(start, first), [done], { today: '2027-01-01' })
    expect(later.files).toEqual(first.files)
    const after = plan(merged(start, first), [done])
    expect([after.changeEntries, after.files]).toEqual([[], []])
  })

  test('that people have written down already brings none', () => {
    const change = {
      file: 'changes/CHANGE-004.md',
      text: '---\nid: CHANGE-004\nroad_id: ROAD-001\ntitle: x\ndate: "2026-01-01"\nversion: "1"\nstatus: draft\ncategories: [Added]\n---\n',
    }
    expect(plan({ ...start, files: [...start.files, change] }, [done]).changeEntries).toEqual([])
  })

  test('of an item that comes complete is history, not news', () => {
    expect(plan(EMPTY, [done]).changeEntries).toEqual([])
  })
})

test('the same input gives the same plan', () => {
  const input = edited(merged(EMPTY, plan(EMPTY, [one, two])), 'ROAD-001', 'priority: high', 'priority: low')
  expect(plan(input, [one, two])).toEqual(plan(input, [one, two]))
})
