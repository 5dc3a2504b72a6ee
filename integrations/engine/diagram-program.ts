// Pictures of diagrams, drawn by a program of this machine that the operator names. It gets the language as its only argument
// and the source on standard input, and writes an SVG to standard output: no shell, no file, nothing of a document on a command
// line, and none of our environment, which holds secrets.
import { execFile } from 'node:child_process'
import { homedir, tmpdir } from 'node:os'
import path from 'node:path'
import { AppError } from '../kernel/errors.ts'

export type Drawn = { readonly kind: 'svg'; readonly svg: string } | { readonly kind: 'failed'; readonly reason: string }

export interface Drawing {
  /** Path of the program. */
  readonly program: string
  /** Such as `mermaid`. */
  readonly language: string
  readonly source: string
  readonly signal: AbortSignal
  /** How long the program may take; 20 s by default. */
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 20_000
const MAX_SVG_BYTES = 5 * 1024 * 1024
const SEARCHED = [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter)

/** What a program wrote, if it is a picture that does nothing. */
function toDrawn(output: string): Drawn {
  const svg = output.trim()
  if (!/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*|<!DOCTYPE svg[^>[]*>\s*)*<svg[\s>]/.test(svg) || !/<\/svg>$/.test(svg))
    return { kind: 'failed', reason: 'the program wrote no SVG' }
  return /<script/i.test(svg) ? { kind: 'failed', reason: 'the SVG holds a script' } : { kind: 'svg', svg }
}

function sayFailure(error: NodeJS.ErrnoException & { readonly killed?: boolean }, said: string): string {
  const { code } = error
  if (code === 'ENOENT' || code === 'EACCES') return 'the program cannot be started; check DIAGRAM_COMMAND'
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return 'the picture is larger than 5 MB'
  if (error.killed) return 'the program took too long'
  const [line = ''] = said.trim().split('\n')
  return line === '' ? `the program ended with ${code}` : line.slice(0, 200)
}

/** Draws one diagram; a program that fails is an answer. @throws AppError `cancelled` */
export function drawDiagram({ program, language, source, signal, timeoutMs = TIMEOUT_MS }: Drawing): Promise<Drawn> {
  const env = { PATH: SEARCHED, HOME: homedir(), TMPDIR: tmpdir() }
  const options = { signal, env, timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MAX_SVG_BYTES, encoding: 'utf8' } as const
  return new Promise((resolve, reject) => {
    const child = execFile(program, [language], options, (error, stdout, stderr) => {
      if (!error) resolve(toDrawn(stdout))
      else if (signal.aborted) reject(new AppError('cancelled', 'Drawing diagrams was stopped.', { cause: error }))
      else resolve({ kind: 'failed', reason: sayFailure(error as NodeJS.ErrnoException, stderr) })
    })
    // A program may end without reading what it was given; its exit code says why, not the broken pipe.
    child.stdin?.on('error', () => {})
    child.stdin?.end(source)
  })
}
