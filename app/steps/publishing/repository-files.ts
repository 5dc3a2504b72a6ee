// Files of a repository that a publication is made of, from a folder of this machine or from GitHub: the texts of documents, and
// the images they show. What is kept from the last time under the same id of git is not asked for again.
import { lstat, readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../../../integrations/kernel/errors.ts'
import { readScope } from '../../../integrations/store/artifacts.ts'
import type { AppContext } from '../../context.ts'
import type { ImageFile } from '../confluence/page-images.ts'
import { accessRepository } from '../repository-access.ts'

export interface SourceFile {
  readonly file: string
  readonly content: string
  /** Git's id of the content, where it came from GitHub. */
  readonly blobSha?: string
}

export interface RepositoryFiles {
  readonly documents: readonly SourceFile[]
  /** Bytes in base64. */
  readonly images: readonly (SourceFile & ImageFile)[]
  /** Documents that are not there, each with why. */
  readonly missing: readonly { readonly file: string; readonly reason: string }[]
}

/** Where the last reading was kept. */
export interface KeptScopes {
  readonly texts: readonly string[]
  readonly images: string
}

/** An image that is larger stays where it is, and so does what comes after so many: pages are to be read. */
const MAX_IMAGE_BYTES = 5 * 1024 * 1024
const MOST_IMAGES = 300

/** Loaded when documents are read, with the parser it needs. */
const loadImages = () => import('../confluence/page-images.ts')

const NOTHING: RepositoryFiles = { documents: [], images: [], missing: [] }
const missingFile = (file: string) => ({ file, reason: `There is no file ${file}. Correct confluence-config.json, or add it.` })

async function readDocument(root: string, file: string): Promise<string | undefined> {
  try {
    return await readFile(path.join(root, file), 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'EISDIR') return undefined
    throw new AppError('bad-request', `${file} cannot be read (${code}).`, { cause: error })
  }
}

/**
 * The bytes of an image; undefined where there is none, or none to publish. The name stands in a document that anybody may have
 * written: a link that leads out of the repository is not followed.
 */
async function readImage(root: string, file: string): Promise<Uint8Array | undefined> {
  const place = path.join(root, file)
  try {
    const [real, top, { size }] = [await realpath(place), await realpath(root), await lstat(place)]
    if (real !== path.join(top, file) || size > MAX_IMAGE_BYTES) return undefined
    return await readFile(place)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EISDIR') return undefined
    throw new AppError('bad-request', `${file} cannot be read (${code}).`, { cause: error })
  }
}

/** Files below a folder; names of documents come from the configuration, which lets none climb out of it. */
export async function readFilesOfFolder(root: string, files: readonly string[]): Promise<RepositoryFiles> {
  const documents: SourceFile[] = []
  const missing: { file: string; reason: string }[] = []
  for (const file of files) {
    const content = await readDocument(root, file)
    if (content === undefined) missing.push(missingFile(file))
    else documents.push({ file, content })
  }
  const images: SourceFile[] = []
  const { imagePathsOf } = await loadImages()
  for (const file of imagePathsOf(documents).slice(0, MOST_IMAGES)) {
    const bytes = await readImage(root, file)
    if (bytes) images.push({ file, content: Buffer.from(bytes).toString('base64') })
  }
  return { documents, images, missing }
}

/** What is kept by id of git; images are kept in base64. */
async function readKept(ctx: AppContext, { texts, images }: KeptScopes): Promise<ReadonlyMap<string, Uint8Array | string>> {
  const { db } = await ctx.store()
  const rows: { readonly blobSha: string | undefined; readonly text: string }[] = []
  for (const scope of texts) rows.push(...(await readScope(db, scope)))
  const pictures = (await readScope(db, images)).flatMap(({ blobSha, text }) =>
    blobSha ? [[blobSha, Buffer.from(text, 'base64')] as const] : [],
  )
  return new Map<string, Uint8Array | string>([...ctx.providers.github.knownContents(rows), ...pictures])
}

/**
 * Files of a repository as they are at its newest read commit: two requests, and one for each content that is not kept.
 * @throws AppError `refused` where the repository is closed to us
 */
export async function readFilesOfRepository(
  ctx: AppContext,
  id: number,
  files: readonly string[],
  kept: KeptScopes,
): Promise<RepositoryFiles> {
  if (files.length === 0) return NOTHING
  const access = await accessRepository(ctx, id)
  if (access.kind === 'closed') throw new AppError('refused', `The documents cannot be read. ${access.reason}`)
  const { github, name, headSha, defaultBranch } = access
  const provider = ctx.providers.github
  const commit = headSha ?? (await provider.readBranchHead(github, name, defaultBranch))
  const { treeSha, files: listed } = await provider.readFolder(github, name, commit, '')
  const there = new Map(listed.map((entry) => [entry.path, entry]))
  const known = await readKept(ctx, kept)
  const read = async (paths: readonly string[]) => {
    const entries = paths.flatMap((file) => there.get(file) ?? [])
    return (await provider.readGovernedFiles(github, { treeSha, files: entries }, { repository: name, known })).files
  }
  const documents = (await read(files)).map(({ file, sha, content }) => ({ file, content: provider.toText(content), blobSha: sha }))
  const { imagePathsOf } = await loadImages()
  const shown = imagePathsOf(documents).filter((file) => (there.get(file)?.sizeBytes ?? 0) <= MAX_IMAGE_BYTES)
  const images = (await read(shown.slice(0, MOST_IMAGES))).map(({ file, sha, content }) => ({
    file,
    content: Buffer.from(content).toString('base64'),
    blobSha: sha,
  }))
  return { documents, images, missing: files.filter((file) => !there.has(file)).map(missingFile) }
}
