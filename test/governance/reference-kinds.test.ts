import { describe, expect, test } from '@jest/globals'
import { ARTIFACT_KINDS } from '../../integrations/governance/artifact.ts'
import { ORDERS, REFERENCE_RULES } from '../../integrations/governance/reference-kinds.ts'
import { make } from './hand-built.ts'

describe('the kinds of reference', () => {
  const rules = Object.entries(REFERENCE_RULES)

  test('are at least the twelve that Katalyst asks for', () => {
    expect(rules.length).toBeGreaterThanOrEqual(12)
  })

  test("are errors where Katalyst's own index builder counts a broken reference", () => {
    for (const kind of [
      'user-type-capability',
      'user-type-story',
      'story-user-type',
      'story-capability',
      'road-blocked-by',
      'change-road',
    ] as const)
      expect([kind, REFERENCE_RULES[kind].missing]).toEqual([kind, 'error'])
  })

  test.each(rules)('%s reads only artifacts of its own kind', (_name, rule) => {
    for (const kind of ARTIFACT_KINDS.filter((other) => other !== rule.from)) expect(rule.idsOf(make(kind, 'X-001'))).toEqual([])
  })

  test('that make up an order run between artifacts of one kind, and each order can be closed', () => {
    const ordered = rules.filter(([, { order }]) => order !== undefined)
    expect(ordered.every(([, { from, to }]) => from === to)).toBe(true)
    expect(new Set(ordered.map(([, { order }]) => order?.name))).toEqual(new Set(Object.keys(ORDERS)))
  })
})
