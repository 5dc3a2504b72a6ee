// The benchmarks of the command line, of imports and of the queue. Limits of commands are those promised for an ordinary machine; on a slower one they grow with the
// time that starting node alone takes, so that the verdict is about the program and not about the machine.
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { measureFactStore } from './fact-store.ts'
import { measureGitHubRequests } from './github-requests.ts'
import { measureGitHubRuns } from './github-runs.ts'
import { measureJiraRequests } from './jira-requests.ts'
import { measureJobs } from './job-rates.ts'
import { type Measured, measureProcess, projectRoot } from './measure-process.ts'
import { measureRendering } from './rendering.ts'
import { measureEnrichment, measureScoring } from './scores.ts'
import { writeSyntheticGovernance } from './synthetic-governance.ts'

const USUAL_NODE_START_MS = 50
const MIB = 1024 * 1024
const program = path.join(projectRoot, 'dist/app/main.js')
const corpus = path.join(projectRoot, '../shared/data/katalyst-governance')

interface Row {
  readonly name: string
  readonly measured: Measured
  readonly beside: string
  readonly besideMs: number
  readonly limitMs: number
  readonly limitBytes?: number
}

const show = (row: Row, slowness: number) => {
  const over = row.measured.medianMs > row.limitMs * slowness || (row.limitBytes !== undefined && row.measured.maxRssBytes > row.limitBytes)
  const memory = `${Math.round(row.measured.maxRssBytes / MIB)} MiB${row.limitBytes ? ` of ${row.limitBytes / MIB}` : ''}`
  return {
    over,
    cells: [
      row.name,
      `${Math.round(row.measured.medianMs)} ms`,
      `${Math.round(row.limitMs * slowness)} ms`,
      memory,
      `${row.beside}: ${Math.round(row.besideMs)} ms`,
      `${(row.measured.medianMs / row.besideMs).toFixed(1)} x`,
      over ? 'OVER' : 'ok',
    ],
  }
}

async function measureAll(folder: string, times: number): Promise<{ readonly rows: Row[]; readonly nodeMs: number }> {
  const node = await measureProcess(['-e', '0'], times)
  const rows: Row[] = [
    {
      name: 'katalyst --help',
      measured: await measureProcess([program, '--help'], times),
      beside: 'node -e 0',
      besideMs: node.medianMs,
      limitMs: 300,
    },
  ]
  if (existsSync(corpus)) {
    const yaml = await measureProcess([path.join(projectRoot, 'dist/test/bench/parse-yaml-only.js'), corpus], times)
    const validate = await measureProcess([program, 'governance:validate', corpus, '--quiet'], times)
    rows.push({
      name: 'governance:validate, 272 real files',
      measured: validate,
      beside: 'YAML parse only',
      besideMs: yaml.medianMs,
      limitMs: 1500,
      limitBytes: 256 * MIB,
    })
  } else process.stderr.write('NOT MEASURED: the real governance corpus is not beside this checkout.\n')
  writeSyntheticGovernance(folder, 500)
  const yaml = await measureProcess([path.join(projectRoot, 'dist/test/bench/parse-yaml-only.js'), folder], times)
  const index = await measureProcess(
    [program, 'governance:index', folder, '--out', path.join(folder, 'governance-index.json'), '--quiet'],
    times,
  )
  rows.push({ name: 'governance:index, 500 artifacts', measured: index, beside: 'YAML parse only', besideMs: yaml.medianMs, limitMs: 1000 })
  return { rows, nodeMs: node.medianMs }
}

/**
 * Measures everything, prints the table, and gives the exit code. `--times N` changes how often each command runs,
 * `--finished N` how many finished jobs lie in the table (1,000,000).
 */
export async function runBenchmarks(args: readonly string[]): Promise<number> {
  const times = args.includes('--times') ? Number(args[args.indexOf('--times') + 1]) : 5
  const folder = mkdtempSync(path.join(tmpdir(), 'katalyst-bench-'))
  try {
    const { rows, nodeMs } = await measureAll(folder, times)
    const slowness = Math.max(1, nodeMs / USUAL_NODE_START_MS)
    const github = [...(await measureGitHubRequests()), ...(await measureGitHubRuns()), ...(await measureJiraRequests())]
    const scores = [measureScoring(slowness), await measureEnrichment(slowness)]
    const rest = [...(await measureJobs(args)), ...(await measureFactStore()), ...github, ...scores, ...measureRendering()]
    const shown = [...rows.map((row) => show(row, slowness)), ...rest]
    const table = [['what', 'median', 'limit', 'memory', 'beside', 'ratio', ''], ...shown.map(({ cells }) => cells)]
    const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? []
    for (const row of table)
      process.stdout.write(
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
      )
    process.stdout.write(`node alone starts in ${Math.round(nodeMs)} ms here; limits are for ${USUAL_NODE_START_MS} ms.\n`)
    return shown.some(({ over }) => over) ? 1 : 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}
