// Where each key that a Jira field can be filled from stands in a road item.
import type { RoadItem } from '../governance/artifact.ts'
import type { RoadItemSource } from './config.ts'
import type { SourceValue } from './field-values.ts'

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

export const readSource = (item: RoadItem, source: RoadItemSource): SourceValue => READERS[source](item)
