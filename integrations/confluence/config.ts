// confluence-config.json: which space, where each kind of document goes, and who wins where people edited a page of ours.
import { z } from 'zod'

/** Documents made from governance artifacts. */
export const CONTENT_TYPES = ['governance-report', 'roadmap', 'ddd-context-map', 'capability-coverage'] as const
export type ContentType = (typeof CONTENT_TYPES)[number]

export const PAGE_CONFLICT_POLICIES = ['warn', 'overwrite', 'managed-region', 'pull'] as const
export type PageConflictPolicy = (typeof PAGE_CONFLICT_POLICIES)[number]

/** Types of documents that a reading of the space looks for, and the labels that they usually carry. */
export const DEFAULT_DOC_TYPES: Readonly<
  Record<string, { readonly labels: readonly string[]; readonly title?: string; readonly ancestor?: string }>
> = {
  adr: { labels: ['adr', 'decision'], title: '^ADR[- ]?\\d+' },
  runbook: { labels: ['runbook'], title: 'runbook' },
  'design-doc': { labels: ['design-doc', 'design'], title: 'design (doc|document)' },
  onboarding: { labels: ['onboarding'], title: 'onboarding|getting started' },
  api: { labels: ['api', 'api-docs'], title: '\\bAPI\\b' },
  architecture: { labels: ['architecture'], title: 'architecture' },
  glossary: { labels: ['glossary', 'ubiquitous-language'], title: '^glossary|ubiquitous language' },
}

const title = z.string().trim().min(1).max(200)
const pagePath = z
  .string()
  .transform((text) => text.split('/').map((part) => part.trim()))
  .refine((parts) => parts.every((part) => part !== '' && part.length <= 200), 'titles joined by "/", such as Governance/Reports')
  .transform((parts) => parts.join('/'))
const label = z
  .string()
  .regex(/^[^\s:;,.?&[\]()#^*!@<>A-Z]{1,255}$/, 'a label: lower case, no spaces and none of : ; , . ? & [ ] ( ) # ^ * ! @')
const pattern = z.string().refine((text) => isPattern(text), 'a regular expression')

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'i') instanceof RegExp
  } catch {
    return false
  }
}

const DocType = z.strictObject({
  labels: z.array(label).default([]).describe('A page with one of these labels is of the type'),
  title: pattern.optional().describe('… or whose title fits this regular expression, letter case aside'),
  ancestor: z.string().optional().describe('… or that stands below the page with this title'),
})

const Document = z.strictObject({
  file: z
    .string()
    .regex(
      /^(?!\/)(?!(.*\/)?\.\.(\/|$))[^\\]+\.(md|mdx|markdown)$/i,
      'a markdown file of the repository, without a leading slash and without ".."',
    )
    .describe('Markdown file, from the root of the repository'),
  title: title.optional().describe('Default: the first heading, else the file name'),
  parent: pagePath.optional().describe('Where the page goes, such as Engineering/Guides; default: pageHierarchy.document'),
  labels: z.array(label).default([]),
})

const Orphans = z.strictObject({
  policy: z.enum(['report', 'archive']).default('report').describe('What becomes of pages whose document is gone'),
  atMost: z.number().int().min(1).max(500).default(10).describe('More pages than this are not archived in one run, but reported'),
})

/** The file as a person writes it; strict, because a misspelt key that is ignored is a setting that silently does nothing. */
export const ConfluenceConfigFile = z.strictObject({
  $schema: z.string().optional().describe('Address of the JSON Schema, for editors'),
  spaceKey: z
    .string()
    .regex(/^~?[A-Za-z0-9]{1,255}$/, 'a space key: letters and digits')
    .describe('Key of the space, such as KDM'),
  pageHierarchy: z
    .partialRecord(z.enum([...CONTENT_TYPES, 'document']), pagePath)
    .default({})
    .describe('Where each kind of document goes, as titles from the homepage down: Governance/Reports'),
  documents: z.array(Document).max(1_000).default([]).describe('Markdown files of the repository that are published as well'),
  labels: z.array(label).max(20).default([]).describe('Labels that every published page gets'),
  docTypes: z
    .record(z.string().min(1), DocType)
    .default({ ...toDocTypes() })
    .describe('How imports tell types of documents apart'),
  freshnessDays: z.number().int().positive().max(3_650).default(180).describe('A page changed within so many days is fresh'),
  conflictPolicy: z.enum(PAGE_CONFLICT_POLICIES).default('warn').describe('What happens to a page of ours that a person edited'),
  orphans: Orphans.prefault({}),
  jira: z
    .strictObject({ server: z.string().min(1).describe('Name of the application link'), serverId: z.string().optional() })
    .optional()
    .describe('Jira application that Confluence is linked with; with it issues are shown as macros'),
})

function toDocTypes(): Record<string, z.output<typeof DocType>> {
  return Object.fromEntries(Object.entries(DEFAULT_DOC_TYPES).map(([name, rule]) => [name, { ...rule, labels: [...rule.labels] }]))
}

export type ConfluenceConfig = Readonly<z.output<typeof ConfluenceConfigFile>>
export type ParsedConfluenceConfig =
  | { readonly kind: 'config'; readonly config: ConfluenceConfig }
  | { readonly kind: 'problems'; readonly problems: readonly string[] }

function describeFound(value: unknown, path: readonly PropertyKey[]): string {
  const found = path.reduce<unknown>((at, key) => (at !== null && typeof at === 'object' ? Reflect.get(at, key) : undefined), value)
  if (found === undefined) return 'nothing'
  const shown = JSON.stringify(found) ?? typeof found
  return shown.length > 80 ? `${shown.slice(0, 79)}…` : shown
}

function expectation(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`
  if (issue.code === 'invalid_type') return issue.expected
  return issue.message
}

/** Reads the content of a confluence-config.json. Problems read `FILE: PATH: expected …, found …`; with any, there is no configuration. */
export function parseConfluenceConfig(content: unknown, file: string): ParsedConfluenceConfig {
  const parsed = ConfluenceConfigFile.safeParse(content)
  if (parsed.success) return { kind: 'config', config: parsed.data }
  const problems = parsed.error.issues.flatMap((issue) => {
    const path = issue.path.map(String).join('.')
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => `${file}: ${path === '' ? key : `${path}.${key}`}: expected a key of the schema, found another`)
    return [`${file}: ${path || '(whole file)'}: expected ${expectation(issue)}, found ${describeFound(content, issue.path)}`]
  })
  return { kind: 'problems', problems }
}
