import { expect, test } from '@jest/globals'
import { lastNumber, makeNumbering, toId } from '../../integrations/governance/next-id.ts'

test('the next id is above every one that was ever given, wherever that is known from', () => {
  const roads = makeNumbering('ROAD', ['ROAD-007', 'ROAD-002', 'CHANGE-900', 'ROAD-x'], 4)
  expect([roads.take(), roads.take(), roads.last]).toEqual(['ROAD-008', 'ROAD-009', 9])
  expect(makeNumbering('ROAD', ['ROAD-007'], 41).take()).toBe('ROAD-042')
})

test('an id has three digits at least, and more where it needs them', () => {
  expect([toId('ROAD', 1), toId('CHANGE', 1234)]).toEqual(['ROAD-001', 'CHANGE-1234'])
  expect([lastNumber(['ROAD-1234'], 'ROAD'), lastNumber([], 'ROAD')]).toEqual([1234, 0])
})
