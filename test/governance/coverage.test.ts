import { describe, expect, test } from '@jest/globals'
import { checkCoverage, readCoverage } from '../../integrations/governance/coverage.ts'
import { make, road } from './hand-built.ts'

const FOLDER = [
  make('capability', 'CAP-002', { status: 'planned' }),
  make('capability', 'CAP-001'),
  make('capability', 'CAP-003', { status: 'deprecated' }),
  road('ROAD-010', { capabilities: ['CAP-001'] }),
  road('ROAD-009', { capabilities: ['CAP-001', 'CAP-099'] }),
  make('user-story', 'US-001', { capabilities: ['CAP-001', 'CAP-002'], userType: 'UT-001' }),
  make('user-story', 'US-002', { capabilities: ['CAP-001'] }),
  make('user-type', 'UT-001', { type: 'human', capabilities: ['CAP-001'], stories: ['US-002', 'US-001'] }),
]

describe('coverage', () => {
  test('lists for each capability who stands behind it, in the order of ids', () => {
    expect(readCoverage(FOLDER).capabilities).toEqual([
      {
        id: 'CAP-001',
        title: 'Title of CAP-001',
        status: 'stable',
        stories: ['US-001', 'US-002'],
        roads: ['ROAD-009', 'ROAD-010'],
        userTypes: ['UT-001'],
      },
      { id: 'CAP-002', title: 'Title of CAP-002', status: 'planned', stories: ['US-001'], roads: [], userTypes: [] },
      { id: 'CAP-003', title: 'Title of CAP-003', status: 'deprecated', stories: [], roads: [], userTypes: [] },
    ])
  })

  test('counts a story of a user type once, from whichever side it is said', () => {
    expect(readCoverage(FOLDER).userTypes).toEqual([
      { id: 'UT-001', title: 'Title of UT-001', type: 'human', stories: ['US-001', 'US-002'], capabilities: ['CAP-001'] },
    ])
  })

  test('names what nobody stands behind, deprecated capabilities aside', () => {
    expect(readCoverage(FOLDER).uncovered).toEqual({ byStories: [], byRoads: ['CAP-002'], byUserTypes: ['CAP-002'] })
  })

  test('does not depend on the order of the artifacts, nor count a repeated id twice', () => {
    expect(readCoverage([...FOLDER].reverse())).toEqual(readCoverage(FOLDER))
    expect(readCoverage([...FOLDER, make('capability', 'CAP-001')]).capabilities).toHaveLength(3)
  })

  test('asks a road item for a capability or an NFR', () => {
    expect(checkCoverage(FOLDER)).toEqual([])
    expect(checkCoverage([road('ROAD-001', { nfrs: { applicable: ['NFR-SEC-001'], results: {} } })])).toEqual([])
    expect(checkCoverage([road('ROAD-001')])).toMatchObject([
      { code: 'coverage-missing', severity: 'warning', file: 'roads/ROAD-001.md', path: 'capabilities' },
    ])
  })
})
