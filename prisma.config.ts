import { defineConfig } from 'prisma/config'

// `prisma generate` never runs the schema engine but insists on fetching its binary: any executable satisfies the check.
// Set only for the commands that do not need the engine, so that `prisma migrate` still works for people who can download it.
if (process.argv.some((word) => ['generate', 'validate', 'format'].includes(word)))
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations/sqlite' },
  datasource: { url: process.env.DATABASE_URL ?? 'file:./data/katalyst.db' },
})
