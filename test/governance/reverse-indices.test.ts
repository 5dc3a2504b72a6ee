import { describe, expect, test } from '@jest/globals'
import { readDomain, reverseIndices } from '../../integrations/governance/reverse-indices.ts'
import { make, road } from './hand-built.ts'

describe('a reverse index', () => {
  test('has a row for each artifact that exists, and none for an id that is only named', () => {
    const { byCapability, byRoad } = reverseIndices([make('capability', 'CAP-001'), road('ROAD-001', { capabilities: ['CAP-002'] })])
    expect(byCapability).toEqual({ 'CAP-001': { userTypes: [], stories: [], roads: [] } })
    expect(Object.keys(byRoad)).toEqual(['ROAD-001'])
  })

  test('counts a link once though both sides say it', () => {
    const { byRoad, byUserType } = reverseIndices([
      road('ROAD-001', { userStories: ['US-001'], nfrs: { applicable: ['NFR-SEC-001'], results: {} } }),
      make('user-story', 'US-001', { roadItems: ['ROAD-001'], userType: 'UT-001' }),
      make('user-type', 'UT-001', { stories: ['US-001'] }),
      make('nfr', 'NFR-SEC-001', { roadItems: ['ROAD-001'] }),
    ])
    expect(byRoad['ROAD-001']).toMatchObject({ stories: ['US-001'], nfrs: ['NFR-SEC-001'] })
    expect(byUserType['UT-001']?.stories).toEqual(['US-001'])
  })

  test('joins what several domain documents say about one context', () => {
    const context = { slug: 'scanning', name: 'Scanning', aggregates: ['ScanJob', 'Finding'] }
    const { byContext, byAggregate } = readDomain([
      make('ddd', 'bounded-contexts', { contexts: [context] }),
      make('ddd', 'aggregates', { aggregates: [{ slug: 'scan-job', name: 'ScanJob', context: 'scanning', properties: [] }] }),
      make('ddd', 'events', { events: [{ slug: 'scan-completed', name: 'ScanCompleted', context: 'scanning', aggregate: 'scan-job' }] }),
    ])
    expect(byContext).toEqual({
      scanning: { aggregates: ['Finding', 'scan-job'], events: ['scan-completed'], valueObjects: [], roads: [] },
    })
    expect(byAggregate).toEqual({ 'scan-job': { context: 'scanning', valueObjects: [], events: ['scan-completed'] } })
  })
})
