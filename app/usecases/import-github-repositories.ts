import { z } from 'zod'
import { DIMENSIONS, type Dimension } from '../../integrations/foe/measure.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { listRepositories } from '../../integrations/store/repositories.ts'
import { ImportAnswer, toImportAnswer } from '../answers/import-answer.ts'
import type { AppContext } from '../context.ts'
import { followImport } from '../steps/imports/follow-import.ts'
import { beginImport, DEFAULT_LOOKBACK_DAYS } from '../steps/imports/github-import.ts'
import { AUTH_TYPES } from '../steps/imports/import-access.ts'
import { makeUseCase } from '../use-case.ts'

const name = z.string().regex(/^[A-Za-z0-9_.-]+$/, 'a GitHub name: letters, digits, "-", "_", "."')

const Input = z.strictObject({
  feedback: z.boolean().default(false).describe('How fast and how often: runs, tests, releases, deployments'),
  understanding: z.boolean().default(false).describe('How well it explains itself: pull requests, commits, documents, wiki, discussions'),
  confidence: z.boolean().default(false).describe('How safe changes are: reviews, protection, alerts'),
  owner: name.optional().describe('Account or organisation (default: of github-config.json)'),
  repo: name.optional().describe('Repository (default: of github-config.json)'),
  allRepos: z.boolean().default(false).describe('Every repository the App is installed on, or all of github-config.json'),
  lookbackDays: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .optional()
    .describe('Length of the window in days (default: of github-config.json, else 90)'),
  auth: z.enum(AUTH_TYPES).optional().describe('Sign in so (default: the App where it covers the repository)'),
})
type Input = z.output<typeof Input>

/** One answer as the API gives it, or several. */
const Output = z.union([ImportAnswer, z.object({ imports: z.array(ImportAnswer) })])
type Output = z.input<typeof Output>

const badInput = (path: string, expected: string) =>
  new AppError('bad-request', `The input is not valid: ${path}: expected ${expected}, found nothing.`, {
    details: { issues: [{ path, expected, received: 'nothing' }] },
  })

/** `owner/name` of everything that is meant, each once. */
async function targetsOf(ctx: AppContext, { owner, repo, allRepos }: Input): Promise<readonly string[]> {
  const config = await ctx.providers.github.readConfig()
  const listed = config ? (config.repos ?? [config.repo as string]).map((one) => `${config.owner}/${one}`) : []
  if (repo !== undefined && !allRepos) {
    const account = owner ?? config?.owner
    if (account === undefined) throw badInput('owner', 'an account, or github-config.json')
    return [`${account}/${repo}`]
  }
  const mine = (fullName: string) => owner === undefined || fullName.toLowerCase().startsWith(`${owner.toLowerCase()}/`)
  const installed = allRepos ? (await listRepositories((await ctx.store()).db)).filter((one) => one.installationId !== undefined) : []
  const wanted = [...installed.map(({ fullName }) => fullName), ...listed].filter(mine)
  const once = [...new Map(wanted.map((fullName) => [fullName.toLowerCase(), fullName])).values()]
  if (once.length === 0)
    throw badInput('repo', 'a repository: --owner and --repo, github-config.json, or --all-repos with an installed App')
  return once
}

const answersOf = (output: Output): readonly ImportAnswer[] => ('imports' in output ? output.imports : [output as ImportAnswer])

/** Imports several dimensions and repositories at once; each is an import of its own. */
export const importGithubRepositories = makeUseCase({
  name: 'import-github-repositories',
  summary: 'Imports evidence from GitHub: one import for each dimension and repository.',
  access: 'admin',
  input: Input,
  output: Output,
  cli: {
    command: 'github:import',
    aliases: { lookbackDays: 'lookback' },
    exitCode: (output: Output) => {
      const answers = answersOf(output)
      if (answers.some(({ refusal }) => refusal !== undefined)) return 3
      return answers.every(({ state }) => state === 'done') ? 0 : 1
    },
  },
  async run(ctx, input): Promise<Output> {
    const dimensions = DIMENSIONS.filter((dimension) => input[dimension])
    if (dimensions.length === 0) throw badInput('feedback', 'at least one of --feedback, --understanding, --confidence')
    const targets = await targetsOf(ctx, input)
    const lookbackDays = input.lookbackDays ?? (await ctx.providers.github.readConfig())?.lookbackDays ?? DEFAULT_LOOKBACK_DAYS
    // All are begun before the first is waited for: repositories are read side by side, as far as the limits allow.
    const begun: Awaited<ReturnType<typeof beginImport>>[] = []
    for (const target of targets) {
      const place = ctx.providers.github.parseFullName(target)
      for (const dimension of dimensions as readonly Dimension[])
        begun.push(await beginImport(ctx, { ...place, dimension, dataTypes: [], auth: input.auth, lookbackDays }, 'interactive'))
    }
    const imports: ImportAnswer[] = []
    for (const row of begun) imports.push(toImportAnswer(await followImport(ctx, row), undefined, ctx.clock.now()))
    const [only] = imports
    return imports.length === 1 && only ? only : { imports }
  },
})
