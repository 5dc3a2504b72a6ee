// Items of another tool, made by hand.
import type { ExternalItem } from '../../integrations/governance/roadmap-source.ts'
import { parseRoadmapSource, type RoadmapMapping } from '../../integrations/governance/roadmap-source-config.ts'

export const item = (id: string, change: Partial<ExternalItem> = {}): ExternalItem => ({
  id,
  key: `KAT-${id}`,
  url: `https://jira.test/browse/KAT-${id}`,
  title: `Epic ${id}`,
  text: '',
  labels: [],
  fields: {},
  waitsFor: [],
  tasks: [],
  isArchived: false,
  notes: [],
  ...change,
})

/** The mapping of a Jira section. */
export function mapping(section: object = {}): RoadmapMapping {
  const parsed = parseRoadmapSource({ source: 'jira', jira: { projectKey: 'KAT', ...section } })
  if (parsed.kind === 'problems' || !parsed.config.jira) throw new Error(JSON.stringify(parsed))
  return parsed.config.jira
}
