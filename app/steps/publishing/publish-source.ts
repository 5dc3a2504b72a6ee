// What a publication is made from, kept in the database before it begins, so that whichever process carries it out, or goes on
// with it after a crash, works from the same texts.
import { createHash } from 'node:crypto'
import path from 'node:path'
import { makeGitCheckout } from '../../../integrations/engine/git-checkout.ts'
import { isAppError } from '../../../integrations/kernel/errors.ts'
import { PLAIN_DOCUMENT, readScope, replaceArtifacts } from '../../../integrations/store/artifacts.ts'
import type { Db } from '../../../integrations/store/db.ts'
import { findRepository } from '../../../integrations/store/repositories.ts'
import type { AppContext } from '../../context.ts'
import { openExportSource } from '../export-source.ts'
import { type RepositoryFiles, readFilesOfFolder, readFilesOfRepository, type SourceFile } from './repository-files.ts'

/** Where the texts of a publication are kept, and where they come from. */
export interface PublishOrigin {
  /** `owner/name` in lower case, else the folder's name: pages are recognised by it. */
  readonly source: string
  /** Scope of the governed files: `repository:<id>`, or the snapshot of a folder. */
  readonly governanceScope: string
  /** Scope of the other documents; their files are paths in the repository. */
  readonly documentsScope: string
  /** Address of the governed folder for people. */
  readonly fileUrl?: string | undefined
  /** Address of the repository's root for people; files lie below it. */
  readonly rootUrl?: string | undefined
  /** Newest commit of what was read. */
  readonly commit?: string | undefined
}

export interface PublishSource extends RepositoryFiles {
  readonly origin: PublishOrigin
  /** The files to keep; undefined where they are in the store already. */
  readonly governance: readonly SourceFile[] | undefined
}

const textOf = (content: string | Uint8Array) => (typeof content === 'string' ? content : Buffer.from(content).toString('utf8'))

/** Images are kept beside the documents that show them. */
const imagesScope = ({ documentsScope }: Pick<PublishOrigin, 'documentsScope'>) => `${documentsScope}:images`

/** The commit of a checkout; a folder outside of git has none. */
async function headOf(folder: string): Promise<string | undefined> {
  try {
    return await makeGitCheckout(folder).resolve('HEAD')
  } catch (error) {
    if (isAppError(error)) return undefined
    throw error
  }
}

/** Reads what is to be published; nothing is written. `files` are paths in the repository. */
export async function openPublishSource(
  ctx: AppContext,
  from: { readonly path?: string | undefined; readonly repository?: string | undefined; readonly files: readonly string[] },
): Promise<PublishSource> {
  const opened = await openExportSource(ctx, { ...from, dated: false })
  const { source, scope, fileUrl } = opened
  const documentsScope = `publish-documents:${source}`
  if (from.path !== undefined) {
    const origin = { source, governanceScope: `publish:${source}`, documentsScope, fileUrl, commit: await headOf(from.path) }
    const governance = opened.files.map(({ file, content }) => ({ file, content: textOf(content) }))
    return { origin, governance, ...(await readFilesOfFolder(path.dirname(path.resolve(from.path)), from.files)) }
  }
  const id = Number(scope.slice('repository:'.length))
  const repository = await findRepository((await ctx.store()).db, { id })
  const rootUrl = repository && `${ctx.config.GITHUB_SERVER_URL}/${repository.fullName}/blob/${repository.defaultBranch ?? 'HEAD'}`
  const origin = { source, governanceScope: scope, documentsScope, fileUrl, rootUrl, commit: repository?.headSha }
  const kept = { texts: [scope, documentsScope], images: imagesScope(origin) }
  return { origin, governance: undefined, ...(await readFilesOfRepository(ctx, id, from.files, kept)) }
}

async function keepFiles(db: Db, scope: string, files: readonly SourceFile[], at: Date): Promise<void> {
  const upserts = files.map(({ file, content, blobSha }) => ({
    file,
    artifactId: file,
    kind: PLAIN_DOCUMENT,
    title: '',
    status: undefined,
    contentHash: createHash('sha256').update(content).digest('hex'),
    text: content,
    data: {},
    problems: [],
    blobSha,
  }))
  const names = new Set(files.map(({ file }) => file))
  const removedFiles = (await readScope(db, scope)).flatMap(({ file }) => (names.has(file) ? [] : [file]))
  await replaceArtifacts(db, scope, { upserts, removedFiles, at })
}

/** Keeps texts and images. Run it in the transaction that starts the publication. */
export async function keepSource(db: Db, { origin, governance, documents, images }: PublishSource, at: Date): Promise<void> {
  if (governance) await keepFiles(db, origin.governanceScope, governance, at)
  // A publication without documents, to GitHub say, takes nothing from one that has them and may be waiting for its turn.
  if (documents.length === 0) return
  await keepFiles(db, origin.documentsScope, documents, at)
  await keepFiles(db, imagesScope(origin), images, at)
}

/** The texts and images that were kept. */
export async function readKeptSource(
  db: Db,
  origin: PublishOrigin,
): Promise<Pick<PublishSource, 'documents' | 'images'> & { readonly governance: readonly SourceFile[] }> {
  const read = async (scope: string) => (await readScope(db, scope)).map(({ file, text }) => ({ file, content: text }))
  const [governance, documents] = [await read(origin.governanceScope), await read(origin.documentsScope)]
  return { governance, documents, images: await read(imagesScope(origin)) }
}
