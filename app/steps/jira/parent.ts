// Which issue a user story hangs under: that of the road item it belongs to. The link between the two is said in the story's body,
// in its frontmatter, or by the road item (katalyst.md 1.3), so both are asked; of several the first by id that has an issue.
import type { Artifact, RoadItem } from '../../../integrations/governance/artifact.ts'
import { listScopeRoads } from '../../../integrations/store/artifacts.ts'
import type { Db } from '../../../integrations/store/db.ts'
import { findLink } from '../../../integrations/store/links.ts'

export interface ParentQuery {
  readonly connectionId: string
  /** `owner/name` in lower case, else the folder's name. */
  readonly source: string
  /** Of the stored artifacts. */
  readonly scope: string
  /** Road items that are at hand and may not be stored. */
  readonly roads?: readonly RoadItem[]
}

export interface ParentIssue {
  readonly id: string
  readonly key: string
}

/** The issue to put the story's under; undefined where no road item names it, or none of those has an issue yet. */
export async function findParentIssue(db: Db, story: Artifact, query: ParentQuery): Promise<ParentIssue | undefined> {
  if (story.kind !== 'user-story') return undefined
  const { connectionId, source, scope, roads = [] } = query
  const naming = roads.filter(({ data }) => data.userStories.includes(story.id)).map(({ id }) => id)
  const stored = await listScopeRoads(db, scope)
  const named = stored.filter(({ data }) => Array.isArray(data.userStories) && data.userStories.includes(story.id))
  const ids = new Set([...story.data.roadItems, ...naming, ...named.map(({ artifactId }) => artifactId)])
  for (const artifactId of [...ids].sort()) {
    const link = await findLink(db, { connectionId, scope: source, artifactId, artifactKind: 'road-item', remoteKind: 'issue' })
    if (link?.remoteKey) return { id: link.remoteId, key: link.remoteKey }
  }
  return undefined
}
