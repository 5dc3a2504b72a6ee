import { z } from 'zod'
import { makeUseCase } from '../use-case.ts'

/** Says that the process answers; asks nothing of the database. */
export const readHealth = makeUseCase({
  name: 'read-health',
  summary: 'Says that the server answers.',
  access: 'public',
  input: z.strictObject({}),
  output: z.object({ status: z.literal('ok'), timestamp: z.iso.datetime() }),
  http: { method: 'GET', path: '/health' },
  run: async (ctx) => ({ status: 'ok' as const, timestamp: ctx.clock.now().toISOString() }),
})
