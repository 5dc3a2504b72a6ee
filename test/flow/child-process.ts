// The program as real processes, which a test may end in any way: the sources as they are, started as `katalyst ARGS`.
import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { projectRoot } from '../source-tree.ts'

export interface Child {
  readonly pid: number
  /** What it has written so far, standard output and error together. */
  output(): string
  /** Resolves when it has ended, however. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
  hasEnded(): boolean
  kill(signal: NodeJS.Signals): void
}

const alive = new Set<ChildProcess>()

/** Starts `katalyst ARGS` with nothing but this environment. */
export function startKatalyst(args: readonly string[], environment: Readonly<Record<string, string>>): Child {
  const hooks = path.join(projectRoot, 'test/store/typescript-hooks.mjs')
  const child = spawn(process.execPath, ['--import', hooks, path.join(projectRoot, 'app/main.ts'), ...args], {
    cwd: projectRoot,
    env: { PATH: process.env.PATH ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  alive.add(child)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const ended = new Promise<Awaited<Child['ended']>>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      alive.delete(child)
      resolve({ code, signal })
    })
  })
  return {
    pid: child.pid ?? 0,
    output: () => output,
    ended,
    hasEnded: () => !alive.has(child),
    kill: (signal) => void child.kill(signal),
  }
}

/** Ends what a failed test left running. */
export async function killAll(): Promise<void> {
  const left = [...alive]
  for (const child of left) child.kill('SIGKILL')
  await Promise.all(
    left.map(
      (child) =>
        new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once('close', resolve) : resolve(0))),
    ),
  )
}

/** Looks every few milliseconds until something is so; fails loudly when it does not become so. */
export async function until<T>(
  what: string,
  look: () => T | Promise<T>,
  { everyMs = 10, withinMs = 60_000 } = {},
): Promise<NonNullable<T>> {
  for (const giveUpAt = Date.now() + withinMs; ; ) {
    const found = await look()
    if (found) return found as NonNullable<T>
    if (Date.now() > giveUpAt) throw new Error(`${what}: not within ${withinMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

/** Numbers in [0, 1) that a seed repeats, so that a failure can be looked at again. */
export function makeSeededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** A size that continuous integration can afford, or a larger one by the environment. */
export const sizeOf = (variable: string, inCi: number): number => Number(process.env[variable] ?? inCi)
