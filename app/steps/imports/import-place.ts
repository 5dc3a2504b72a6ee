// The repository of an import as GitHub knows it now. It may have been renamed or transferred since it was asked for; what is
// stored goes by its number. An unchanged one costs a request that GitHub does not count.
import { z } from 'zod'
import { findCursor, saveCursor } from '../../../integrations/store/cursors.ts'
import { findRepository, saveRepositories } from '../../../integrations/store/repositories.ts'
import type { AppContext } from '../../context.ts'
import type { ImportRequest } from './github-import.ts'
import type { ImportAuth } from './import-access.ts'

export type GitHubContext = Awaited<ReturnType<AppContext['providers']['github']['asToken']>>
export type ImportPlace = Parameters<AppContext['providers']['github']['importStreams'][number]['fetchPage']>[1]

const Known = z.object({
  etag: z.string(),
  id: z.number().int(),
  nodeId: z.string(),
  fullName: z.string(),
  defaultBranch: z.string(),
  isArchived: z.boolean(),
  isPrivate: z.boolean().optional(),
})

function parseKnown(text: string | undefined): z.output<typeof Known> | undefined {
  if (text === undefined) return undefined
  // Written below by this version or another; what does not fit is read anew.
  const parsed = Known.safeParse(JSON.parse(text))
  return parsed.success ? parsed.data : undefined
}

async function readNow(ctx: AppContext, github: GitHubContext, { owner, repo }: Pick<ImportRequest, 'owner' | 'repo'>) {
  const { db } = await ctx.store()
  const stream = `repository:${owner}/${repo}`.toLowerCase()
  const known = parseKnown((await findCursor(db, github.connectionId, stream))?.watermark)
  const answer = await ctx.providers.github.readRepositoryIfChanged(github, { owner, repo }, known?.etag)
  if (answer === 'not-modified' && known) return known
  const now = answer === 'not-modified' ? await ctx.providers.github.readRepository(github, { owner, repo }) : answer
  const { etag, id, nodeId, fullName, defaultBranch, isArchived, isPrivate } = now
  const kept = { id, nodeId, fullName, defaultBranch, isArchived, isPrivate }
  const watermark = etag === undefined ? undefined : JSON.stringify({ ...kept, etag })
  const place = { connectionId: github.connectionId, stream, cursor: undefined, candidate: undefined, pages: 0 }
  if (watermark !== undefined) await saveCursor(db, { ...place, watermark, updatedAt: ctx.clock.now() })
  return kept
}

export interface PlaceOptions {
  readonly from: Date
  readonly settings: {
    readonly testArtifactNames: readonly string[]
    readonly gapLabels: readonly string[]
    readonly governancePath: string | null
  }
  readonly auth: ImportAuth
}

/** Reads the repository and records it. Throws `provider-*` where GitHub does not show it. */
export async function readImportPlace(
  ctx: AppContext,
  github: GitHubContext,
  request: Pick<ImportRequest, 'owner' | 'repo' | 'branch'>,
  { from, settings, auth }: PlaceOptions,
): Promise<ImportPlace> {
  const { id, nodeId, fullName, defaultBranch, isArchived, isPrivate } = await readNow(ctx, github, request)
  const { db } = await ctx.store()
  const stored = await findRepository(db, { id })
  // A token's view says nothing about installations, and must not take a repository from one.
  const installationId = auth.type === 'app' ? auth.installationId : stored?.installationId
  await saveRepositories(db, [{ id, fullName, defaultBranch, archived: isArchived, isPrivate, installationId }], ctx.clock.now())
  const { testArtifactNames, gapLabels, governancePath } = settings
  const branch = request.branch ?? defaultBranch
  const name = ctx.providers.github.parseFullName(fullName)
  return { ...name, repositoryId: id, nodeId, defaultBranch, branch, from, testArtifactNames, gapLabels, governancePath }
}
