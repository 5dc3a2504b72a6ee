// npm run migration -- <name>: writes the next migration of both providers from the difference between
// prisma/migrations/snapshot.prisma and prisma/schema.prisma. Needs no database and no engine binary: the schema engine
// runs as WebAssembly against an adapter that has no database and only answers the version query.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as engineGlue from '@prisma/schema-engine-wasm/schema_engine_bg'

process.chdir(path.join(path.dirname(fileURLToPath(import.meta.url)), '..'))
const name = process.argv[2]
if (!name || !/^[a-z0-9_]+$/.test(name)) {
  process.stderr.write('usage: npm run migration -- <name in a-z, 0-9, _>\n')
  process.exit(2)
}

const require = createRequire(import.meta.url)
const wasm = readFileSync(require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm'))
const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': engineGlue })
engineGlue.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()

const versionAnswers = {
  postgres: { columnNames: ['exists', 'version', 'numeric_version'], columnTypes: [5, 7, 0], rows: [[true, 'PostgreSQL 15.0', 150000]] },
  sqlite: { columnNames: ['version'], columnTypes: [7], rows: [['3.45.1']] },
}

/** A driver adapter without a database behind it. */
function offlineAdapter(provider) {
  const adapter = {
    provider,
    adapterName: 'offline',
    queryRaw: async () => versionAnswers[provider],
    executeRaw: async () => 0,
    executeScript: async () => {},
    startTransaction: async () => {
      throw new Error('the offline adapter has no transactions')
    },
    dispose: async () => {},
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
  }
  return { provider, adapterName: 'offline', connect: async () => adapter, connectToShadowDb: async () => adapter }
}

const snapshotFile = 'prisma/migrations/snapshot.prisma'
const schema = readFileSync('prisma/schema.prisma', 'utf8')
const previous = existsSync(snapshotFile) ? readFileSync(snapshotFile, 'utf8') : undefined
const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)

for (const provider of ['sqlite', 'postgresql']) {
  const files = (text) => [{ path: 'schema.prisma', content: text.replace('provider = "sqlite"', `provider = "${provider}"`) }]
  const factory = bindMigrationAwareSqlAdapterFactory(offlineAdapter(provider === 'sqlite' ? 'sqlite' : 'postgres'))
  const engine = await engineGlue.SchemaEngine.new({ datamodels: [['schema.prisma', files(schema)[0].content]] }, () => {}, factory)
  const { stdout } = await engine.diff({
    from: previous ? { tag: 'schemaDatamodel', files: files(previous) } : { tag: 'empty' },
    to: { tag: 'schemaDatamodel', files: files(schema) },
    script: true,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  })
  if (stdout.includes('This is an empty migration')) {
    process.stdout.write(`${provider}: no change\n`)
    continue
  }
  const directory = `prisma/migrations/${provider}/${stamp}_${name}`
  mkdirSync(directory, { recursive: true })
  writeFileSync(`${directory}/migration.sql`, stdout)
  writeFileSync(`prisma/migrations/${provider}/migration_lock.toml`, `provider = "${provider}"\n`)
  process.stdout.write(`${directory}\n`)
}
writeFileSync(snapshotFile, schema)
