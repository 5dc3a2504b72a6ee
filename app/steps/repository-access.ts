// Whether a repository can be worked on now, and with what. Every use case that talks to GitHub about one asks here first, so
// that a suspended or removed installation is an ordinary answer and not a failing request.

import { findInstallation } from '../../integrations/store/installations.ts'
import type { Repository } from '../../integrations/store/repositories.ts'
import { findRepository, saveRepositories } from '../../integrations/store/repositories.ts'
import type { AppContext } from '../context.ts'

type GitHubContext = Awaited<ReturnType<AppContext['providers']['github']['asInstallation']>>

export interface OpenRepository {
  readonly kind: 'open'
  readonly id: number
  readonly fullName: string
  readonly name: { readonly owner: string; readonly repo: string }
  readonly defaultBranch: string
  /** The commit whose artifacts are in the store. */
  readonly headSha: string | undefined
  readonly github: GitHubContext
}

export type RepositoryAccess = OpenRepository | { readonly kind: 'closed'; readonly reason: string }

const closed = (reason: string): RepositoryAccess => ({ kind: 'closed', reason })

/** By GitHub's number. Throws `not-configured` without an App, and `provider-*` where the default branch had to be asked for. */
export async function accessRepository(ctx: AppContext, repositoryId: number): Promise<RepositoryAccess> {
  const { db } = await ctx.store()
  const repository = await findRepository(db, { id: repositoryId })
  if (!repository || repository.deletedAt || repository.installationId === undefined) return closed('The App does not see the repository.')
  const installation = await findInstallation(db, repository.installationId)
  if (installation?.deletedAt) return closed('The App was removed from the account.')
  if (installation?.suspendedAt) return closed('The installation is suspended.')
  const github = await ctx.providers.github.asInstallation(repository.installationId)
  const { fullName, defaultBranch, archived } = await withBranch(ctx, repository, github)
  if (archived) return closed('The repository is archived and takes no changes.')
  const name = ctx.providers.github.parseFullName(fullName)
  return { kind: 'open', id: repository.id, fullName, name, defaultBranch, headSha: repository.headSha, github }
}

/** Installation events name repositories without their branch; then GitHub is asked, once. */
async function withBranch(ctx: AppContext, repository: Repository, github: GitHubContext) {
  const { id, fullName, defaultBranch, archived } = repository
  if (defaultBranch !== undefined) return { fullName, defaultBranch, archived }
  const facts = await ctx.providers.github.readRepository(github, ctx.providers.github.parseFullName(fullName))
  const now = { fullName: facts.fullName, defaultBranch: facts.defaultBranch, archived: facts.isArchived }
  await saveRepositories((await ctx.store()).db, [{ id, ...now, isPrivate: facts.isPrivate }], ctx.clock.now())
  return now
}
