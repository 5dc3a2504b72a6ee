import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cyclesIn, type Edge } from '../../integrations/governance/reference-cycles.ts'

const edges = (...pairs: readonly string[]): Edge[] => pairs.map((pair) => ({ from: pair[0]!, to: pair[1]! }))
const spelled = (...pairs: readonly string[]) => cyclesIn(edges(...pairs)).map(({ members }) => members.join(''))

const node = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f')
const graph = fc.array(fc.record({ from: node, to: node }), { maxLength: 14 })

/** Whether a walk along the edges leads from a node back to it: the slow and obvious way. */
function isOnCircle(all: readonly Edge[], start: string): boolean {
  const reached = new Set<string>()
  const open = [start]
  while (open.length > 0) {
    const at = open.pop()
    for (const { from, to } of all) {
      if (from !== at || reached.has(to)) continue
      reached.add(to)
      open.push(to)
    }
  }
  return reached.has(start)
}

describe('circles of a graph', () => {
  test('are none in a tree and in an empty graph', () => {
    expect(spelled('ab', 'ac', 'bd', 'cd')).toEqual([])
    expect(spelled()).toEqual([])
  })

  test('are one for each knot, the shortest one', () => {
    expect(spelled('ab', 'bc', 'cd', 'da', 'ca', 'ef', 'fe', 'ae')).toEqual(['abc', 'ef'])
  })

  test('name the edge that leads on from their first member', () => {
    expect(cyclesIn(edges('ba', 'ab'))[0]?.edge).toEqual({ from: 'a', to: 'b' })
  })

  test('are found in a chain longer than the call stack is deep', () => {
    const length = 50_000
    const ring = Array.from({ length }, (_, at) => ({ from: `N-${at}`, to: `N-${(at + 1) % length}` }))
    expect(cyclesIn(ring)[0]?.members).toHaveLength(length)
  })

  test('cover exactly the graphs that have one, and each is one', () => {
    fc.assert(
      fc.property(graph, (all) => {
        const found = cyclesIn(all)
        expect(found.length > 0).toBe(all.some(({ from }) => isOnCircle(all, from)))
        for (const { members } of found) {
          expect(new Set(members).size).toBe(members.length)
          members.forEach((from, at) => {
            const to = members[(at + 1) % members.length]
            expect(all.some((edge) => edge.from === from && edge.to === to)).toBe(true)
          })
        }
      }),
      { numRuns: 300 },
    )
  })

  test('do not depend on the order of the edges', () => {
    fc.assert(
      fc.property(graph, (all) => {
        expect(cyclesIn([...all].reverse())).toEqual(cyclesIn(all))
      }),
      { numRuns: 100 },
    )
  })
})
