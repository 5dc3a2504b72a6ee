import { z } from 'zod'
import { migrationStatus } from '../../integrations/store/migrate.ts'
import { makeUseCase } from '../use-case.ts'

type Answer = { readonly pending: readonly string[]; readonly changed: readonly string[] }

/** Compares the database's schema with this program's; changes nothing. */
export const checkDatabase = makeUseCase({
  name: 'check-database',
  summary: 'Says whether the database schema is that of this program; changes nothing.',
  access: 'admin',
  input: z.strictObject({}),
  output: z.object({
    database: z.enum(['sqlite', 'postgresql']),
    applied: z.array(z.string()),
    pending: z.array(z.string()),
    changed: z.array(z.string()),
    unknown: z.array(z.string()),
  }),
  cli: { command: 'db:check', offline: true, exitCode: ({ pending, changed }: Answer) => (pending.length + changed.length > 0 ? 1 : 0) },
  async run(ctx) {
    const { dialect, applied, pending, changed, unknown } = await migrationStatus(ctx.config.DATABASE_URL)
    return { database: dialect, applied: [...applied], pending: [...pending], changed: [...changed], unknown: [...unknown] }
  },
})
