import { z } from 'zod'
import { badgeAddress, badgeMarkdown, placeBadge } from '../../integrations/documents/readme-badge.ts'
import { AppError, toAppError } from '../../integrations/kernel/errors.ts'
import { findPublication } from '../../integrations/store/publications.ts'
import type { AppContext } from '../context.ts'
import { AUTH_TYPES, findAccess, openAccess } from '../steps/imports/import-access.ts'
import { bringProposal } from '../steps/proposals.ts'
import type { OpenRepository } from '../steps/repository-access.ts'
import { makeUseCase } from '../use-case.ts'

const name = z.string().regex(/^[A-Za-z0-9_.-]+$/, 'a GitHub name: letters, digits, "-", "_", "."')

const Input = z.strictObject({
  owner: name.describe('Account or organisation'),
  repo: name.describe('Repository'),
  propose: z.boolean().default(false).describe('Open a pull request that adds it to the README'),
  auth: z
    .strictObject({ type: z.enum(AUTH_TYPES) })
    .optional()
    .describe('The App or the token (default: the App where it covers the repository)'),
  dryRun: z.boolean().default(false).describe('Show what would be proposed and write nothing'),
})
type Input = z.output<typeof Input>

const Proposal = z.object({
  state: z.enum(['present', 'planned', 'proposed', 'declined', 'waiting', 'refused']),
  /** The pull request, or the file. */
  where: z.string().nullable(),
  reason: z.string().optional(),
})
type Proposal = z.infer<typeof Proposal>

const Output = z.object({
  markdown: z.string().describe('To paste into the README'),
  url: z.string().describe('Address of the picture'),
  proposal: Proposal.nullable(),
  notes: z.array(z.string()),
})

type Badge = Parameters<typeof placeBadge>[1]

/** A click leads to the site where there is one, else to this server. */
async function badgeOf(ctx: AppContext, { owner, repo }: Input): Promise<Badge> {
  const { PUBLIC_URL: server } = ctx.config
  const scope = `${owner}/${repo}`.toLowerCase()
  const key = { provider: 'github', scope, target: 'github-pages', contentType: 'governance-report' } as const
  const site = await findPublication((await ctx.store()).db, key)
  return { owner, repo, server, target: site?.url ?? server }
}

const LOCAL = /^https?:\/\/(localhost|127\.|\[::1\]|0\.0\.0\.0)/

const notesOf = ({ server }: Badge): string[] =>
  LOCAL.test(server) ? ["PUBLIC_URL is an address of this machine only: GitHub cannot show the badge. Set it to the server's own."] : []

/** The repository as GitHub shows it now. Throws `provider-*`. */
async function openNow(ctx: AppContext, { owner, repo, auth }: Input, dryRun: boolean): Promise<OpenRepository & { connectionId: string }> {
  const access = await findAccess(ctx, { owner, repo, auth: auth?.type })
  if (access.kind === 'refused') {
    const { gap } = access.refusal
    throw new AppError('refused', `${gap.title}. ${gap.recommendation}`)
  }
  const github = await openAccess(ctx, access.auth, { priority: 'interactive', dryRun })
  const { id, fullName, defaultBranch, isArchived } = await ctx.providers.github.readRepository(github, { owner, repo })
  if (isArchived) throw new AppError('refused', `${fullName} is archived and takes no changes.`)
  const now = ctx.providers.github.parseFullName(fullName)
  return { kind: 'open', id, fullName, name: now, defaultBranch, headSha: undefined, github, connectionId: access.connectionId }
}

const refused = (reason: string): Proposal => ({ state: 'refused', where: null, reason })

async function propose(ctx: AppContext, input: Input, badge: Badge): Promise<Proposal> {
  const { connectionId, ...repository } = await openNow(ctx, input, input.dryRun)
  const { fullName, defaultBranch } = repository
  const readme = await ctx.providers.github.readReadme(repository.github, repository.name, defaultBranch)
  if (!readme) return refused(`${fullName} has no README that can be read. Write one, or paste the markdown.`)
  if (!/\.(md|markdown)$/i.test(readme.path))
    return refused(`${readme.path} of ${fullName} is no markdown. Paste the badge in its own format.`)
  const text = placeBadge(readme.text, badge)
  const file = `${ctx.config.GITHUB_SERVER_URL}/${fullName}/blob/${defaultBranch}/${readme.path}`
  if (text === readme.text) return { state: 'present', where: file }
  if (input.dryRun) return { state: 'planned', where: file }
  const title = 'docs: show the Katalyst score in the README'
  const outcome = await bringProposal(ctx, {
    key: { connectionId, scope: `repository:${repository.id}`, artifactKind: 'badge', artifactId: 'README' },
    repository,
    branch: 'katalyst/badge',
    path: readme.path,
    ...{ was: readme.text, text, change: badgeMarkdown(badge), title, message: `${title}\n` },
    body: `The badge shows the newest score of this repository; it changes with every import.\n\n${badgeMarkdown(badge)}\n\nClosing this without merging declines it; it is not proposed again.`,
  })
  const where = outcome.where ?? file
  if (outcome.state === 'none') return { state: 'present', where: file }
  if (outcome.state === 'declined') return { state: 'declined', where, reason: 'A person closed the pull request without merging it.' }
  if (outcome.state === 'waiting') return { state: 'waiting', where, reason: 'The README was changed meanwhile. Ask again.' }
  return { state: 'proposed', where }
}

/** What GitHub or a rule denies is part of the answer: the markdown can be pasted all the same. */
async function proposeOrSay(ctx: AppContext, input: Input, badge: Badge): Promise<Proposal> {
  try {
    return await propose(ctx, input, badge)
  } catch (error) {
    const { code, message } = toAppError(error)
    if (code === 'provider-forbidden') return refused(`${message} Proposing takes contents: write and pull_requests: write.`)
    if (code === 'refused' || code === 'provider-not-found') return refused(message)
    throw error
  }
}

/** The badge of a repository for its README: the markdown, and where it is wanted a pull request that adds it. */
export const addBadge = makeUseCase({
  name: 'add-badge',
  summary: "Gives the markdown of a repository's badge, and proposes it for the README.",
  access: 'admin',
  input: Input,
  output: Output,
  http: { method: 'POST', path: '/integrations/github/badge' },
  cli: {
    command: 'github:badge',
    hidden: ['auth'],
    writes: true,
    exitCode: ({ proposal }: Pick<z.infer<typeof Output>, 'proposal'>) =>
      proposal?.state === 'refused' || proposal?.state === 'waiting' ? 1 : 0,
  },
  async run(ctx, input) {
    const badge = await badgeOf(ctx, input)
    const proposal = input.propose ? await proposeOrSay(ctx, input, badge) : null
    return { markdown: badgeMarkdown(badge), url: badgeAddress(badge), proposal, notes: notesOf(badge) }
  },
})
