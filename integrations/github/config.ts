// `github-config.json`: which repositories the commands work on, and the settings of imports and publishing.
import { z } from 'zod'
import { AppError } from '../kernel/errors.ts'

const days = z.number().int().positive()
const name = z.string().regex(/^[A-Za-z0-9_.-]+$/, 'a GitHub name: letters, digits, "-", "_", "."')
/** A folder inside a repository; the empty text is its root. */
const folder = z
  .string()
  .regex(/^(?!\/)(?!(.*\/)?\.\.(\/|$))[^\\]*$/, 'a folder inside the repository, without a leading slash and without ".."')
const pattern = z.string().refine(isPattern, 'a regular expression')

/** Who wins where both sides changed: GitHub does not say when a field of an issue was changed, so nobody wins by time. */
export const ISSUE_POLICIES = ['manual', 'prefer-git', 'prefer-remote'] as const
const ISSUE_DIRECTIONS = ['both', 'export', 'import', 'off'] as const

const IssueSettings = z.strictObject({
  labels: z.array(z.string().min(1).max(50)).default([]).describe('On every issue, beside our own'),
  stories: z.boolean().default(true).describe('User stories as sub-issues of their road items'),
  conflictPolicy: z.enum(ISSUE_POLICIES).default('manual').describe('Who wins where git and the issue both changed'),
  automaticSync: z.enum(ISSUE_DIRECTIONS).default('both').describe('What events, polls and pushes bring into step by themselves'),
})

/** The shape of the file, as its published JSON Schema says it. */
export const GitHubConfigFile = z
  .strictObject({
    owner: name,
    repo: name.optional(),
    repos: z.array(name).min(1).optional(),
    governancePath: folder.default('governance'),
    pages: z.strictObject({ branch: z.string().min(1).default('gh-pages'), path: folder.default('') }).optional(),
    wiki: z.boolean().default(false),
    issues: IssueSettings.optional(),
    lookbackDays: days.max(3650).default(90),
    sla: z
      .strictObject({ critical: days.default(7), high: days.default(30), medium: days.default(90), low: days.default(180) })
      .prefault({}),
    deploymentEnvironments: pattern.default('^prod'),
    botLogins: z.array(z.string().min(1)).default([]),
    documentationGapLabels: z.array(z.string().min(1).max(50)).default(['documentation-gap', 'docs-gap', 'missing-docs']),
    testArtifacts: z.array(z.string().min(1)).min(1).optional(),
  })
  .refine((config) => (config.repo === undefined) !== (config.repos === undefined), {
    path: ['repo'],
    message: 'either "repo" or "repos"',
  })

export type GitHubConfig = z.infer<typeof GitHubConfigFile>
export type GitHubConfigResult =
  | { readonly ok: true; readonly config: GitHubConfig; readonly repositories: readonly string[] }
  /** One line each: `FILE: PATH: expected …, found …`. */
  | { readonly ok: false; readonly problems: readonly string[] }

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'i') instanceof RegExp
  } catch {
    return false
  }
}

/** Checks the parsed content of the file called `file`. Unknown keys are refused: a misspelt setting must not be silently off. */
export function parseGitHubConfig(value: unknown, file = 'github-config.json'): GitHubConfigResult {
  const parsed = GitHubConfigFile.safeParse(value)
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.flatMap((issue) => explain(file, value, issue)) }
  const config = parsed.data
  return { ok: true, config, repositories: (config.repos ?? [config.repo as string]).map((repo) => `${config.owner}/${repo}`) }
}

/** The parsed content of the file called `file`. @throws AppError `config-invalid` with one line per fault */
export function assertGitHubConfig(value: unknown, file = 'github-config.json'): GitHubConfig {
  const parsed = parseGitHubConfig(value, file)
  if (parsed.ok) return parsed.config
  throw new AppError('config-invalid', parsed.problems.join('\n'), { details: { problems: parsed.problems } })
}

function explain(file: string, value: unknown, issue: z.core.$ZodIssue): string[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => `${file}: ${[...issue.path, key].join('.')}: expected no such key, found one; check its spelling`)
  const path = issue.path.join('.') || '(whole file)'
  const found = issue.path.reduce<unknown>(
    (at, key) => (at !== null && typeof at === 'object' ? (at as Record<PropertyKey, unknown>)[key] : undefined),
    value,
  )
  const expected = issue.message.replace(/^.*?: expected /, '').replace(/, received .*$/, '')
  return [`${file}: ${path}: expected ${expected}, found ${describe(found)}`]
}

/** Values of this file are no secrets; long ones are cut. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}
