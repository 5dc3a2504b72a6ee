import { describe, expect, test } from '@jest/globals'
import { ARTIFACT_KINDS } from '../../integrations/governance/artifact.ts'
import { COLLECTIONS, toRecord } from '../../integrations/governance/index-records.ts'
import { make, PROVEN, road } from './hand-built.ts'

describe('a record of the index', () => {
  test('begins with the id and ends with the path, and a user type has a name for its title', () => {
    const capability = toRecord('capability', make('capability', 'CAP-001', { tag: '@CAP-001' }))
    expect(Object.keys(capability).at(0)).toBe('id')
    expect(Object.keys(capability).at(-1)).toBe('path')
    expect(toRecord('user-type', make('user-type', 'UT-001', { type: 'bot' }))).toMatchObject({ name: 'Title of UT-001', type: 'bot' })
  })

  test('says the state as it is meant, and the text that stands there when it means none', () => {
    expect(toRecord('road-item', road('ROAD-001', { status: 'implementing', statusText: 'in_progress' })).status).toBe('implementing')
    expect(toRecord('road-item', road('ROAD-001', { status: undefined, statusText: 'someday' })).status).toBe('someday')
  })

  test('of a road item carries its evidence', () => {
    expect(toRecord('road-item', road('ROAD-001', PROVEN)).governance).toMatchObject({
      adrs: { validated: true, ids: ['ADR-001'] },
      nfrs: { status: 'pass', results: { 'NFR-PERF-001': { status: 'pass' } } },
    })
  })

  test('stands in a collection for every kind that has ids', () => {
    expect(COLLECTIONS.map(([, kind]) => kind).toSorted()).toEqual(ARTIFACT_KINDS.filter((kind) => kind !== 'ddd').toSorted())
  })
})
