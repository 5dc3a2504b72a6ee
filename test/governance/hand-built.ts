// Artifacts made by hand for the tests of rules, so that a rule is tested without a parser in between. Positions are the
// lines that the keys are given in, in order.
import type { Artifact, ArtifactKind, KindData, Position, RoadItemData } from '../../integrations/governance/artifact.ts'

const PLACES: Readonly<Record<ArtifactKind, string>> = {
  'road-item': 'roads',
  capability: 'capabilities',
  'user-story': 'user-stories',
  'user-type': 'user-types',
  adr: 'adr',
  nfr: 'nfr',
  change: 'changes',
  'practice-area': 'practice-areas',
  'use-case': 'use-cases',
  competency: 'competencies',
  ddd: 'ddd',
}

const EMPTY: KindData = {
  'road-item': {
    status: 'proposed',
    statusText: 'proposed',
    phase: 1,
    priority: 'high',
    tags: [],
    capabilities: [],
    userStories: [],
    dependsOn: [],
    enables: [],
    blockedBy: [],
    adrs: { validated: false, ids: [] },
    bdd: { featureFiles: [], scenarios: 0, passing: 0 },
    nfrs: { applicable: [], results: {} },
    signatures: {},
  },
  capability: { status: 'stable' },
  'user-story': {
    status: 'draft',
    capabilities: [],
    useCases: [],
    acceptanceCriteria: [],
    roadItems: [],
    adrs: [],
    relatedStories: [],
  },
  'user-type': { status: 'approved', capabilities: [], stories: [], relatedUserTypes: [] },
  adr: { status: 'accepted' },
  nfr: { status: 'active', roadItems: [] },
  change: { status: 'published', categories: ['Added'] },
  'practice-area': { canonical: true, competencies: [], methods: [], tools: [] },
  'use-case': { status: 'draft', capabilities: [] },
  competency: { dependencies: [] },
  ddd: { contexts: [], relationships: [], aggregates: [], events: [] },
}

/** Positions for a list of paths: the first on line 2, the next on line 3, and so on. */
export const linesOf = (...paths: readonly string[]): ReadonlyMap<string, Position> =>
  new Map(paths.map((path, at) => [path, { line: at + 2, column: path.length + 3 }]))

export function make<K extends ArtifactKind>(
  kind: K,
  id: string,
  data: Partial<KindData[K]> = {},
  rest: Partial<Pick<Artifact, 'file' | 'title' | 'body' | 'positions'>> = {},
): Artifact<K> {
  const artifact = {
    kind,
    id,
    title: `Title of ${id}`,
    file: `${PLACES[kind]}/${id}.md`,
    data: { ...EMPTY[kind], ...data },
    body: '',
    positions: linesOf('id', 'status'),
    ...rest,
  }
  // One object literal cannot be seen to be the member of the union that K names.
  return artifact as unknown as Artifact<K>
}

/** A road item in a state, with both status fields agreeing. */
export const road = (id: string, data: Partial<RoadItemData> = {}, rest: Parameters<typeof make>[3] = {}): Artifact<'road-item'> =>
  make('road-item', id, { ...(data.status ? { statusText: data.status } : {}), ...data }, rest)

/** Evidence that opens every gate. */
export const PROVEN: Partial<RoadItemData> = {
  adrs: { validated: true, ids: ['ADR-001'] },
  bdd: { id: 'BDD-001', status: 'approved', featureFiles: ['a.feature'], scenarios: 3, passing: 3 },
  nfrs: { applicable: ['NFR-PERF-001'], status: 'pass', results: { 'NFR-PERF-001': { status: 'pass' } } },
  signatures: { architecture: 'pass', bdd: 'pass', code: 'pass', nfr: 'pass' },
}
