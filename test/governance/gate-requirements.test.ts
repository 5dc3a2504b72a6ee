import { describe, expect, test } from '@jest/globals'
import { REQUIREMENTS } from '../../integrations/governance/gate-requirements.ts'
import { PROVEN, road } from './hand-built.ts'

describe('the requirements of the gates', () => {
  test('names a frontmatter path and a source for every requirement, once per gate', () => {
    expect(new Set(REQUIREMENTS.map(({ id, target }) => `${id} ${target}`)).size).toBe(REQUIREMENTS.length)
    for (const requirement of REQUIREMENTS) {
      expect(requirement.path).toMatch(/^governance\.[a-z_.]+$/)
      expect(requirement.sources.length).toBeGreaterThan(0)
    }
  })

  test("are errors exactly where Katalyst's API or linter refuses, but for what the linter accepts empty", () => {
    for (const { id, sources, severity } of REQUIREMENTS) {
      const isRefused = sources.includes('api') || (sources.includes('linter') && id !== 'nfr-named')
      expect([id, severity]).toEqual([id, isRefused ? 'error' : 'warning'])
    }
  })

  test('are all met by full evidence, but for the failure that nfr_blocked asks for', () => {
    const { data } = road('ROAD-001', PROVEN)
    expect(REQUIREMENTS.filter(({ missing }) => missing(data) !== undefined).map(({ id }) => id)).toEqual(['nfr-failed'])
  })
})
