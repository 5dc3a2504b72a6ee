// Road items made by hand, for the tests of what becomes of them.
import type { RoadItem, RoadItemData } from '../../integrations/governance/artifact.ts'

const DATA: RoadItemData = {
  status: 'proposed',
  statusText: 'proposed',
  phase: 2,
  priority: 'high',
  created: '2026-02-05',
  owner: 'Ada',
  tags: ['api', 'web'],
  capabilities: ['CAP-001'],
  userStories: [],
  dependsOn: ['ROAD-001'],
  enables: [],
  blockedBy: [],
  adrs: { validated: false, ids: [] },
  bdd: { featureFiles: [], scenarios: 0, passing: 0 },
  nfrs: { applicable: [], results: {} },
  signatures: {},
}

export const road = (over: Partial<Omit<RoadItem, 'data'>> & { readonly data?: Partial<RoadItemData> } = {}): RoadItem => ({
  kind: 'road-item',
  id: 'ROAD-007',
  title: 'A title',
  file: 'roads/ROAD-007.md',
  body: '# ROAD-007: A title\n\n## Summary\n\nText.\n',
  positions: new Map(),
  ...over,
  data: { ...DATA, ...over.data },
})
