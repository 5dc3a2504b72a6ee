// Where each key that a Jira field can be filled from stands in its artifact.
import type { Artifact, RoadItem } from '../governance/artifact.ts'
import type { ArtifactSource, CapabilitySource, RoadItemSource, StorySource } from './config.ts'
import type { SourceValue } from './field-values.ts'
import type { SyncedArtifact } from './synced-kinds.ts'

const READERS: Readonly<Record<RoadItemSource, (item: RoadItem) => SourceValue>> = {
  'road-item.id': (item) => item.id,
  'road-item.title': (item) => item.title,
  'road-item.file': (item) => item.file,
  'road-item.status': ({ data }) => data.status ?? data.statusText,
  'road-item.phase': ({ data }) => data.phase,
  'road-item.priority': ({ data }) => data.priority,
  'road-item.owner': ({ data }) => data.owner,
  'road-item.created': ({ data }) => data.created,
  'road-item.updated': ({ data }) => data.updated,
  'road-item.started': ({ data }) => data.started,
  'road-item.completed': ({ data }) => data.completed,
  'road-item.tags': ({ data }) => data.tags,
  'road-item.capabilities': ({ data }) => data.capabilities,
  'road-item.user_stories': ({ data }) => data.userStories,
  'road-item.estimated_effort': ({ data }) => data.estimatedEffort,
  'road-item.dependencies.requires': ({ data }) => data.dependsOn,
  'road-item.dependencies.enables': ({ data }) => data.enables,
  'road-item.dependencies.blocked_by': ({ data }) => data.blockedBy,
  'road-item.governance.adrs.ids': ({ data }) => data.adrs.ids,
  'road-item.governance.nfrs.applicable': ({ data }) => data.nfrs.applicable,
  'road-item.governance.nfrs.status': ({ data }) => data.nfrs.status,
  'road-item.governance.bdd.status': ({ data }) => data.bdd.status,
}

const STORY_READERS: Readonly<Record<StorySource, (story: Artifact<'user-story'>) => SourceValue>> = {
  'user-story.id': (story) => story.id,
  'user-story.title': (story) => story.title,
  'user-story.file': (story) => story.file,
  'user-story.status': ({ data }) => data.status,
  'user-story.user_type': ({ data }) => data.userType,
  'user-story.capabilities': ({ data }) => data.capabilities,
  'user-story.use_cases': ({ data }) => data.useCases,
  'user-story.acceptance_criteria': ({ data }) => data.acceptanceCriteria,
  'user-story.road_items': ({ data }) => data.roadItems,
}

const CAPABILITY_READERS: Readonly<Record<CapabilitySource, (capability: Artifact<'capability'>) => SourceValue>> = {
  'capability.id': (capability) => capability.id,
  'capability.title': (capability) => capability.title,
  'capability.file': (capability) => capability.file,
  'capability.status': ({ data }) => data.status,
  'capability.category': ({ data }) => data.category,
  'capability.tag': ({ data }) => data.tag,
}

const isOf = <S extends string>(readers: Readonly<Record<S, unknown>>, source: string): source is S => Object.hasOwn(readers, source)

/** The value under a key; undefined where the artifact has none, or is of another kind than the key. */
export function readSource(artifact: SyncedArtifact, source: ArtifactSource): SourceValue {
  if (artifact.kind === 'road-item') return isOf(READERS, source) ? READERS[source](artifact) : undefined
  if (artifact.kind === 'user-story') return isOf(STORY_READERS, source) ? STORY_READERS[source](artifact) : undefined
  return isOf(CAPABILITY_READERS, source) ? CAPABILITY_READERS[source](artifact) : undefined
}
