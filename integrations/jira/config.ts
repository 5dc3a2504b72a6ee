// jira-config.json: which Jira project, and how an artifact's words become Jira's. Everything but the project key has a
// default, so that a file of one line works.
import { z } from 'zod'
import { PRIORITIES, type Priority, ROAD_STATES, type RoadState } from '../governance/artifact.ts'
import { RECONCILE_POLICIES } from '../governance/reconcile.ts'
import { STORY_STATES, type StoryState } from './synced-kinds.ts'

/** Katalyst leaves the outbound map open; this is its own board's grouping. The first status that the workflow has is taken. */
export const DEFAULT_STATUS_MAPPING: Readonly<Record<RoadState, readonly string[]>> = {
  proposed: ['To Do', 'Backlog'],
  adr_validated: ['In Progress'],
  bdd_pending: ['In Progress'],
  bdd_complete: ['In Progress'],
  implementing: ['In Progress'],
  nfr_validating: ['In Progress'],
  nfr_blocked: ['Blocked', 'In Progress'],
  complete: ['Done'],
}

export const DEFAULT_INBOUND_STATUS_MAPPING: Readonly<Record<string, RoadState>> = {
  'To Do': 'proposed',
  Backlog: 'proposed',
  'In Progress': 'implementing',
  Blocked: 'nfr_blocked',
  Done: 'complete',
}

/** Outbound. Inbound the same table is read backwards, and Jira's fifth priority, `Lowest`, is `low`. */
export const DEFAULT_PRIORITY_MAPPING: Readonly<Record<Priority, string>> = {
  critical: 'Highest',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
}

/** Keys of a road item that a Jira field can be filled from, as they are called on disk. */
export const ROAD_ITEM_SOURCES = [
  'road-item.id',
  'road-item.title',
  'road-item.file',
  'road-item.status',
  'road-item.phase',
  'road-item.priority',
  'road-item.owner',
  'road-item.created',
  'road-item.updated',
  'road-item.started',
  'road-item.completed',
  'road-item.tags',
  'road-item.capabilities',
  'road-item.user_stories',
  'road-item.estimated_effort',
  'road-item.dependencies.requires',
  'road-item.dependencies.enables',
  'road-item.dependencies.blocked_by',
  'road-item.governance.adrs.ids',
  'road-item.governance.nfrs.applicable',
  'road-item.governance.nfrs.status',
  'road-item.governance.bdd.status',
] as const
export type RoadItemSource = (typeof ROAD_ITEM_SOURCES)[number]

const STORY_KEYS = ['id', 'title', 'file', 'status', 'user_type', 'capabilities', 'use_cases', 'acceptance_criteria', 'road_items'] as const
const CAPABILITY_KEYS = ['id', 'title', 'file', 'status', 'category', 'tag'] as const
export type StorySource = `user-story.${(typeof STORY_KEYS)[number]}`
export type CapabilitySource = `capability.${(typeof CAPABILITY_KEYS)[number]}`
/** A key of an artifact that a Jira field can be filled from, after the name of its kind. */
export type ArtifactSource = RoadItemSource | StorySource | CapabilitySource
export const ARTIFACT_SOURCES: readonly ArtifactSource[] = [
  ...ROAD_ITEM_SOURCES,
  ...STORY_KEYS.map((key): StorySource => `user-story.${key}`),
  ...CAPABILITY_KEYS.map((key): CapabilitySource => `capability.${key}`),
]

/** A user story's words; an issue of a deprecated one is done with. */
export const DEFAULT_STORY_STATUS_MAPPING: Readonly<Record<StoryState, readonly string[]>> = {
  draft: ['To Do', 'Backlog'],
  approved: ['To Do', 'Selected for Development', 'Backlog'],
  implementing: ['In Progress'],
  complete: ['Done'],
  deprecated: ["Won't Do", 'Done'],
}

/** `off` leaves everything to commands and the API. */
export const AUTOMATIC_SYNC = ['both', 'import', 'export', 'off'] as const

const name = z.string().trim().min(1).max(255)
const statusNames = z.union([name.transform((one) => [one]), z.array(name).min(1)])

const IssueTypes = z.strictObject({
  'road-item': name.default('Epic'),
  'user-story': name.default('Story'),
  capability: name.default('Epic'),
})

const statusMapping = z
  .partialRecord(z.enum(ROAD_STATES), statusNames)
  .default({})
  .transform((given): Readonly<Record<RoadState, readonly string[]>> => ({ ...DEFAULT_STATUS_MAPPING, ...given }))

const storyStatusMapping = z
  .partialRecord(z.enum(STORY_STATES), statusNames)
  .default({})
  .transform((given): Readonly<Record<StoryState, readonly string[]>> => ({ ...DEFAULT_STORY_STATUS_MAPPING, ...given }))

const priorityMapping = z
  .partialRecord(z.enum(PRIORITIES), name)
  .default({})
  .transform((given): Readonly<Record<Priority, string>> => ({ ...DEFAULT_PRIORITY_MAPPING, ...given }))

/** The file as a person writes it; strict, because a misspelt key that is ignored is a setting that silently does nothing. */
export const JiraConfigFile = z.strictObject({
  $schema: z.string().optional().describe('Address of the JSON Schema, for editors'),
  projectKey: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]{1,254}$/)
    .describe('Key of the Jira project, such as KAT'),
  boardId: z.number().int().positive().optional().describe('Board that metrics are read from'),
  issueTypes: IssueTypes.prefault({}).describe('Issue type of each kind of artifact'),
  statusMapping: statusMapping.describe('Road item state to Jira status; of a list, the first that the workflow has'),
  inboundStatusMapping: z
    .record(name, z.enum(ROAD_STATES))
    .default({ ...DEFAULT_INBOUND_STATUS_MAPPING })
    .describe('Jira status to road item state'),
  storyStatusMapping: storyStatusMapping.describe('Status of a user story to Jira status; read backwards for imports'),
  priorityMapping: priorityMapping.describe('Road item priority to Jira priority; read backwards for imports'),
  fieldMappings: z
    .partialRecord(z.enum(ARTIFACT_SOURCES as [ArtifactSource, ...ArtifactSource[]]), name)
    .default({})
    .describe('Key of an artifact, after its kind, to a Jira field, by id (customfield_10001) or by name'),
  capabilityAs: z.enum(['epic', 'label']).default('label').describe('Whether capabilities become issues or labels'),
  conflictPolicy: z.enum(RECONCILE_POLICIES).default('manual').describe('Who wins when both sides changed'),
  automaticSync: z
    .enum(AUTOMATIC_SYNC)
    .default('both')
    .describe('What webhooks, polls and pushes do with linked artifacts; commands and the API say their direction themselves'),
  transitionFields: z
    .record(name, z.record(name, z.json()))
    .default({})
    .describe('Values for the required fields on the way into a status: {"Done": {"resolution": {"name": "Done"}}}'),
})

export type JiraConfig = Readonly<z.output<typeof JiraConfigFile>>

export type ParsedJiraConfig =
  | { readonly kind: 'config'; readonly config: JiraConfig }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const describeFound = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  const shown = JSON.stringify(value) ?? typeof value
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    value,
  )
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`
    case 'invalid_type':
      return issue.expected
    case 'invalid_key':
      return `one of the known keys (${issue.issues.map(expectation).join('; ')})`
    case 'invalid_union':
      return issue.errors.map((branch) => branch.map(expectation).join(' and ')).join(' or ')
    case 'invalid_format':
      return issue.format === 'regex' ? 'capital letters, digits and _, a letter first, such as KAT' : issue.format
    default:
      return issue.message
  }
}

const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  '': Object.keys(JiraConfigFile.shape),
  issueTypes: Object.keys(IssueTypes.shape),
  statusMapping: ROAD_STATES,
  priorityMapping: PRIORITIES,
  storyStatusMapping: STORY_STATES,
  fieldMappings: ARTIFACT_SOURCES,
}

/**
 * Reads the content of a jira-config.json. `file` is the name that problems begin with.
 * Problems read `FILE: PATH: expected …, found …`; with any, there is no configuration.
 */
export function parseJiraConfig(content: unknown, file: string): ParsedJiraConfig {
  const parsed = JiraConfigFile.safeParse(content)
  if (parsed.success) return { kind: 'config', config: parsed.data }
  const problems = parsed.error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.')
    if (issue.code !== 'unrecognized_keys') {
      return [`${file}: ${path || '(whole file)'}: expected ${expectation(issue)}, found ${describeFound(valueAt(content, issue.path))}`]
    }
    const known = KNOWN_KEYS[path]?.join(', ') ?? 'a key of the schema'
    return issue.keys.map((key) => `${file}: ${path === '' ? key : `${path}.${key}`}: expected one of the keys ${known}, found another`)
  })
  return { kind: 'problems', problems }
}

/** Two names that Jira would take for the same status or type: letter case and spaces around do not count. */
export const sameName = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase()

/** The value under a name, whichever way it is spelt in the file. */
export function byName<V>(record: Readonly<Record<string, V>>, wanted: string): V | undefined {
  return Object.entries(record).find(([key]) => sameName(key, wanted))?.[1]
}

/** A road item's priority from Jira's name: the configured names backwards, then Jira's `Lowest` as `low`; undefined for others. */
export function toPriority(jiraName: string, config: Pick<JiraConfig, 'priorityMapping'>): Priority | undefined {
  const named = PRIORITIES.find((priority) => sameName(config.priorityMapping[priority], jiraName))
  return named ?? (sameName(jiraName, 'Lowest') ? 'low' : undefined)
}
