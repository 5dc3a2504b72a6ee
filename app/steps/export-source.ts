// Where the artifacts of an export come from: a folder of this machine (command line only), or a repository the App has read.
import path from 'node:path'
import { makeGitCheckout } from '../../integrations/engine/git-checkout.ts'
import { readGovernedFolder } from '../../integrations/engine/governed-folder.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { readScope } from '../../integrations/store/artifacts.ts'
import { findRepository, listRepositories, type Repository } from '../../integrations/store/repositories.ts'
import type { AppContext } from '../context.ts'

export interface ExportSource {
  /** Scope of the stored artifacts: `repository:<id>` or `local:<source>`. */
  readonly scope: string
  /** `owner/name` in lower case, else the folder's name: part of every marker (docs/decisions/0006-markers.md). */
  readonly source: string
  /** The folder of this machine that they were read from. */
  readonly root?: string
  readonly files: readonly { readonly file: string; readonly content: string | Uint8Array }[]
  /** When files were last committed, where that is known. */
  readonly changedAt: ReadonlyMap<string, Date>
  /** Where people find a file, where that is known. */
  readonly fileUrl?: string
}

async function fromFolder(folder: string, named: string | undefined, dated: boolean): Promise<ExportSource> {
  const { root, files } = await readGovernedFolder(folder)
  const checkout = makeGitCheckout(root)
  const source = named ?? (await checkout.originName()) ?? path.basename(path.dirname(path.resolve(root))).toLowerCase()
  return { scope: `local:${source}`, source, root, files, changedAt: dated ? await checkout.commitTimes() : new Map() }
}

/** Where people find the governed folder of a repository. */
export function governedFolderUrl(serverUrl: string, { fullName, defaultBranch, settings }: Repository): string {
  const folder = typeof settings.governancePath === 'string' ? settings.governancePath : 'governance'
  return `${serverUrl}/${fullName}/blob/${defaultBranch ?? 'HEAD'}${folder === '.' ? '' : `/${folder}`}`
}

async function fromStore(ctx: AppContext, named: string | undefined): Promise<ExportSource> {
  const { db } = await ctx.store()
  const governed = named ? [] : (await listRepositories(db, {})).filter((one) => one.headSha && !one.deletedAt)
  const repository = named ? await findRepository(db, { fullName: named }) : governed.length === 1 ? governed[0] : undefined
  if (!repository && named)
    throw new AppError('not-found', `The App does not see a repository ${named}. Install it there, or check the name.`)
  if (!repository)
    throw new AppError('bad-request', `Say which repository to export: the App has read ${governed.length} governed ones.`, {
      details: { issues: [{ path: 'repository', expected: 'owner/name', received: 'nothing' }] },
    })
  const stored = await readScope(db, `repository:${repository.id}`)
  return {
    scope: `repository:${repository.id}`,
    source: repository.fullName.toLowerCase(),
    files: stored.map(({ file, text }) => ({ file, content: text })),
    changedAt: new Map(stored.flatMap(({ file, changedAt }) => (changedAt ? [[file, changedAt] as const] : []))),
    fileUrl: governedFolderUrl(ctx.config.GITHUB_SERVER_URL, repository),
  }
}

/** Reads the artifacts to export; nothing is written. `dated`: the history is asked when they were committed. */
export const openExportSource = (
  ctx: AppContext,
  from: { readonly path?: string | undefined; readonly repository?: string | undefined; readonly dated: boolean },
): Promise<ExportSource> =>
  from.path === undefined ? fromStore(ctx, from.repository) : fromFolder(from.path, from.repository?.toLowerCase(), from.dated)
