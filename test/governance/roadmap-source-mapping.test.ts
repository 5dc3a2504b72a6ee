import { describe, expect, test } from '@jest/globals'
import { mapItem, toLine } from '../../integrations/governance/roadmap-source-mapping.ts'
import { item, mapping } from './external-items.ts'

const known: Readonly<Record<string, string>> = { 'KAT-2': 'ROAD-002', 'ROAD-009': 'ROAD-009' }
const read = (change: Parameters<typeof item>[1], section: object = {}) =>
  mapItem(item('1', change), mapping(section), (key) => known[key.toUpperCase()])

describe('the state', () => {
  test.each([
    ['To Do', 'proposed'],
    ['backlog', 'proposed'],
    ['Todo', 'proposed'],
    ['IN PROGRESS', 'implementing'],
    ['Done', 'complete'],
  ])('%s is %s', (word, state) => {
    expect(read({ fields: { Status: word } }).fields.status).toBe(state)
  })

  test('goes by the settings first; what is in neither is kept and reported, and moves nothing', () => {
    const section = { status: { 'In Review': 'nfr_validating', done: 'nfr_blocked' }, statusField: 'State' }
    expect(read({ fields: { state: 'in review' } }, section).fields.status).toBe('nfr_validating')
    expect(read({ fields: { State: 'Done' } }, section).fields.status).toBe('nfr_blocked')
    const unknown = read({ fields: { State: 'Who knows' } }, section)
    expect(unknown.fields).not.toHaveProperty('status')
    expect(unknown.unmapped).toMatchObject([{ field: 'status', value: 'Who knows' }])
  })
})

test.each([
  ['Highest', 'critical'],
  ['High', 'high'],
  ['medium', 'medium'],
  ['Low', 'low'],
  ['Lowest', 'low'],
])('the priority %s is %s', (word, priority) => {
  expect(read({ fields: { Priority: word } }).fields.priority).toBe(priority)
})

describe('the phase', () => {
  test.each([
    [{ fields: { Phase: 3 } }, 3],
    [{ fields: { Phase: 'Phase 2: Build' } }, 2],
    [{ labels: ['phase-1'] }, 1],
    [{ fields: { Phase: 'Discovery' } }, 0],
    [{ fields: { Phase: 'Iteration 7' } }, 4],
  ])('of %j is %i', (change, phase) => {
    expect(read(change, { phase: { values: { Discovery: 0, 'iteration 7': 4 } } }).fields.phase).toBe(phase)
  })

  test.each(['2026-11', 'later', '1.5', '2 of 3'])('"%s" is none, and is reported', (word) => {
    expect(read({ fields: { Phase: word } }).unmapped).toMatchObject([{ field: 'phase', value: word }])
  })
})

describe('capabilities and dependencies', () => {
  test('come from labels and fields, by id or by name; what is neither is reported', () => {
    const { fields, unmapped } = read(
      { labels: ['cap-002', 'search', 'other'], fields: { Capabilities: 'CAP-001, CAP-9, CAP-002' } },
      { capabilities: { values: { Search: 'CAP-007' } } },
    )
    expect(fields.capabilities).toEqual(['CAP-001', 'CAP-002', 'CAP-007'])
    expect(fields.tags).toEqual(['other'])
    expect(unmapped).toMatchObject([{ field: 'capabilities', value: 'CAP-9' }])
  })

  test('name items of the tool and road items', () => {
    const { fields, unmapped } = read({
      waitsFor: ['KAT-2'],
      labels: ['depends-on:ROAD-009'],
      fields: { Dependencies: 'kat-2 and KAT-77' },
    })
    expect(fields.dependencies).toEqual(['ROAD-002', 'ROAD-009'])
    expect(unmapped).toMatchObject([{ field: 'dependencies', value: 'KAT-77' }])
  })
})

test('what the tool says nothing about is not the tool’s', () => {
  expect(read({})).toEqual({ fields: { title: 'Epic 1' }, unmapped: [] })
})

test('tasks carry the mark of their state, those below them stand two spaces in, and no title breaks out of its line', () => {
  const tasks = [
    {
      title: 'one [x](y)\n# h',
      state: 'done',
      key: 'KAT-5',
      url: 'https://jira.test/browse/KAT-5',
      tasks: [{ title: 'part', state: 'open', tasks: [] }],
    },
    { title: 'two', state: 'open', status: 'In Progress', tasks: [] },
    { title: 'three', state: 'doing', status: 'Whatever', tasks: [] },
  ] as const
  expect(read({ tasks }).fields.tasks).toBe(
    '- ✅ [KAT-5](<https://jira.test/browse/KAT-5>): one \\[x\\](y) # h\n  - 🎯 part\n- 🚧 two\n- 🚧 three',
  )
  expect(read({ tasks }, { tasks: false }).fields).not.toHaveProperty('tasks')
})

test('a line is one line, of characters that can be written', () => {
  expect(toLine('a\u0000b\r\nc\u2028d\ud800 \u202e  e ')).toBe('a b c d\ufffd \u202e e')
})
