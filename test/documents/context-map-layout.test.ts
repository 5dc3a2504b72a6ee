import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { drawContextMap } from '../../integrations/documents/context-map-drawing.ts'
import { BOX, layOutContextMap } from '../../integrations/documents/context-map-layout.ts'
import { domainModel } from '../../integrations/documents/domain-model.ts'
import { serializeXml } from '../../integrations/documents/xml-tree.ts'

const slugs = ['a', 'b', 'c', 'd', 'e', 'all']
const parts = fc
  .array(
    fc.record({ upstream: fc.constantFrom(...slugs), downstream: fc.constantFrom(...slugs), pattern: fc.constantFrom('x', 'y-z', '') }),
  )
  .map((relationships) => [
    { contexts: slugs.slice(0, 3).map((slug) => ({ slug, name: slug, aggregates: [] })), relationships, aggregates: [], events: [] },
  ])

test('contexts never overlap and stand inside the picture, also in circles', () => {
  fc.assert(
    fc.property(parts, (given) => {
      const model = domainModel(given)
      const { places, width, height } = layOutContextMap(model)
      const all = [...places.values()]
      expect(all).toHaveLength(model.contexts.length)
      for (const place of all) {
        expect(place.x >= 0 && place.y >= 0 && place.x + BOX.width <= width && place.y + BOX.height <= height).toBe(true)
        const touching = all.filter(
          (other) => other !== place && Math.abs(other.x - place.x) < BOX.width && Math.abs(other.y - place.y) < BOX.height,
        )
        expect(touching).toEqual([])
      }
      expect(serializeXml([drawContextMap(model)])).toBe(serializeXml([drawContextMap(domainModel(given))]))
    }),
    { numRuns: 80 },
  )
})

test('upstream stands to the left of downstream', () => {
  const model = domainModel([
    {
      contexts: [],
      relationships: [
        { upstream: 'b', downstream: 'c', pattern: 'x' },
        { upstream: 'a', downstream: 'b', pattern: 'x' },
        { upstream: 'a', downstream: 'c', pattern: 'x' },
      ],
      aggregates: [],
      events: [],
    },
  ])
  const { places } = layOutContextMap(model)
  expect(['a', 'b', 'c'].map((slug) => places.get(slug)?.column)).toEqual([0, 1, 2])
})

test('all is every other context, and a context that only others name is on the map', () => {
  const model = domainModel([
    {
      contexts: [
        { slug: 'a', name: 'A', aggregates: ['X'] },
        { slug: 'b', name: 'B', aggregates: [] },
      ],
      relationships: [
        { upstream: 'a', downstream: 'all', pattern: 'p' },
        { upstream: 'field-guide', downstream: 'a', pattern: 'q' },
      ],
      aggregates: [{ slug: 'y', name: 'Y', context: 'a', properties: [] }],
      events: [],
    },
  ])
  expect(model.contexts.map(({ name, isDescribed, aggregates }) => [name, isDescribed, aggregates])).toEqual([
    ['A', true, ['X', 'Y']],
    ['B', true, []],
    ['Field Guide', false, []],
  ])
  expect(model.relationships.map(({ upstream, downstream }) => `${upstream} ${downstream}`)).toEqual([
    'a b',
    'a field-guide',
    'field-guide a',
  ])
})
