// What the flat index says about one artifact of each kind, and under which name the kind's collection stands.
import type { Artifact, ArtifactKind, KindData } from './artifact.ts'

type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined }
export type JsonRecord = { readonly [key: string]: Json | undefined }

/** What stands under one id, besides id, title and path; `undefined` values do not reach the JSON. */
const RECORDS: { readonly [K in Exclude<ArtifactKind, 'ddd'>]: (data: KindData[K]) => JsonRecord } = {
  'road-item': (road) => ({
    status: road.status ?? road.statusText,
    phase: road.phase,
    priority: road.priority,
    created: road.created,
    updated: road.updated,
    started: road.started,
    completed: road.completed,
    owner: road.owner,
    tags: road.tags,
    dependsOn: road.dependsOn,
    blocks: road.enables,
    blockedBy: road.blockedBy,
    userStories: road.userStories,
    governance: {
      adrs: { ...road.adrs },
      bdd: { ...road.bdd },
      nfrs: { applicable: road.nfrs.applicable, status: road.nfrs.status, results: toJson(road.nfrs.results) },
      capabilities: road.capabilities,
      signatures: road.signatures,
    },
  }),
  capability: ({ status, category, tag, description, supersededBy }) => ({ status, category, tag, description, supersededBy }),
  'user-story': (story) => ({
    status: story.status,
    userType: story.userType,
    capabilities: story.capabilities,
    useCases: story.useCases,
    acceptanceCriteria: story.acceptanceCriteria,
    roadItems: story.roadItems,
    adrs: story.adrs,
    relatedStories: story.relatedStories,
  }),
  'user-type': (userType) => ({
    // The API demands a type; a file without one is not given another.
    type: userType.type ?? 'unknown',
    status: userType.status,
    archetype: userType.archetype,
    typicalCapabilities: userType.capabilities,
    relatedStories: userType.stories,
    relatedUserTypes: userType.relatedUserTypes,
  }),
  adr: ({ status, category, scope, supersedes, supersededBy }) => ({ status, category, scope, supersedes, supersededBy }),
  nfr: ({ status, category, priority, roadItems }) => ({ status, category, priority, roadItems }),
  change: ({ status, roadId, date, version, categories }) => ({ status, roadId, date, version, categories }),
  'practice-area': ({ canonical, competencies, methods, tools }) => ({ canonical, competencies, methods, tools }),
  'use-case': ({ status, capabilities }) => ({ status, capabilities }),
  competency: ({ practiceArea, dependencies }) => ({ practiceArea, dependencies }),
}

/** The index's name for the collection of a kind, in the order of the file. */
export const COLLECTIONS = [
  ['capabilities', 'capability'],
  ['userTypes', 'user-type'],
  ['userStories', 'user-story'],
  ['useCases', 'use-case'],
  ['roadItems', 'road-item'],
  ['adrs', 'adr'],
  ['nfrs', 'nfr'],
  ['changeEntries', 'change'],
  ['practiceAreas', 'practice-area'],
  ['competencies', 'competency'],
] as const satisfies readonly (readonly [string, Exclude<ArtifactKind, 'ddd'>])[]

const toJson = (results: KindData['road-item']['nfrs']['results']): JsonRecord =>
  Object.fromEntries(Object.entries(results).map(([key, result]) => [key, { ...result }]))

/** The record of one artifact: id, title, what its kind says, and the path of its file. */
export function toRecord<K extends Exclude<ArtifactKind, 'ddd'>>(kind: K, { id, title, file, data }: Artifact<K>): JsonRecord {
  // Katalyst calls the title of a user type its name.
  const named = kind === 'user-type' ? { name: title } : { title }
  // The data is that of the artifact's own kind, which the compiler does not see through the union.
  return { id, ...named, ...RECORDS[kind](data as KindData[K]), path: file }
}
