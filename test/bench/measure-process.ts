// Runs a program several times and takes the median: one slow start of a busy machine must not decide.
import { spawn } from 'node:child_process'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

export const projectRoot = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../..')
const reporter = pathToFileURL(path.join(projectRoot, 'dist/test/bench/report-memory.js')).href

export interface Measured {
  readonly medianMs: number
  readonly maxRssBytes: number
  readonly exit: number
}

function once(args: readonly string[]): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const started = performance.now()
    const child = spawn(process.execPath, ['--import', reporter, ...args], {
      cwd: projectRoot,
      env: { ...process.env, NODE_ENV: 'test', LOG_LEVEL: 'silent' },
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    })
    let reported = ''
    child.stdio[3]?.on('data', (chunk: Buffer) => {
      reported += chunk.toString()
    })
    child.on('error', reject)
    child.on('close', (exit) => resolve({ medianMs: performance.now() - started, maxRssBytes: Number(reported) * 1024, exit: exit ?? 1 }))
  })
}

/** The median of `times` runs of node with these arguments. */
export async function measureProcess(args: readonly string[], times = 7): Promise<Measured> {
  const runs: Measured[] = []
  for (let run = 0; run < times; run += 1) runs.push(await once(args))
  const sorted = runs.map((run) => run.medianMs).sort((a, b) => a - b)
  return {
    medianMs: sorted[Math.floor(sorted.length / 2)] as number,
    maxRssBytes: Math.max(...runs.map((run) => run.maxRssBytes)),
    exit: runs[0]?.exit ?? 1,
  }
}
