import { z } from 'zod'
import { migrate } from '../../integrations/store/migrate.ts'
import { makeUseCase } from '../use-case.ts'

/** Brings the database schema up to date; safe to run from several processes at once. */
export const migrateDatabase = makeUseCase({
  name: 'migrate-database',
  summary: 'Brings the database schema up to date.',
  access: 'admin',
  input: z.strictObject({}),
  output: z.object({ applied: z.array(z.string()) }),
  cli: { command: 'db:migrate', offline: true },
  run: async (ctx) => ({ applied: [...(await migrate(ctx.config.DATABASE_URL))] }),
})
