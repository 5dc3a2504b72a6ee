// The index in the form of Katalyst's own builder (a taxonomy snapshot), with its fault repaired: the builder keys every
// record by an id that its schemas have just stripped, so each collection collapses into one entry called "undefined".
// Here records are keyed by id, and a user type's `name` is taken as its title. Everything else is as the builder does it:
// only what the strict schema passes is in it, roads count for a capability only by `governance.capabilities`, and the
// integrity messages are its own words, so that a tool that reads them keeps working.
import { z } from 'zod'
import type { ArtifactKind } from './artifact.ts'
import { recordOf } from './artifact-set.ts'
import { makeLinks } from './coverage.ts'
import { compareIds } from './id-order.ts'
import { COLLECTIONS } from './index-records.ts'
import { KIND_DEFINITIONS } from './kinds/kind-table.ts'
import type { ParsedArtifact } from './parse-artifact.ts'
import { checkStrict } from './strict-check.ts'

export interface TaxonomyOptions {
  /** A UUID for the snapshot; randomness is the caller's. */
  readonly id: string
  readonly project: string
  readonly version: string
  readonly generated: Date
}

/** Collections that the builder writes and that have no source in a governance folder. */
const ALWAYS_EMPTY = [
  'nodes',
  'environments',
  'layerTypes',
  'infraCapabilities',
  'capabilityRels',
  'actions',
  'stages',
  'tools',
  'persons',
  'teams',
  'layerHealths',
] as const
/** The builder's counts of plugin collections, all of which a governance folder has no source for but the two that are counted. */
const NO_PLUGINS = {
  layerTypes: 0,
  capabilities: 0,
  capabilityRels: 0,
  actions: 0,
  stages: 0,
  tools: 0,
  layerHealths: 0,
  teams: 0,
  persons: 0,
  practiceAreas: 0,
  competencies: 0,
  teamAdoptions: 0,
  individualAdoptions: 0,
} as const
const EMPTY_COLLECTIONS = ['boundedContexts', 'aggregates', 'valueObjects', 'domainEvents', 'glossaryTerms'] as const

const ids = z.array(z.string()).default([])
/** The links that the schemas' outputs hold; the rest of each output is passed on as it is. */
const LINKS = {
  'user-type': z.looseObject({ typicalCapabilities: ids, relatedStories: ids }),
  'user-story': z.looseObject({ userType: z.string(), capabilities: ids }),
  'road-item': z.looseObject({
    status: z.string(),
    phase: z.number(),
    blockedBy: ids,
    governance: z.looseObject({ adrs: z.looseObject({ ids }), nfrs: z.looseObject({ applicable: ids }), capabilities: ids }),
  }),
  change: z.looseObject({ roadId: z.string() }),
  'practice-area': z.looseObject({ competencies: ids, methods: ids }),
} as const

type Records = ReadonlyMap<string, unknown>

/** What the schema makes of a file, where it passes; a user type passes with its name as title. */
function strictValue({ artifact, source, passesStrict }: ParsedArtifact): unknown {
  if (artifact === undefined || artifact.kind === 'ddd') return undefined
  const definition = KIND_DEFINITIONS[artifact.kind]
  const named = artifact.kind === 'user-type' && source.root.title === undefined
  if (!passesStrict && !named) return undefined
  const strict = checkStrict(named ? { ...definition, fields: { ...definition.fields, title: 'name' } } : definition, source)
  return strict.passes ? strict.value : undefined
}

function collect(parsed: readonly ParsedArtifact[]): (kind: ArtifactKind) => Records {
  const sorted = [...parsed].sort((a, b) => compareIds(a.source.file, b.source.file))
  const collections = new Map<ArtifactKind, Map<string, unknown>>()
  for (const one of sorted) {
    const value = strictValue(one)
    if (value === undefined || one.artifact === undefined) continue
    const { kind, id } = one.artifact
    const records = collections.get(kind) ?? new Map<string, unknown>()
    if (!records.has(id)) records.set(id, value)
    collections.set(kind, records)
  }
  return (kind) => new Map([...(collections.get(kind) ?? [])].sort(([a], [b]) => compareIds(a, b)))
}

const linksOf = <K extends keyof typeof LINKS>(records: Records, kind: K) =>
  [...records].map(([id, value]) => [id, LINKS[kind].parse(value) as z.infer<(typeof LINKS)[K]>] as const)

/** The builder's integrity errors, in its words and its order. */
function integrityErrors(of: (kind: ArtifactKind) => Records): readonly string[] {
  const [capabilities, stories, userTypes, roads] = [of('capability'), of('user-story'), of('user-type'), of('road-item')]
  const missing = (known: Records, list: readonly string[], message: string) =>
    list.filter((id) => !known.has(id)).map((id) => `${message} ${id}`)
  return [
    ...linksOf(userTypes, 'user-type').flatMap(([id, { typicalCapabilities, relatedStories }]) => [
      ...missing(capabilities, typicalCapabilities, `User type ${id} references non-existent capability`),
      ...missing(stories, relatedStories, `User type ${id} references non-existent user story`),
    ]),
    ...linksOf(stories, 'user-story').flatMap(([id, story]) => [
      ...missing(userTypes, [story.userType], `User story ${id} references non-existent user type`),
      ...missing(capabilities, story.capabilities, `User story ${id} references non-existent capability`),
    ]),
    ...linksOf(roads, 'road-item').flatMap(([id, { blockedBy }]) =>
      missing(roads, blockedBy, `Road item ${id} is blocked by non-existent`),
    ),
    ...linksOf(of('change'), 'change').flatMap(([id, { roadId }]) =>
      missing(roads, [roadId], `Change entry ${id} references non-existent road item`),
    ),
  ]
}

function reverseIndices(of: (kind: ArtifactKind) => Records) {
  const [userTypesOf, storiesOf, roadsOf, storiesOfType, changesOf] = [makeLinks(), makeLinks(), makeLinks(), makeLinks(), makeLinks()]
  const userTypes = linksOf(of('user-type'), 'user-type')
  const roads = linksOf(of('road-item'), 'road-item')
  for (const [id, { typicalCapabilities, relatedStories }] of userTypes) {
    for (const capability of typicalCapabilities) userTypesOf.add(capability, id)
    for (const story of relatedStories) storiesOfType.add(id, story)
  }
  for (const [id, { userType, capabilities }] of linksOf(of('user-story'), 'user-story')) {
    storiesOfType.add(userType, id)
    for (const capability of capabilities) storiesOf.add(capability, id)
  }
  for (const [id, { governance }] of roads) for (const capability of governance.capabilities) roadsOf.add(capability, id)
  for (const [id, { roadId }] of linksOf(of('change'), 'change')) changesOf.add(roadId, id)
  return {
    byCapability: recordOf(
      [...of('capability').keys()].map((id) => [
        id,
        { userTypes: userTypesOf.get(id), stories: storiesOf.get(id), roads: roadsOf.get(id) },
      ]),
    ),
    byUserType: recordOf(
      userTypes.map(([id, { typicalCapabilities }]) => [id, { stories: storiesOfType.get(id), capabilities: typicalCapabilities }]),
    ),
    byRoad: recordOf(
      roads.map(([id, { governance }]) => [
        id,
        { adrs: governance.adrs.ids, changes: changesOf.get(id), capabilities: governance.capabilities, nfrs: governance.nfrs.applicable },
      ]),
    ),
    byContext: {},
    byAggregate: {},
    byPracticeArea: recordOf(
      linksOf(of('practice-area'), 'practice-area').map(([id, { competencies, methods }]) => [id, { competencies, teams: [], methods }]),
    ),
    byTeam: {},
  }
}

const countBy = (keys: readonly (string | number)[]): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>()
  for (const key of keys) counts.set(String(key), (counts.get(String(key)) ?? 0) + 1)
  return recordOf([...counts].sort(([a], [b]) => compareIds(a, b)))
}

function statistics(of: (kind: ArtifactKind) => Records) {
  const roads = linksOf(of('road-item'), 'road-item').map(([, road]) => road)
  const errors = integrityErrors(of)
  return {
    totalNodes: 0,
    totalEnvironments: 0,
    totalCapabilities: of('capability').size,
    totalUserTypes: of('user-type').size,
    totalStories: of('user-story').size,
    totalUseCases: of('use-case').size,
    totalRoadItems: roads.length,
    totalAdrs: of('adr').size,
    totalNfrs: of('nfr').size,
    totalChanges: of('change').size,
    totalContexts: 0,
    totalAggregates: 0,
    totalValueObjects: 0,
    totalDomainEvents: 0,
    totalGlossaryTerms: 0,
    totalPracticeAreas: of('practice-area').size,
    totalCompetencies: of('competency').size,
    totalTeamAdoptions: 0,
    totalIndividualAdoptions: 0,
    roadsByStatus: countBy(roads.map(({ status }) => status)),
    roadsByPhase: countBy(roads.map(({ phase }) => phase)),
    referentialIntegrity: { valid: errors.length === 0, errors },
  } as const
}

const empty = (names: readonly string[]) => recordOf(names.map((name) => [name, {}] as const))

/** Builds the builder's form from parsed files. What the strict schema refuses is left out, as the builder leaves it out. */
export function buildTaxonomyIndex(parsed: readonly ParsedArtifact[], { id, project, version, generated }: TaxonomyOptions) {
  const of = collect(parsed)
  const at = generated.toISOString()
  return {
    id,
    project,
    version,
    generated: at,
    createdAt: at,
    ...empty(ALWAYS_EMPTY),
    extensions: { ...recordOf(COLLECTIONS.map(([name, kind]) => [name, recordOf(of(kind))] as const)), ...empty(EMPTY_COLLECTIONS) },
    teamAdoptions: {},
    individualAdoptions: {},
    pluginSummary: { ...NO_PLUGINS, practiceAreas: of('practice-area').size, competencies: of('competency').size },
    reverseIndices: reverseIndices(of),
    stats: statistics(of),
  } as const
}

export type TaxonomyIndex = ReturnType<typeof buildTaxonomyIndex>
