// What a local git checkout says, through the git command: whoever checks a change before pushing it has one.
import { execFile } from 'node:child_process'
import { AppError } from '../kernel/errors.ts'
import type { GovernedFile } from './governed-folder.ts'

export interface ChangedFile {
  readonly file: string
  readonly status: 'added' | 'modified' | 'removed' | 'renamed'
  readonly previousFile?: string
}

export interface GitCheckout {
  /** The commit a name stands for. @throws AppError `bad-request` when there is none. */
  resolve(ref: string): Promise<string>
  /** The commit both have in common. */
  mergeBase(base: string, head: string): Promise<string>
  /** Markdown files below a folder at a commit; paths relative to the folder. */
  readFolder(commit: string, folder: string): Promise<readonly GovernedFile[]>
  /** One file at a commit, or undefined where there is none. */
  readText(commit: string, file: string): Promise<string | undefined>
  /** What changed between two commits below a folder; paths relative to the folder. */
  changedFiles(base: string, head: string, folder: string): Promise<readonly ChangedFile[]>
  /** When each file below the directory was last committed; without those changed since, and nothing where git does not know. */
  commitTimes(): Promise<ReadonlyMap<string, Date>>
  /** `owner/name` of the remote called origin, lower case, or undefined. */
  originName(): Promise<string | undefined>
}

const OUTPUT_LIMIT_BYTES = 256 * 1024 * 1024

function runGit(directory: string, args: readonly string[], input?: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      ['-C', directory, ...args],
      { encoding: 'buffer', maxBuffer: OUTPUT_LIMIT_BYTES },
      (error, stdout, stderr) => {
        if (!error) return resolve(stdout)
        const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
        const said = stderr.toString('utf8').split('\n')[0]?.slice(0, 200) ?? ''
        reject(
          new AppError(
            'bad-request',
            missing ? 'The git command is not installed, and this needs it.' : `git ${args[0]} failed: ${said || 'no message'}.`,
            { cause: error },
          ),
        )
      },
    )
    // git may end without reading what it was asked; the exit code then says why, not the broken pipe.
    child.stdin?.on('error', () => {})
    child.stdin?.end(input ?? '')
  })
}

/** The blobs of `git cat-file --batch`, in the order they were asked for. */
function splitBatch(output: Buffer): Buffer[] {
  const blobs: Buffer[] = []
  for (let at = 0; at < output.length; ) {
    const lineEnd = output.indexOf(10, at)
    const size = Number(output.subarray(at, lineEnd).toString('utf8').split(' ')[2])
    blobs.push(output.subarray(lineEnd + 1, lineEnd + 1 + size))
    at = lineEnd + 1 + size + 1
  }
  return blobs
}

const STATUS: Readonly<Record<string, ChangedFile['status']>> = {
  A: 'added',
  M: 'modified',
  T: 'modified',
  D: 'removed',
  R: 'renamed',
  C: 'added',
}

/** Entries of `git diff --name-status -z`: a status, then one path, or two where it is a rename or a copy. */
function readNameStatus(text: string, folder: string): ChangedFile[] {
  const words = text.split('\0')
  const inside = (file: string) => (folder && file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file)
  const changes: ChangedFile[] = []
  for (let at = 0; at + 1 < words.length; ) {
    const letter = (words[at] ?? '')[0] ?? ''
    const pair = letter === 'R' || letter === 'C'
    const file = words[at + (pair ? 2 : 1)] as string
    const previous = letter === 'R' ? { previousFile: inside(words[at + 1] as string) } : {}
    changes.push({ file: inside(file), status: STATUS[letter] ?? 'modified', ...previous })
    at += pair ? 3 : 2
  }
  return changes
}

/** Blocks of `git log --format=%x01%ct --name-only`, newest first: the first time of a file is its last change. */
function readCommitTimes(log: string): Map<string, Date> {
  const times = new Map<string, Date>()
  for (const block of log.split('\u0001').slice(1)) {
    const [seconds = '', ...files] = block.split('\n').filter((line) => line !== '')
    for (const file of files) if (!times.has(file)) times.set(file, new Date(Number(seconds) * 1000))
  }
  return times
}

/** A checkout in a directory; nothing is read until asked. */
export function makeGitCheckout(directory: string): GitCheckout {
  const text = async (args: readonly string[]) => (await runGit(directory, args)).toString('utf8')
  return Object.freeze({
    async resolve(ref: string) {
      if (ref.startsWith('-')) throw new AppError('bad-request', `${ref} is not a name of a commit.`)
      return (await text(['rev-parse', '--verify', '--end-of-options', `${ref}^{commit}`])).trim()
    },
    mergeBase: async (base: string, head: string) => (await text(['merge-base', base, head])).trim(),
    async readFolder(commit: string, folder: string) {
      const listing = await text(['ls-tree', '-r', '-z', '--full-tree', commit, '--', ...(folder ? [`${folder}/`] : [])])
      const entries = listing.split('\0').flatMap((line) => {
        const [meta, file] = line.split('\t')
        const [, type, sha] = (meta ?? '').split(' ')
        return file && type === 'blob' && sha && /\.mdx?$/i.test(file) ? [{ file: folder ? file.slice(folder.length + 1) : file, sha }] : []
      })
      const blobs = splitBatch(await runGit(directory, ['cat-file', '--batch'], entries.map(({ sha }) => `${sha}\n`).join('')))
      return entries.map(({ file }, index) => ({ file, content: blobs[index] ?? new Uint8Array() }))
    },
    async readText(commit: string, file: string) {
      const listed = await text(['ls-tree', '-z', '--full-tree', '--name-only', commit, '--', file])
      return listed === '' ? undefined : text(['show', `${commit}:${file}`])
    },
    changedFiles: async (base: string, head: string, folder: string) =>
      readNameStatus(await text(['diff', '--name-status', '-z', '-M', base, head, '--', ...(folder ? [`:(top)${folder}`] : [])]), folder),
    async commitTimes() {
      // Outside a checkout nothing is known; in a shallow one every file seems to be as old as where the history was cut.
      const isWhole = await text(['rev-parse', '--is-shallow-repository']).then(
        (answer) => answer.trim() === 'false',
        () => false,
      )
      if (!isWhole) return new Map()
      const unquoted = ['-c', 'core.quotePath=off']
      const [log, edited] = await Promise.all([
        text([...unquoted, 'log', '--format=%x01%ct', '--name-only', '--relative', '--', '.']),
        text([...unquoted, 'diff', '--name-only', '--relative', 'HEAD', '--', '.']),
      ]).catch(() => ['', ''] as const)
      const times = readCommitTimes(log)
      for (const file of edited.split('\n')) times.delete(file)
      return times
    },
    async originName() {
      const url = await text(['config', '--get', 'remote.origin.url']).catch(() => '')
      return /[/:]([^/:\s]+\/[^/\s]+?)(?:\.git)?\/?\s*$/.exec(url)?.[1]?.toLowerCase()
    },
  })
}
