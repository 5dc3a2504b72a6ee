import { describe, expect, test } from '@jest/globals'
import { byFile, ofKind, recordOf } from '../../integrations/governance/artifact-set.ts'
import { make, road } from './hand-built.ts'

describe('artifacts as a set', () => {
  const first = road('ROAD-010', {}, { file: 'roads/ROAD-010.md' })
  const second = road('ROAD-010', {}, { file: 'roads/ROAD-011.md' })
  const all = [second, make('adr', 'ADR-001'), first, road('ROAD-9')]

  test('are those of one kind in the order of their ids, of a repeated id the first by file', () => {
    expect(ofKind(all, 'road-item').map(({ id, file }) => `${id} ${file}`)).toEqual([
      'ROAD-9 roads/ROAD-9.md',
      'ROAD-010 roads/ROAD-010.md',
    ])
    expect(ofKind([...all].reverse(), 'road-item')).toEqual(ofKind(all, 'road-item'))
  })

  test('stand in the order of their files, and the given list stays as it is', () => {
    expect(byFile(all).map(({ file }) => file)).toEqual(['adr/ADR-001.md', 'roads/ROAD-9.md', 'roads/ROAD-010.md', 'roads/ROAD-011.md'])
    expect(all[0]).toBe(second)
  })

  test('make a record whose keys are its own, whatever they are called', () => {
    const record = recordOf([
      ['__proto__', 1],
      ['constructor', 2],
    ])
    expect(Object.keys(record)).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(record)).toBe(Object.prototype)
  })
})
