import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { formatPath, matchesPath, parsePath } from '../../integrations/governance/value-path.ts'

test('paths read as people write them', () => {
  expect(formatPath(['governance', 'nfrs', 'results', 'NFR-SEC-001', 'status'])).toBe('governance.nfrs.results.NFR-SEC-001.status')
  expect(formatPath(['a', 0, 'odd.key', 1])).toBe('a[0]["odd.key"][1]')
  expect(parsePath('')).toEqual([])
  expect(['a[', 'a..b', '[x]', 'a b', 'a]', '["\\x"]', '["\n"]'].map(parsePath)).toEqual(Array(7).fill(undefined))
})

test('every path is read again as it was formed', () => {
  const segments = fc.array(fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.nat({ max: 99 })), { maxLength: 5 })
  fc.assert(fc.property(segments, (path) => expect(parsePath(formatPath(path))).toEqual(path)))
})

test('a star stands for one segment', () => {
  expect(matchesPath('a.*.c', 'a.b.c')).toBe(true)
  expect(matchesPath('a.*.c', 'a[0].c')).toBe(true)
  expect(matchesPath('a.*', 'a.b.c')).toBe(false)
  expect(matchesPath('a', 'b')).toBe(false)
})
