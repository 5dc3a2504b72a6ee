import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseArtifact } from '../../integrations/governance/parse-artifact.ts'
import { editRoadFile, newRoadFile, readOwnedFile } from '../../integrations/governance/roadmap-source-file.ts'
import { mapItem, type SourceFields } from '../../integrations/governance/roadmap-source-mapping.ts'
import { item, mapping } from './external-items.ts'

const wanted = (fields: SourceFields, change: Parameters<typeof item>[1] = {}) =>
  ({ source: 'jira', item: item('1', change), fields, unmapped: [] }) as const
const FULL = {
  title: 'Say "yes": # now',
  status: 'implementing',
  phase: 2,
  priority: 'high',
  capabilities: ['CAP-001'],
  dependencies: ['ROAD-002'],
  tags: ['a: b', 'ui'],
  summary: 'Why.\n\n### More',
  tasks: '- 🎯 one',
} as const
const owned = (text: string) => {
  const read = readOwnedFile('roads/ROAD-001.md', text)
  if (!read) throw new Error('unreadable')
  return read
}

describe('a new file', () => {
  test("is one that Katalyst's strict schema accepts, and reads as what the source says", () => {
    const text = newRoadFile('ROAD-001', wanted(FULL), { phase: 1 })
    expect(parseArtifact('roads/ROAD-001.md', text).problems.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(owned(text).fields).toEqual(FULL)
    expect(owned(text).origin).toEqual({ tool: 'jira', id: '1' })
  })

  test('has no evidence, whatever state it comes in', () => {
    const { road } = owned(newRoadFile('ROAD-001', wanted({ title: 'x', status: 'complete' }), { phase: 1 }))
    expect(road.data).toMatchObject({
      status: 'complete',
      adrs: { validated: false },
      bdd: { passing: 0 },
      nfrs: { results: {} },
      signatures: {},
    })
  })

  test('reads back whatever people call things', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { maxLength: 3 }),
        (title, labels) => {
          const { fields } = mapItem(item('1', { title, labels }), mapping(), () => undefined)
          const read = owned(newRoadFile('ROAD-001', wanted(fields), { phase: 1 })).fields
          expect([read.title, read.tags]).toEqual([fields.title, fields.tags ?? []])
        },
      ),
      { numRuns: 60 },
    )
  })
})

test('what looks like an entity is read back as it was', () => {
  const fields = { title: 'a &lt; b &amp; c < d', tags: ['&copy;'] }
  const text = newRoadFile('ROAD-001', wanted(fields), { phase: 1 })
  expect(owned(text).fields).toMatchObject(fields)
  const next = { title: '&lt;b&gt;' }
  expect(owned(editRoadFile(owned(text), next, wanted(next))).fields).toMatchObject({ ...fields, ...next })
})

describe('an edit', () => {
  const file = `---
id: ROAD-001
title: Old   # why
status: proposed
phase: 1
priority: high
capabilities: [CAP-009]
governance:
  adrs: { validated: true, ids: [ADR-001] }
dependencies: [ROAD-003]
owner: "Paula"
---

# ROAD-001: Old

Words of the author.

## Risks

* spelled   their way
`
  test('changes what is the source’s, and leaves evidence, owner and spelling to their authors', () => {
    const text = editRoadFile(owned(file), FULL, wanted(FULL))
    const { problems } = parseArtifact('roads/ROAD-001.md', text)
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([])
    expect(owned(text).fields).toEqual(FULL)
    for (const kept of ['adrs: { validated: true, ids: [ADR-001] }', 'owner: "Paula"', 'Words of the author.', '* spelled   their way'])
      expect(text).toContain(kept)
    expect(text).toContain(`# ROAD-001: ${FULL.title}`)
  })

  test('of one field changes its lines and the note on the source alone; made again it changes nothing', () => {
    const text = editRoadFile(owned(file), { priority: 'low' }, wanted({ priority: 'low' }))
    const lines = new Set(file.split('\n'))
    expect(text.split('\n').filter((line) => !lines.has(line))).toEqual([
      'priority: low',
      'roadmap_source:',
      '  tool: jira',
      expect.stringContaining('id:'),
      '  key: KAT-1',
      '  url: https://jira.test/browse/KAT-1',
    ])
    expect(editRoadFile(owned(text), { priority: 'low' }, wanted({ priority: 'low' }))).toBe(text)
  })

  test('keeps what could not be mapped', () => {
    const unmapped = [{ field: 'status', value: 'Who knows', reason: '' }]
    const text = editRoadFile(owned(file), {}, { ...wanted({}), unmapped })
    expect(text).toContain('unmapped:\n    status: Who knows')
    expect(editRoadFile(owned(text), {}, wanted({}))).not.toContain('unmapped')
  })
})

test('what is no road item is not read', () => {
  expect(readOwnedFile('roads/ROAD-001.md', 'no frontmatter')).toBeUndefined()
  expect(readOwnedFile('capabilities/CAP-001.md', '---\nid: CAP-001\ntitle: x\n---\n')).toBeUndefined()
})
