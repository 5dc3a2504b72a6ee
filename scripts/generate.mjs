// Generates both Prisma clients (SQLite, PostgreSQL) from the one prisma/schema.prisma; does nothing when they are up to date.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..')
const require = createRequire(import.meta.url)
const generated = path.join(root, 'prisma/generated')

/** The Prisma CLI, or nothing in an install without development dependencies (which carries the built clients in dist). */
function prismaCli() {
  try {
    return path.join(path.dirname(require.resolve('prisma/package.json')), 'build', 'index.js')
  } catch {
    return undefined
  }
}

const cli = prismaCli()
if (cli) {
  const schema = readFileSync(path.join(root, 'prisma/schema.prisma'), 'utf8')
  const stamp = createHash('sha256')
    .update(schema)
    .update(readFileSync(require.resolve('prisma/package.json')))
    .digest('hex')
  const stampFile = path.join(generated, '.stamp')
  if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
    rmSync(generated, { recursive: true, force: true })
    const derived = path.join(root, 'prisma/postgresql.derived.prisma')
    writeFileSync(
      derived,
      schema.replace('provider = "sqlite"', 'provider = "postgresql"').replace('generated/sqlite', 'generated/postgresql'),
    )
    for (const file of ['prisma/schema.prisma', 'prisma/postgresql.derived.prisma']) {
      const run = spawnSync(process.execPath, [cli, 'generate', '--schema', file], {
        cwd: root,
        encoding: 'utf8',
        env: {
          ...process.env,
          PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
          PRISMA_HIDE_UPDATE_MESSAGE: '1',
          CHECKPOINT_DISABLE: '1',
        },
      })
      if (run.status !== 0) {
        process.stderr.write(run.stdout + run.stderr)
        process.exit(1)
      }
    }
    rmSync(derived)
    mkdirSync(generated, { recursive: true })
    writeFileSync(stampFile, stamp)
  }
}
