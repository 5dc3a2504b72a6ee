import { expect, test } from '@jest/globals'
import { baseName, hasIdName, kindOf, kindOfId } from '../../integrations/governance/catalogue.ts'

test.each([
  ['roads/ROAD-001.md', 'road-item'],
  ['packages/delivery-framework/roads/ROAD-001.md', 'road-item'],
  ['roads/ROAD-030-IMPLEMENTATION-PLAN.md', 'road-item'],
  ['roads/ROAD-TEMPLATE.md', 'template'],
  ['changes/TEMPLATE.md', 'template'],
  ['roads/index.md', undefined],
  ['roads/ROAD-001.mdx', undefined],
  ['roads/sub/ROAD-001.md', undefined],
  ['ROAD-001.md', undefined],
  ['nfr/ROAD-029-NFR-Summary.md', undefined],
  ['nfr/NFR-A11Y-001.md', 'nfr'],
  ['adr/CAP-001.md', undefined],
  ['user-types/UT-001.md', 'user-type'],
  ['use-cases/UC-001.md', 'use-case'],
  ['competencies/COMP-001.md', 'competency'],
  ['ddd/context-map.md', 'ddd'],
  ['ddd/contexts/scanning.md', 'ddd'],
  ['contexts/scanning.md', undefined],
  ['', undefined],
])('%s holds %s', (file, kind) => {
  expect(kindOf(file)).toBe(kind)
})

test('an id says its kind', () => {
  expect(['ROAD-001', 'US-1000', 'NFR-A11Y-001', 'COMP-123', 'M111', 'ROAD-1', 'slug'].map(kindOfId)).toEqual([
    'road-item',
    'user-story',
    'nfr',
    'competency',
    undefined,
    undefined,
    undefined,
  ])
})

test('a file name is an id or is not', () => {
  expect(hasIdName('x/roads/ROAD-001.md', 'road-item')).toBe(true)
  expect(hasIdName('x/roads/ROAD-001-PLAN.md', 'road-item')).toBe(false)
  expect(baseName('x/roads/ROAD-001.md')).toBe('ROAD-001')
})
