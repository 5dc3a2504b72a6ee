// What an import of workflow runs with their jobs costs: requests, time beside a loop that only fetches and parses the same pages,
// memory. GitHub's stand-in and the import are processes of their own.
import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { projectRoot } from './measure-process.ts'

/** `lessons.md` 7: what others spend on 10,000 runs with jobs is 1,508 (DevLake over GraphQL) to 10,508 (over REST) requests. */
const REQUESTS_FOR_10_000 = 220
const TIMES_PLAIN = 2.5
const MIB = 1024 * 1024
const BYTES_FOR_57_000 = 256 * MIB

export interface ServedAddress {
  readonly apiUrl: string
  readonly token: string
  readonly repositoryId: number
}

export interface ImportMeasured {
  readonly requests: number
  /** Distinct runs in the database. */
  readonly runs: number
  readonly importMs: number
  readonly plainMs: number
  /** Statuses of the requests of a second import with nothing new. */
  readonly again: string
  readonly bytesAboveIdle: number
}

export interface RunsRow {
  readonly cells: readonly string[]
  readonly over: boolean
}

function start(args: readonly string[]): ChildProcess {
  const child = path.join(projectRoot, 'dist/test/bench/github-runs-child.js')
  return spawn(process.execPath, [child, ...args], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, NODE_ENV: 'test' } })
}

/** The first line a process writes, as JSON. */
function firstLine<T>(child: ChildProcess): Promise<T> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => reject(new Error(`a process of the benchmark of runs ended with ${code}`)))
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).once('line', (line) => resolve(JSON.parse(line) as T))
  })
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null) resolve()
    else child.once('exit', () => resolve())
  })

async function measure(count: number): Promise<ImportMeasured> {
  const server = start(['serve', String(count)])
  try {
    const importer = start(['import', JSON.stringify(await firstLine<ServedAddress>(server))])
    const measured = await firstLine<ImportMeasured>(importer)
    await ended(importer)
    if (measured.runs !== count) throw new Error(`${measured.runs} of ${count} runs were imported`)
    return measured
  } finally {
    server.stdin?.end()
    await ended(server)
  }
}

const verdict = (over: boolean) => (over ? 'OVER' : 'ok')

/** All rows about runs. Throws when a run is missing. */
export async function measureGitHubRuns(): Promise<RunsRow[]> {
  const usual = await measure(10_000)
  const large = await measure(57_000)
  const ratio = usual.importMs / usual.plainMs
  const tooMany = usual.requests > REQUESTS_FOR_10_000
  const tooMuch = large.bytesAboveIdle > BYTES_FOR_57_000
  const again = usual.again !== '304'
  return [
    {
      cells: [
        '10,000 runs with jobs, requests',
        `${usual.requests}`,
        `${REQUESTS_FOR_10_000}`,
        '',
        'DevLake: 1,508 to 10,508',
        '',
        verdict(tooMany),
      ],
      over: tooMany,
    },
    {
      cells: [
        ...['10,000 runs with jobs, into SQLite', `${Math.round(usual.importMs)} ms`, `${Math.round(usual.plainMs * TIMES_PLAIN)} ms`],
        ...[`${Math.round(usual.bytesAboveIdle / MIB)} MiB above idle`, `fetch and parse only: ${Math.round(usual.plainMs)} ms`],
        ...[`${ratio.toFixed(1)} x`, verdict(ratio > TIMES_PLAIN)],
      ],
      over: ratio > TIMES_PLAIN,
    },
    { cells: ['the same again with nothing new, answers', usual.again, '304', '', '', '', verdict(again)], over: again },
    {
      cells: [
        ...['57,000 runs with jobs, into SQLite', `${Math.round(large.importMs)} ms`, ''],
        ...[`${Math.round(large.bytesAboveIdle / MIB)} MiB above idle of ${BYTES_FOR_57_000 / MIB}`],
        ...[`${large.requests} requests`, `${(large.importMs / large.plainMs).toFixed(1)} x`, verdict(tooMuch)],
      ],
      over: tooMuch,
    },
  ]
}
