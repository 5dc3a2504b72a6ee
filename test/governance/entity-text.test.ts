import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { decodeEntities, encodeEntities, entitiesIn } from '../../integrations/governance/entity-text.ts'

test('entities are decoded only where they end in a semicolon', () => {
  expect(decodeEntities('&lt; &gt; &amp; &quot; &#60; &#x3e; ?a=1&copy=2 AT&T')).toBe('< > & " < > ?a=1&copy=2 AT&T')
})

test('text is written with the entities a file uses and no others', () => {
  const used = entitiesIn('x &lt; y &nbsp;')
  expect([...used]).toEqual(['&lt;', '&nbsp;'])
  expect(encodeEntities('a < b > c & d', used)).toBe('a &lt; b > c & d')
  expect(encodeEntities('a < b', entitiesIn('plain'))).toBe('a < b')
})

test('whatever is written decodes to what was meant', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[&<>;#xltgamp60]{0,20}$/))
  const used = fc.subarray(['&lt;', '&gt;', '&amp;']).map((list) => new Set(list))
  fc.assert(fc.property(text, used, (meant, entities) => decodeEntities(encodeEntities(meant, entities)) === meant))
})
