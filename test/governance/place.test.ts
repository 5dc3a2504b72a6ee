import { describe, expect, test } from '@jest/globals'
import { placeOf, problemAt } from '../../integrations/governance/place.ts'
import { linesOf, road } from './hand-built.ts'

describe('the place of a key', () => {
  const artifact = road(
    'ROAD-001',
    {},
    { positions: linesOf('id', 'status', 'dependencies', 'dependencies.requires', 'dependencies.requires[0]') },
  )

  test.each([
    ['dependencies.requires[0]', 6],
    ['dependencies.requires[4]', 5],
    ['dependencies.enables[0]', 4],
    ['governance.adrs.validated', 3],
    ['', 3],
  ])('%j is found at the nearest thing that is there, line %d', (path, line) => {
    expect(placeOf(artifact, path).line).toBe(line)
  })

  test('is the first line when nothing is known', () => {
    expect(placeOf({ positions: new Map() }, 'status')).toEqual({ line: 1, column: 1 })
  })

  test('comes with the severity of the code unless another is given', () => {
    expect(problemAt(artifact, 'reference-missing', 'status', { message: 'm' }).severity).toBe('error')
    expect(problemAt(artifact, 'reference-missing', 'status', { message: 'm', severity: 'warning' }).severity).toBe('warning')
  })
})
