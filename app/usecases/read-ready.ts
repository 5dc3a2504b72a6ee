import { z } from 'zod'
import { QueueAnswer, readQueue } from '../answers/queue-answer.ts'
import { makeUseCase } from '../use-case.ts'

/** Says whether work can be done: the database answers, and how much is waiting. Fails with `not-ready` (503). */
export const readReady = makeUseCase({
  name: 'read-ready',
  summary: 'Says whether the database answers and how much work is waiting.',
  access: 'public',
  input: z.strictObject({}),
  output: z.object({
    status: z.literal('ready'),
    database: z.literal(true),
    jobs: QueueAnswer,
  }),
  http: { method: 'GET', path: '/ready' },
  async run(ctx) {
    const store = await ctx.store()
    await store.ping()
    const jobs = await readQueue(store.db, ctx.clock.now())
    return { status: 'ready' as const, database: true as const, jobs }
  },
})
