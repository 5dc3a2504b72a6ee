import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  FIELD_KINDS,
  type FieldKind,
  type FieldTarget,
  fieldKindOf,
  sameFieldValue,
  toFieldValue,
} from '../../integrations/jira/field-values.ts'

const OPTIONS = [
  { id: '1', value: 'implementing', name: undefined },
  { id: '2', value: 'Complete', name: undefined },
]
const target = (kind: FieldKind): FieldTarget => ({
  source: 'road-item.status',
  id: 'customfield_1',
  name: 'State',
  kind,
  textForm: 'adf',
  options: OPTIONS,
})

describe('the kind of a field', () => {
  const text = (type: string, custom?: string, items?: string) => fieldKindOf({ type, custom, items, system: undefined })
  test('is read from its schema', () => {
    expect(text('string', 'com.atlassian.jira.plugin.system.customfieldtypes:textfield')).toBe('text')
    expect(text('string', 'com.atlassian.jira.plugin.system.customfieldtypes:textarea')).toBe('paragraph')
    expect(text('number')).toBe('number')
    expect(text('date')).toBe('date')
    expect(text('option')).toBe('option')
    expect(text('array', undefined, 'option')).toBe('options')
    expect(text('array', undefined, 'string')).toBe('labels')
  })

  test.each(['user', 'option-with-child', 'version', 'any'])('%s is none we write', (type) => {
    expect(text(type)).toBeUndefined()
  })
})

describe('a value', () => {
  test.each<[FieldKind, string | number | readonly string[], unknown]>([
    ['text', ' a\n b ', 'a b'],
    ['text', ['a', 'b'], 'a, b'],
    ['text', 3, '3'],
    ['number', 3, 3],
    ['number', '3.5', 3.5],
    ['number', ['a', 'b'], 2],
    ['date', '2026-02-05', '2026-02-05'],
    ['date', '2026-02-05T10:00:00Z', '2026-02-05'],
    ['option', 'complete', { id: '2' }],
    ['options', ['Complete', 'implementing'], [{ id: '1' }, { id: '2' }]],
    ['labels', ['b', 'a', 'b'], ['a', 'b']],
  ])('for a %s field of %j is %j', (kind, source, value) => {
    expect(toFieldValue(target(kind), source)).toEqual({ kind: 'value', value })
  })

  test.each<[FieldKind, string | readonly string[], string]>([
    ['text', 'x'.repeat(256), '256 characters'],
    ['number', 'many', '"many" is not a number'],
    ['date', '2026-02-31x', 'is not a date'],
    ['date', 'soon', 'is not a date'],
    ['option', 'proposed', 'no option "proposed" (it offers: implementing, Complete)'],
    ['option', ['complete', 'implementing'], 'several values'],
    ['labels', ['two words'], '"two words" cannot be a label'],
  ])('that a %s field cannot hold is refused with field, key and reason', (kind, source, reason) => {
    const refused = toFieldValue(target(kind), source)
    expect(refused).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('State (customfield_1), filled from road-item.status'),
    })
    expect(refused).toMatchObject({ reason: expect.stringContaining(reason) })
  })

  test('that is not there clears the field, and an empty field is already clear', () => {
    for (const kind of FIELD_KINDS) {
      for (const nothing of [undefined, '', '  ', []]) expect(toFieldValue(target(kind), nothing)).toEqual({ kind: 'value', value: null })
      for (const empty of [null, undefined, '', []]) expect(sameFieldValue(kind, null, empty)).toBe(true)
    }
  })

  test('that was sent is recognised in the form Jira gives it back, and another is not', () => {
    const same: [FieldKind, unknown, unknown, unknown][] = [
      ['text', 'a', 'a', 'b'],
      ['number', 3, 3, 4],
      ['date', '2026-02-05', '2026-02-05', '2026-02-06'],
      ['option', { id: '1' }, { id: '1', value: 'implementing', self: 'x' }, { id: '2', value: 'Complete' }],
      [
        'options',
        [{ id: '1' }, { id: '2' }],
        [
          { id: '2', value: 'b' },
          { id: '1', value: 'a' },
        ],
        [{ id: '1' }],
      ],
      ['labels', ['a', 'b'], ['b', 'a'], ['a']],
    ]
    for (const [kind, sent, back, other] of same) {
      expect([kind, sameFieldValue(kind, sent, back)]).toEqual([kind, true])
      expect([kind, sameFieldValue(kind, sent, other)]).toEqual([kind, false])
      expect([kind, sameFieldValue(kind, sent, null)]).toEqual([kind, false])
    }
  })

  test('never throws, whatever the artifact says', () => {
    const source = fc.oneof(fc.string({ unit: 'binary' }), fc.double(), fc.array(fc.string({ unit: 'binary' }), { maxLength: 4 }))
    fc.assert(
      fc.property(fc.constantFrom(...FIELD_KINDS), source, (kind, value) => {
        const result = toFieldValue(target(kind), value)
        if (result.kind === 'value') expect(sameFieldValue(kind, result.value, result.value)).toBe(true)
      }),
    )
  })
})
