import { describe, expect, test } from '@jest/globals'
import { changeEntry, latestVersion } from '../../integrations/governance/change-entry.ts'
import { parseArtifact } from '../../integrations/governance/parse-artifact.ts'
import { make, PROVEN, road } from './hand-built.ts'

const entry = (item: ReturnType<typeof road>) =>
  changeEntry({ id: 'CHANGE-012', road: item, date: '2026-11-23', version: '1.2.0', reason: 'Jira reports ROAD-001 as complete.' })

describe('a change entry', () => {
  test.each([
    ['without evidence', road('ROAD-001', { status: 'complete' }, { title: 'Say "yes": # now' })],
    ['with all of it', road('ROAD-001', { ...PROVEN, status: 'complete' })],
  ])("of a road item %s is one that Katalyst's strict schema accepts", (_name, item) => {
    const { artifact, problems } = parseArtifact('changes/CHANGE-012.md', entry(item))
    expect(problems).toEqual([])
    expect(artifact).toMatchObject({
      kind: 'change',
      id: 'CHANGE-012',
      title: item.title,
      data: { roadId: 'ROAD-001', status: 'draft', version: '1.2.0' },
    })
  })

  test('says what the road item shows and nothing more', () => {
    const bare = entry(road('ROAD-001', { status: 'complete' }))
    expect(bare).toContain('adr_check: {status: pending,')
    expect(bare).toContain('bdd_check: {status: pending, scenarios: 0, passed: 0, coverage: "0%"')
    expect(bare).toContain('performance: {status: na,')
    const shown = entry(
      road('ROAD-001', {
        ...PROVEN,
        status: 'complete',
        nfrs: {
          applicable: ['NFR-PERF-001', 'NFR-SEC-001'],
          results: { 'NFR-PERF-001': { status: 'pass', evidence: 'fast' }, 'NFR-SEC-001': { status: 'fail' } },
        },
      }),
    )
    expect(shown).toContain('adr_check: {status: pass,')
    expect(shown).toContain('performance: {status: pass, evidence: "fast"')
    expect(shown).toContain('security: {status: fail,')
    expect(shown).toContain('accessibility: {status: na,')
    expect(shown).not.toContain('approved')
  })

  test('is of the version that was named last', () => {
    const changes = [
      make('change', 'CHANGE-002', { date: '2026-02-01', version: '0.9.0' }),
      make('change', 'CHANGE-010', { date: '2026-03-01', version: '0.10.0' }),
    ]
    expect([latestVersion(changes), latestVersion([])]).toEqual(['0.10.0', '0.0.0'])
  })
})
