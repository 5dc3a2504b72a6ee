// `roadmap-source.json`: which tool owns the roadmap, and what its words mean for road items.
import { z } from 'zod'
import { PRIORITIES, type Priority, ROAD_STATES, type RoadState } from './artifact.ts'
import type { ExternalSourceName } from './roadmap-source.ts'

const name = z.string().trim().min(1).max(255)
const pattern = z.string().min(1).max(500).refine(isPattern, 'a regular expression')
const capability = z.string().regex(/^CAP-\d{3,}$/, 'an id such as CAP-001')

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'i') instanceof RegExp
  } catch {
    return false
  }
}

/** What the states of Jira's and GitHub's usual boards mean. */
export const DEFAULT_STATES: Readonly<Record<string, RoadState>> = {
  'To Do': 'proposed',
  Todo: 'proposed',
  Backlog: 'proposed',
  'In Progress': 'implementing',
  Done: 'complete',
}
export const DEFAULT_PRIORITIES: Readonly<Record<string, Priority>> = {
  Highest: 'critical',
  Critical: 'critical',
  High: 'high',
  Medium: 'medium',
  Low: 'low',
  Lowest: 'low',
}

const mapping = {
  statusField: name.default('Status').describe('Field that holds the state'),
  status: z
    .record(name, z.enum(ROAD_STATES))
    .default({})
    .describe(
      'Word of the tool to state of a road item, over To Do, Todo and Backlog → proposed, In Progress → implementing, Done → complete',
    ),
  priorityField: name.default('Priority').describe('Field that holds the priority'),
  priority: z.record(name, z.enum(PRIORITIES)).default({}).describe('Word of the tool to priority, over the usual names'),
  phase: z
    .strictObject({
      field: name.default('Phase').describe('Number, text, select or iteration field'),
      label: pattern.default('^phase[:/ -]?(.+)$').describe('Labels that say the phase; the first group is its name'),
      values: z.record(name, z.int().min(0)).default({}).describe('Name of a phase or iteration to its number'),
      default: z.int().min(0).default(1).describe('Phase of a new road item whose source says none'),
    })
    .prefault({}),
  capabilities: z
    .strictObject({
      field: name.default('Capabilities'),
      label: pattern.default('^(?:capability[:/ ])?(CAP-\\d+)$').describe('Labels that name a capability; the first group is its name'),
      values: z.record(name, capability).default({}).describe('Label or value to capability'),
    })
    .prefault({}),
  dependencies: z
    .strictObject({
      field: name.default('Dependencies').describe('Text field with keys of other items, or ids of road items'),
      label: pattern.default('^depends[:/ -](?:on[:/ -])?(.+)$').describe('Labels that name what it waits for'),
      links: z.boolean().default(true).describe('Whether "is blocked by" links count'),
    })
    .prefault({}),
  tasks: z.boolean().default(true).describe('Whether children and check boxes become the task list'),
}

const JiraSection = z.strictObject({
  projectKey: z.string().regex(/^[A-Z][A-Z0-9_]{1,254}$/, 'a project key such as KAT'),
  boardId: z.int().positive().optional().describe('Only the epics that this board shows'),
  issueType: name.default('Epic'),
  filter: z.string().min(1).max(4_000).optional().describe('JQL condition that the epics must meet as well'),
  ...mapping,
})

const GitHubSection = z.strictObject({
  owner: z.string().regex(/^[A-Za-z0-9_.-]+$/, 'a login'),
  ownerType: z.enum(['organization', 'user']).default('organization'),
  project: z.int().positive().describe('Number of the project, as in its address'),
  content: z
    .array(z.enum(['issue', 'pull-request', 'draft-issue']))
    .min(1)
    .default(['issue', 'pull-request', 'draft-issue'])
    .describe('Which items become road items'),
  ...mapping,
})

/** The shape of the file, as its published JSON Schema says it. */
export const RoadmapSourceFile = z
  .strictObject({
    $schema: z.string().optional().describe('Address of the JSON Schema, for editors'),
    source: z.enum(['local', 'jira', 'github']).default('local').describe('Who owns the roadmap'),
    repository: z
      .string()
      .regex(/^[^/\s]+\/[^/\s]+$/, 'owner/name')
      .optional()
      .describe('Governed repository that imports are proposed to'),
    writeTo: z.enum(['pull-request', 'store']).default('pull-request').describe('Where an import without a folder goes'),
    removed: z.enum(['keep', 'delete']).default('keep').describe('What becomes of the file of an item that the source has no more'),
    jira: JiraSection.optional(),
    github: GitHubSection.optional(),
  })
  .refine((file) => file.source === 'local' || file[file.source] !== undefined, {
    path: ['source'],
    message: 'a source whose own section is in the file',
  })

export type RoadmapSourceConfig = z.output<typeof RoadmapSourceFile>
export type JiraRoadmapConfig = z.output<typeof JiraSection>
export type GitHubRoadmapConfig = z.output<typeof GitHubSection>
export type RoadmapMapping = Pick<JiraRoadmapConfig, keyof typeof mapping>

export type ParsedRoadmapSource =
  | { readonly kind: 'config'; readonly config: RoadmapSourceConfig }
  /** One line each: `FILE: PATH: expected …, found …`. */
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

const shown = (value: unknown): string => {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? typeof value)
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

function explain(file: string, content: unknown, issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${file}: ${[...issue.path, key].join('.')}: expected no such key, found one; check its spelling`)
  const found = issue.path.reduce<unknown>(
    (at, key) => (at !== null && typeof at === 'object' ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    content,
  )
  const expected = issue.message.replace(/^.*?: expected /, '').replace(/, received .*$/, '')
  return [`${file}: ${issue.path.join('.') || '(whole file)'}: expected ${expected}, found ${shown(found)}`]
}

/** Reads the content of the file called `file`; with a problem there is no configuration. */
export function parseRoadmapSource(content: unknown, file = 'roadmap-source.json'): ParsedRoadmapSource {
  const parsed = RoadmapSourceFile.safeParse(content)
  if (parsed.success) return { kind: 'config', config: parsed.data }
  return { kind: 'problems', problems: parsed.error.issues.flatMap((issue) => explain(file, content, issue)) }
}

/** Why the file cannot serve an import from a source; undefined when it can. */
export function sourceProblem(config: RoadmapSourceConfig, source: ExternalSourceName, file = 'roadmap-source.json'): string | undefined {
  if (config.source === 'local')
    return `${file}: source: expected "${source}", found "local": the roadmap is kept in git. Set source to import it`
  if (config[source] === undefined) return `${file}: ${source}: expected the settings of this source, found nothing`
  return undefined
}
