import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { alignTokens, commonItems, textTokens } from '../../integrations/documents/align-text.ts'

/** The plain way, for short lists. */
function longest(a: readonly unknown[], b: readonly unknown[]): number {
  const [x, y] = [a.slice(1), b.slice(1)]
  if (a.length === 0 || b.length === 0) return 0
  return a[0] === b[0] ? 1 + longest(x, y) : Math.max(longest(x, b), longest(a, y))
}

describe('what two lists have in common', () => {
  const lists = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 9 })
  test('is as much as can be, equal, and in order', () => {
    fc.assert(
      fc.property(lists, lists, (a, b) => {
        const pairs = commonItems(a, b)
        expect(pairs.every(([x, y]) => a[x] === b[y])).toBe(true)
        expect(pairs.every(([x, y], at) => at === 0 || (x > (pairs[at - 1]?.[0] ?? 0) && y > (pairs[at - 1]?.[1] ?? 0)))).toBe(true)
        expect(pairs).toHaveLength(longest(a, b))
      }),
      { numRuns: 300 },
    )
  })

  test('of lists that have too little in common is only their ends', () => {
    const left = ['x', ...Array.from({ length: 4_000 }, (_, at) => at), 'y']
    const right = ['x', ...Array.from({ length: 4_000 }, (_, at) => -1 - at), 'y']
    expect(commonItems<string | number>(left, right)).toEqual([
      [0, 0],
      [4_001, 4_001],
    ])
  })
})

describe('tokens', () => {
  test('joined are the text, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), (text) => expect(textTokens(text).join('')).toBe(text)))
    expect(textTokens('a <!-- b\nc --> d')).toEqual(['a', ' ', '<!-- b\nc -->', ' ', 'd'])
  })

  test('are matched by lines that say something, and between them one by one', () => {
    const [a, b] = [textTokens('one line here\nab\nlast line here'), textTokens('one line here\nxy ab\nlast line here')]
    const partner = alignTokens(a, b)
    expect(a.map((token, at) => (token === 'ab' ? b[partner[at] ?? -1] : undefined)).filter(Boolean)).toEqual(['ab'])
    expect(partner[0]).toBe(0)
    expect(partner.at(-1)).toBe(b.length - 1)
  })
})
