// Reads a governed folder from disk. Symbolic links are not followed: a folder is read as it is, not what it points at.
import { link, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { AppError } from '../kernel/errors.ts'

/** A file of the governed folder; `file` is relative to the folder, with forward slashes. */
export interface GovernedFile {
  readonly file: string
  readonly content: Uint8Array
}

/** Files larger than this are handed on empty of hope: the parser refuses them by size without their content being read. */
export const FILE_LIMIT_BYTES = 10 * 1024 * 1024
const DOCUMENT = /\.(md|mdx)$/i
const SKIPPED_FOLDERS = new Set(['node_modules', '.git'])

async function walk(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(path.join(root, folder), { withFileTypes: true })
  const nested = entries.map(async (entry) => {
    const file = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : walk(root, file)
    return entry.isFile() && DOCUMENT.test(entry.name) ? [file] : []
  })
  return (await Promise.all(nested)).flat()
}

/**
 * Reads every markdown file below a folder, or the one file given (then `whole` is false).
 * @throws AppError `bad-request` when the path does not exist.
 */
export async function readGovernedFolder(
  target: string,
): Promise<{ readonly root: string; readonly files: readonly GovernedFile[]; readonly whole: boolean }> {
  const stat = await lstat(target).catch((cause: unknown) => {
    const name = path.basename(target) || target
    throw new AppError(
      'bad-request',
      `There is nothing to read at ${name}. Give the folder that holds roads/, capabilities/ and the others.`,
      {
        cause,
      },
    )
  })
  const whole = stat.isDirectory()
  // The kind of an artifact is told by its folder, so a file is read as one of the folder above its own.
  const root = whole ? target : path.dirname(path.dirname(path.resolve(target)))
  const names = whole ? (await walk(target, '')).sort() : [path.relative(root, path.resolve(target)).split(path.sep).join('/')]
  const files = await Promise.all(names.map((file) => readOne(root, file)))
  return { root, files, whole }
}

async function readOne(root: string, file: string): Promise<GovernedFile> {
  const { size } = await lstat(path.join(root, file))
  // One byte over the limit is enough for the parser to say so.
  return { file, content: size > FILE_LIMIT_BYTES ? new Uint8Array(FILE_LIMIT_BYTES + 1) : await readFile(path.join(root, file)) }
}

/**
 * Replaces a file of the folder that is still as it was read; false when somebody has changed it since. Whole or not at all: a
 * stop half way leaves the old file.
 */
export async function replaceGovernedFile(root: string, file: string, was: string, text: string): Promise<boolean> {
  const target = path.join(root, file)
  if ((await readFile(target, 'utf8')) !== was) return false
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.katalyst`)
  await writeFile(temporary, text)
  await rename(temporary, target)
  return true
}

/** Adds a file to the folder, whole or not at all; false when there is one of that name. */
export async function addGovernedFile(root: string, file: string, text: string): Promise<boolean> {
  const target = path.join(root, file)
  await mkdir(path.dirname(target), { recursive: true })
  const temporary = path.join(path.dirname(target), `.${path.basename(target)}.katalyst`)
  await writeFile(temporary, text)
  try {
    // Unlike a rename, a link never takes the place of a file that somebody made meanwhile.
    await link(temporary, target)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Takes a file away that is still as it was read; false when somebody has changed it since. */
export async function removeGovernedFile(root: string, file: string, was: string): Promise<boolean> {
  const target = path.join(root, file)
  if ((await readFile(target, 'utf8')) !== was) return false
  await rm(target)
  return true
}
