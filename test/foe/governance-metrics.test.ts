import { expect, test } from '@jest/globals'
import { GOVERNANCE_METRICS, type GovernedItem, measureGovernance } from '../../integrations/foe/governance-metrics.ts'

const item = (kind: string, id: string, over: Partial<GovernedItem> = {}): GovernedItem => ({
  kind,
  id,
  file: `${kind}/${id}.md`,
  capabilities: [],
  contexts: 0,
  aggregates: 0,
  events: 0,
  ...over,
})

test('a folder is counted: records, traced capabilities, and what domain files describe', () => {
  const metrics = measureGovernance([
    item('adr', 'ADR-001'),
    item('adr', 'ADR-001', { file: 'adr/copy.md' }),
    item('capability', 'CAP-001'),
    item('capability', 'CAP-002'),
    item('capability', 'CAP-003', { status: 'deprecated' }),
    item('user-story', 'US-001', { capabilities: ['CAP-001', 'CAP-003'] }),
    item('ddd', 'contexts', { contexts: 2, aggregates: 3, events: 4 }),
    item('ddd', 'money', { file: 'ddd/value-objects/money.md' }),
  ])
  expect(Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, value]))).toEqual({
    artifactCount: 8,
    adrCount: 1,
    capabilityTracedRate: 0.5,
    boundedContextCount: 2,
    aggregateCount: 3,
    valueObjectCount: 1,
    domainEventCount: 4,
  })
  expect(Object.keys(metrics)).toEqual(Object.keys(GOVERNANCE_METRICS))
})

test('a folder without capabilities has no share of traced ones, and an empty folder no figures at all', () => {
  expect(measureGovernance([item('adr', 'ADR-001')]).capabilityTracedRate).toEqual({ value: null, reason: 'no-data' })
  expect(measureGovernance([])).toEqual({})
})
