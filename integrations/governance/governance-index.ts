// The governance index in the flat form: what Katalyst's API accepts as a snapshot (POST /api/v1/taxonomy/governance) and
// what its documents and plans call governance-index.json. Katalyst's own builder writes another form today, which its API
// refuses; that one is taxonomy-index.ts. Everything readable is in it, whether or not the strict schema passes it. The
// same artifacts give the same bytes: keys in a fixed order, ids in the order people count.
import type { Artifact } from './artifact.ts'
import { ROAD_STATES } from './artifact.ts'
import { byFile, ofKind, recordOf } from './artifact-set.ts'
import { checkGatesBehind, gateSentence } from './gates.ts'
import { COLLECTIONS, type JsonRecord, toRecord } from './index-records.ts'
import { checkReferences } from './references.ts'
import { readDomain, reverseIndices } from './reverse-indices.ts'

export interface IndexOptions {
  readonly project: string
  /** Version of the project the index is of, as the caller counts versions. */
  readonly version: string
  readonly generated: Date
}

/** How many road items are in each state, in the order of the states; words that are none come after them. */
function roadsByStatus(roads: readonly Artifact<'road-item'>[]): Readonly<Record<string, number>> {
  const count = new Map<string, number>(ROAD_STATES.map((state) => [state, 0]))
  for (const { data } of roads) {
    const status = data.status ?? data.statusText
    count.set(status, (count.get(status) ?? 0) + 1)
  }
  return recordOf([...count].filter(([, roadCount]) => roadCount > 0))
}

/** Gates that road items have behind them without the evidence that these demand: of errors, not of what is only advised. */
const gateViolations = (roads: readonly Artifact<'road-item'>[]) =>
  roads.flatMap(({ id, data }) =>
    checkGatesBehind(data).flatMap((unmet) =>
      unmet.severity === 'error' ? [{ roadId: id, gate: unmet.target, path: unmet.path, message: gateSentence(id, unmet) }] : [],
    ),
  )

/** Builds the flat index. Milliseconds for hundreds of artifacts; never throws. */
export function buildIndex(artifacts: readonly Artifact[], { project, version, generated }: IndexOptions) {
  const sorted = byFile(artifacts)
  const collections = Object.fromEntries(
    COLLECTIONS.map(([name, kind]) => [
      name,
      recordOf(ofKind(sorted, kind).map((artifact) => [artifact.id, toRecord(kind, artifact as never)] as const)),
    ]),
  ) as Readonly<Record<(typeof COLLECTIONS)[number][0], Readonly<Record<string, JsonRecord>>>>
  const { boundedContexts, aggregates, valueObjects, domainEvents, byContext, byAggregate } = readDomain(sorted)
  const errors = checkReferences(sorted)
    .filter(({ severity }) => severity === 'error')
    .map(({ file, path, message }) => `${file}: ${path}: ${message}`)
  const violations = gateViolations(ofKind(sorted, 'road-item'))
  const total = (name: keyof typeof collections) => Object.keys(collections[name]).length
  return {
    version,
    project,
    generated: generated.toISOString(),
    ...collections,
    boundedContexts,
    aggregates,
    valueObjects,
    domainEvents,
    ...reverseIndices(sorted),
    byContext,
    byAggregate,
    violations,
    stats: {
      capabilities: total('capabilities'),
      userTypes: total('userTypes'),
      userStories: total('userStories'),
      roadItems: total('roadItems'),
      totalCapabilities: total('capabilities'),
      totalUserTypes: total('userTypes'),
      totalStories: total('userStories'),
      totalUseCases: total('useCases'),
      totalRoadItems: total('roadItems'),
      totalAdrs: total('adrs'),
      totalNfrs: total('nfrs'),
      totalChanges: total('changeEntries'),
      totalPracticeAreas: total('practiceAreas'),
      totalCompetencies: total('competencies'),
      totalContexts: Object.keys(boundedContexts).length,
      totalAggregates: Object.keys(aggregates).length,
      totalDomainEvents: Object.keys(domainEvents).length,
      roadsByStatus: roadsByStatus(ofKind(sorted, 'road-item')),
      gateViolations: violations.length,
      integrityStatus: errors.length === 0 ? 'pass' : 'fail',
      integrityErrors: errors.length,
      referentialIntegrity: { valid: errors.length === 0, errors },
    },
  } as const
}

export type GovernanceIndex = ReturnType<typeof buildIndex>
