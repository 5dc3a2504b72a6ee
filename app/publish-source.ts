// What a publication is made from, kept in the database before it begins, so that whichever process carries it out, or goes on
// with it after a crash, works from the same texts.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { makeGitCheckout } from '../integrations/engine/git-checkout.ts'
import { AppError, isAppError } from '../integrations/kernel/errors.ts'
import { PLAIN_DOCUMENT, readScope, replaceArtifacts } from '../integrations/store/artifacts.ts'
import type { Db } from '../integrations/store/db.ts'
import { findRepository } from '../integrations/store/repositories.ts'
import type { AppContext } from './context.ts'
import { openExportSource } from './export-source.ts'
import { accessRepository } from './repository-access.ts'

interface SourceFile {
  readonly file: string
  readonly content: string
}

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

export interface PublishSource {
  readonly origin: PublishOrigin
  /** The files to keep; undefined where they are in the store already. */
  readonly governance: readonly SourceFile[] | undefined
  readonly documents: readonly SourceFile[]
  /** Documents that are not there, each with why. */
  readonly missing: readonly { readonly file: string; readonly reason: string }[]
}

const textOf = (content: string | Uint8Array) => (typeof content === 'string' ? content : Buffer.from(content).toString('utf8'))

interface Documents {
  readonly documents: readonly SourceFile[]
  readonly missing: PublishSource['missing']
}

async function collect(files: readonly string[], read: (file: string) => Promise<string | undefined>): Promise<Documents> {
  const documents: SourceFile[] = []
  const missing: { file: string; reason: string }[] = []
  for (const file of files) {
    const content = await read(file)
    if (content === undefined) missing.push({ file, reason: `There is no file ${file}. Correct confluence-config.json, or add it.` })
    else documents.push({ file, content })
  }
  return { documents, missing }
}

/** Files beside the governed folder; names come from the configuration, which lets none climb out of the repository. */
async function readFromDisk(folder: string, files: readonly string[]): Promise<Documents> {
  const root = path.dirname(path.resolve(folder))
  return collect(files, (file) =>
    readFile(path.join(root, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'EISDIR') return undefined
      throw new AppError('bad-request', `${file} cannot be read (${error.code}).`, { cause: error })
    }),
  )
}

async function readFromRepository(ctx: AppContext, id: number, files: readonly string[]): Promise<Documents> {
  if (files.length === 0) return { documents: [], missing: [] }
  const access = await accessRepository(ctx, id)
  if (access.kind === 'closed') throw new AppError('refused', `The documents cannot be read. ${access.reason}`)
  const { github, name, headSha, defaultBranch } = access
  return collect(files, (file) => ctx.providers.github.readFileText(github, name, { ref: headSha ?? defaultBranch, path: file }))
}

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
    return { origin, governance, ...(await readFromDisk(from.path, from.files)) }
  }
  const id = Number(scope.slice('repository:'.length))
  const repository = await findRepository((await ctx.store()).db, { id })
  const rootUrl = repository && `${ctx.config.GITHUB_SERVER_URL}/${repository.fullName}/blob/${repository.defaultBranch ?? 'HEAD'}`
  const origin = { source, governanceScope: scope, documentsScope, fileUrl, rootUrl, commit: repository?.headSha }
  return { origin, governance: undefined, ...(await readFromRepository(ctx, id, from.files)) }
}

async function keepFiles(db: Db, scope: string, files: readonly SourceFile[], at: Date): Promise<void> {
  const upserts = files.map(({ file, content }) => ({
    file,
    artifactId: file,
    kind: PLAIN_DOCUMENT,
    title: '',
    status: undefined,
    contentHash: createHash('sha256').update(content).digest('hex'),
    text: content,
    data: {},
    problems: [],
    blobSha: undefined,
  }))
  const names = new Set(files.map(({ file }) => file))
  const removedFiles = (await readScope(db, scope)).flatMap(({ file }) => (names.has(file) ? [] : [file]))
  await replaceArtifacts(db, scope, { upserts, removedFiles, at })
}

/** Keeps the texts. Run it in the transaction that starts the publication. */
export async function keepSource(db: Db, { origin, governance, documents }: PublishSource, at: Date): Promise<void> {
  if (governance) await keepFiles(db, origin.governanceScope, governance, at)
  await keepFiles(db, origin.documentsScope, documents, at)
}

/** The texts that were kept. */
export async function readKeptSource(
  db: Db,
  origin: PublishOrigin,
): Promise<Pick<PublishSource, 'documents'> & { readonly governance: readonly SourceFile[] }> {
  const read = async (scope: string) => (await readScope(db, scope)).map(({ file, text }) => ({ file, content: text }))
  return { governance: await read(origin.governanceScope), documents: await read(origin.documentsScope) }
}
