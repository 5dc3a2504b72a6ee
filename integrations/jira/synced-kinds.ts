// Which kinds of artifacts have issues, and the words of their status. A road item's states are the machine's; a user story's are
// plain words of its schema, without rules about their order; a capability is there or not, which no workflow tells.
import { type Artifact, ROAD_STATES } from '../governance/artifact.ts'

export const SYNCED_KINDS = ['road-item', 'user-story', 'capability'] as const
export type SyncedKind = (typeof SYNCED_KINDS)[number]
export type SyncedArtifact = Artifact<SyncedKind>

export const STORY_STATES = ['draft', 'approved', 'implementing', 'complete', 'deprecated'] as const
export type StoryState = (typeof STORY_STATES)[number]

/** Words of older files, read as the schema's. */
const STORY_WORDS: Readonly<Record<string, StoryState>> = { planned: 'draft', proposed: 'draft', in_progress: 'implementing' }

/** The words that a status of each kind may be, in their order. */
export const STATES_OF: Readonly<Record<SyncedKind, readonly string[]>> = {
  'road-item': ROAD_STATES,
  'user-story': STORY_STATES,
  capability: [],
}

export const isSynced = (artifact: Artifact | undefined): artifact is SyncedArtifact => SYNCED_KINDS.some((kind) => kind === artifact?.kind)

/** The status as one of the words of its kind; undefined for another word, and for kinds without. */
export function stateOf(artifact: SyncedArtifact): string | undefined {
  if (artifact.kind === 'road-item') return artifact.data.status
  if (artifact.kind === 'capability') return undefined
  const { status } = artifact.data
  return STORY_STATES.find((state) => state === status) ?? STORY_WORDS[status]
}
