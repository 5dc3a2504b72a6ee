// A publication on GitHub as it was asked for: where to, how to sign in, what from. It is kept with its run, so that whichever
// process carries it out, or goes on after a crash, does the same.
import { z } from 'zod'
import { AppError } from '../../../integrations/kernel/errors.ts'
import { type JsonObject, toJson, toJsonObject } from '../../../integrations/store/json.ts'
import { findRepository } from '../../../integrations/store/repositories.ts'
import type { Run } from '../../../integrations/store/runs.ts'
import type { AppContext } from '../../context.ts'
import { governedFolderUrl } from '../export-source.ts'
import { type ImportAuth, openAccess } from '../imports/import-access.ts'
import { openPublishSource, type PublishSource } from '../publishing/publish-source.ts'
import { SYNC_DIRECTIONS, type SyncDirection } from '../sync-direction.ts'
import { PublishingSettings } from './publishing.ts'

export const GITHUB_PUBLISH_RUN = 'github-publish'
/** The job that publishes to one target; its payload is the run and the target. */
export const GITHUB_PUBLISH_JOB = 'github.publish'

export interface PublicationRequest {
  readonly owner: string
  readonly repo: string
  readonly auth: ImportAuth
  readonly settings: PublishingSettings
  readonly direction: SyncDirection
  readonly origin: PublishSource['origin']
}

const Kept = z.object({
  owner: z.string(),
  repo: z.string(),
  auth: z.discriminatedUnion('type', [
    z.object({ type: z.literal('app'), installationId: z.number().int() }),
    z.object({ type: z.literal('pat') }),
  ]),
  settings: PublishingSettings,
  direction: z.enum(SYNC_DIRECTIONS).default('export'),
  origin: z.object({
    source: z.string(),
    governanceScope: z.string(),
    documentsScope: z.string(),
    fileUrl: z.string().nullish(),
    rootUrl: z.string().nullish(),
    commit: z.string().nullish(),
  }),
})

export const keepPublication = (request: PublicationRequest): JsonObject => toJsonObject(toJson(request) as object)

/** @throws AppError `config-invalid` where another version of this program wrote what this one does not understand */
export function readPublication(run: Pick<Run, 'id' | 'input'>): PublicationRequest {
  const kept = Kept.safeParse(run.input)
  if (!kept.success) throw new AppError('config-invalid', `Run ${run.id} was asked for by another version; publish again.`)
  const { fileUrl, rootUrl, commit, ...scopes } = kept.data.origin
  return {
    ...kept.data,
    origin: { ...scopes, fileUrl: fileUrl ?? undefined, rootUrl: rootUrl ?? undefined, commit: commit ?? undefined },
  }
}

/** A repository that no event told us of, read as it is now. */
async function readSource(
  ctx: AppContext,
  { owner, repo, auth }: Pick<PublicationRequest, 'owner' | 'repo' | 'auth'>,
  folder: string,
): Promise<PublishSource> {
  const { github } = ctx.providers
  const context = await openAccess(ctx, auth, { priority: 'interactive', dryRun: true })
  const { fullName, defaultBranch } = await github.readRepository(context, { owner, repo })
  const name = github.parseFullName(fullName)
  const commit = await github.readBranchHead(context, name, defaultBranch)
  const listed = github.governedOnly(await github.readFolder(context, name, commit, folder))
  const { files } = await github.readGovernedFiles(context, listed, { repository: name, known: new Map() })
  const source = fullName.toLowerCase()
  const rootUrl = `${ctx.config.GITHUB_SERVER_URL}/${fullName}/blob/${defaultBranch}`
  const scopes = { source, governanceScope: `publish:${source}`, documentsScope: `publish-documents:${source}` }
  return {
    origin: { ...scopes, fileUrl: folder ? `${rootUrl}/${folder}` : rootUrl, rootUrl, commit },
    governance: files.map(({ file, content }) => ({ file, content: github.toText(content) })),
    documents: [],
    images: [],
    missing: [],
  }
}

/**
 * The texts to publish: a folder of this machine, else what the App has read of the repository, else the repository as it is now.
 * Nothing is written. Throws `provider-*` where GitHub does not show it.
 */
export async function openSource(
  ctx: AppContext,
  request: Pick<PublicationRequest, 'owner' | 'repo' | 'auth'>,
  { path, folder }: { readonly path?: string | undefined; readonly folder: string },
): Promise<PublishSource> {
  const repository = `${request.owner}/${request.repo}`
  const stored = await findRepository((await ctx.store()).db, { fullName: repository })
  if (path !== undefined) {
    const source = await openPublishSource(ctx, { path, repository, files: [] })
    // A folder of a repository that is known links to the files there.
    return stored ? { ...source, origin: { ...source.origin, fileUrl: governedFolderUrl(ctx.config.GITHUB_SERVER_URL, stored) } } : source
  }
  return stored?.headSha ? openPublishSource(ctx, { repository, files: [] }) : readSource(ctx, request, folder)
}
