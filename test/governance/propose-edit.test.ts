import { describe, expect, test } from '@jest/globals'
import { proposeEdit } from '../../integrations/governance/propose-edit.ts'

const FILE = 'roads/ROAD-001.md'
const road = (status: string, adrs = 'false') => `---
id: ROAD-001
title: "Search" # as people call it
status: ${status}
phase: 1
priority: high
created: "2026-01-01"
governance:
  adrs: { validated: ${adrs}, ids: [] }
  capabilities: [CAP-001]
---

# ROAD-001: Search
`
const status = (value: string) => ({ field: 'status', changes: [{ path: 'status', value }] })
const title = (value: string) => ({ field: 'summary', changes: [{ path: 'title', value }] })

describe('an edit from outside', () => {
  test('changes its key and nothing else', () => {
    const { text, taken, refused } = proposeEdit(FILE, road('proposed'), [title('Find: "all"')])
    expect({ taken, refused }).toEqual({ taken: ['summary'], refused: [] })
    expect(text).toBe(road('proposed').replace('"Search"', String.raw`"Find: \"all\""`))
  })

  test('that says what stands there takes nothing', () => {
    expect(proposeEdit(FILE, road('proposed'), [title('Search')])).toEqual({ text: road('proposed'), taken: [], refused: [] })
  })

  test('of the state takes one legal step whose evidence is there', () => {
    expect(proposeEdit(FILE, road('proposed', 'true'), [status('adr_validated')]).taken).toEqual(['status'])
  })

  test.each([
    ['proposed', 'false', 'adr_validated', 'the ADRs must be validated'],
    ['proposed', 'true', 'complete', 'cannot move from Proposed (proposed) to Complete (complete)'],
    ['nfr_validating', 'true', 'complete', 'cannot enter Complete'],
    ['complete', 'true', 'proposed', 'Complete is final'],
    ['proposed', 'true', 'done', '"done"'],
  ])('of the state from %s (validated: %s) to %s is refused, and says why', (from, adrs, to, why) => {
    const { text, refused } = proposeEdit(FILE, road(from, adrs), [status(to)])
    expect(text).toBe(road(from, adrs))
    expect(refused).toEqual([{ field: 'status', reason: expect.stringContaining(why) }])
  })

  test('that is refused does not keep the others out', () => {
    const { taken, refused } = proposeEdit(FILE, road('proposed'), [status('complete'), title('Find')])
    expect([taken, refused.map(({ field }) => field)]).toEqual([['summary'], ['status']])
  })

  test('that would break the file is refused, and an error that was there before is not held against it', () => {
    const broken = road('proposed').replace('priority: high', 'priority: urgent')
    expect(proposeEdit(FILE, broken, [title('Find')]).taken).toEqual(['summary'])
    const worse = proposeEdit(FILE, road('proposed'), [{ field: 'priority', changes: [{ path: 'priority', value: 'urgent' }] }])
    expect(worse.refused).toEqual([{ field: 'priority', reason: expect.stringContaining('urgent') }])
  })

  test('of the body leaves the frontmatter', () => {
    const { text, taken } = proposeEdit(FILE, road('proposed'), [{ field: 'description', changes: [], body: (body) => `${body}\nMore.\n` }])
    expect(taken).toEqual(['description'])
    expect(text).toBe(`${road('proposed')}\nMore.\n`)
  })

  test('of a file without frontmatter is refused', () => {
    expect(proposeEdit(FILE, 'text', [title('Find')]).refused).toHaveLength(1)
  })
})
