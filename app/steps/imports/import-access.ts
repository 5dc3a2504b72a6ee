// With which credential a repository is read: the installation of the App that covers it, else the personal access token. What is
// known from events is enough mostly; a repository nobody told us of is asked about once.
import { toAppError } from '../../../integrations/kernel/errors.ts'
import { findInstallation } from '../../../integrations/store/installations.ts'
import { findRepository } from '../../../integrations/store/repositories.ts'
import type { AppContext } from '../../context.ts'
import { type Refusal, refusalOf, refusalOfError } from './import-refusal.ts'

export const AUTH_TYPES = ['app', 'pat'] as const
export type AuthType = (typeof AUTH_TYPES)[number]

/** How to sign in: what a job carries, since credentials may have been rotated when it runs. */
export type ImportAuth = { readonly type: 'app'; readonly installationId: number } | { readonly type: 'pat' }

export type ImportAccess =
  | { readonly kind: 'granted'; readonly auth: ImportAuth; readonly connectionId: string; readonly repositoryId: number | undefined }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly repositoryId: number | undefined }

interface Wanted {
  readonly owner: string
  readonly repo: string
  /** By default the App where it is configured and covers the repository, else the token. */
  readonly auth?: AuthType | undefined
}

type Known = { readonly repositoryId: number | undefined }

const byToken = (known: Known): ImportAccess => ({ kind: 'granted', auth: { type: 'pat' }, connectionId: 'github:token', ...known })
const byApp = (installationId: number, known: Known): ImportAccess => ({
  kind: 'granted',
  auth: { type: 'app', installationId },
  connectionId: `github:${installationId}`,
  ...known,
})

/** The installation's standing, as events told it; one nobody told us of is taken for good, and GitHub says if it is not. */
async function refusalOfInstallation(ctx: AppContext, installationId: number): Promise<Refusal | undefined> {
  const installation = await findInstallation((await ctx.store()).db, installationId)
  if (installation?.deletedAt) return refusalOf('github-installation-removed')
  return installation?.suspendedAt ? refusalOf('github-installation-suspended') : undefined
}

/** Asks GitHub which installation covers a repository that no event has named. */
async function askForInstallation(ctx: AppContext, { owner, repo }: Wanted): Promise<number | Refusal> {
  const { github } = ctx.providers
  try {
    const found = await github.readRepositoryInstallation(await github.asApp(), { owner, repo })
    return found.suspendedAt ? refusalOf('github-installation-suspended') : found.id
  } catch (error) {
    const { code } = toAppError(error)
    if (code === 'provider-not-found') return refusalOf('github-app-not-installed')
    const refusal = refusalOfError(error)
    if (!refusal) throw error
    return refusal
  }
}

/** Finds the way to a repository; a refusal is an answer. */
export async function findAccess(ctx: AppContext, wanted: Wanted): Promise<ImportAccess> {
  const { db } = await ctx.store()
  const repository = await findRepository(db, { fullName: `${wanted.owner}/${wanted.repo}` })
  const known: Known = { repositoryId: repository?.id }
  const refused = (refusal: Refusal): ImportAccess => ({ kind: 'refused', refusal, ...known })
  const connection = await ctx.connections.effective('github')
  if (!connection) return refused(refusalOf('github-not-configured'))
  const hasToken = connection.secrets.token === true
  const hasApp = ctx.config.APP_ID !== undefined
  if (wanted.auth === 'pat' || (wanted.auth === undefined && !hasApp))
    return hasToken ? byToken(known) : refused(refusalOf('github-not-configured', 'No personal access token is set.'))
  if (!hasApp) return refused(refusalOf('github-not-configured', 'No GitHub App is set.'))

  const found = repository?.installationId ?? (await askForInstallation(ctx, wanted))
  const refusal = typeof found === 'number' ? await refusalOfInstallation(ctx, found) : found
  if (typeof found === 'number' && !refusal) return byApp(found, known)
  if (wanted.auth === undefined && hasToken && refusal?.gap.code === 'github-app-not-installed') return byToken(known)
  return refused(refusal ?? refusalOf('github-app-not-installed'))
}

/** A context that signs so. @throws AppError `not-configured` when the credential is gone meanwhile */
export const openAccess = (
  { providers: { github } }: AppContext,
  auth: ImportAuth,
  use: Parameters<AppContext['providers']['github']['asToken']>[0],
): ReturnType<AppContext['providers']['github']['asToken']> =>
  auth.type === 'app' ? github.asInstallation(auth.installationId, use) : github.asToken(use)
