// Builds dist/ with tsc. `--if-stale` skips it when no source is newer than the last build, so that `npm run demo` and
// `npm start` work from a fresh clone and start fast afterwards. `--quiet` prints only what went wrong.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const require = createRequire(import.meta.url)
const stampFile = path.join(root, 'dist/.built')
const sources = ['app', 'integrations', 'prisma', 'test/sandbox', 'test/bench', 'tsconfig.json', 'package.json']

/** The newest modification time below a file or directory, in milliseconds. */
function newest(entry) {
  const stat = statSync(entry, { throwIfNoEntry: false })
  if (!stat) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(entry).reduce((latest, name) => Math.max(latest, newest(path.join(entry, name))), 0)
}

function run(args) {
  const result = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  if (result.status !== 0) {
    process.stderr.write(`${result.stdout}${result.stderr}`)
    process.exit(1)
  }
}

run([path.join(root, 'scripts/generate.mjs')])
const stale = !existsSync(stampFile) || statSync(stampFile).mtimeMs < Math.max(...sources.map((entry) => newest(path.join(root, entry))))
if (!process.argv.includes('--if-stale') || stale) {
  if (!process.argv.includes('--quiet')) process.stderr.write('building dist/ …\n')
  rmSync(path.join(root, 'dist'), { recursive: true, force: true })
  const started = new Date()
  run([path.join(path.dirname(require.resolve('typescript/package.json')), 'bin/tsc'), '-p', 'tsconfig.json'])
  chmodSync(path.join(root, 'dist/app/main.js'), 0o755)
  writeFileSync(stampFile, '')
  // Stamped with the start, so that a file saved during the build makes the next run build again.
  utimesSync(stampFile, started, started)
}
