import { z } from 'zod'
import { listConnectionStates } from '../../integrations/store/connection-states.ts'
import { countJobsByKind } from '../../integrations/store/job-history.ts'
import { QueueAnswer, readQueue } from '../answers/queue-answer.ts'
import { makeUseCase } from '../use-case.ts'

/** The numbers to watch. JSON like every other answer: an agent that wants another format reads it from here. */
export const readMetrics = makeUseCase({
  name: 'read-metrics',
  summary: 'Numbers to watch: depth and age of the queue, dead jobs by kind, connections that need attention.',
  access: 'read',
  input: z.strictObject({}),
  output: z.object({
    jobs: QueueAnswer.extend({
      byKind: z.array(z.object({ kind: z.string(), state: z.enum(['queued', 'running', 'dead']), count: z.number().int() })),
    }),
    connections: z.array(
      z.object({
        connection: z.string(),
        status: z.enum(['ok', 'needs-attention']),
        failures: z.number().int(),
        code: z.string().nullable(),
        reason: z.string().nullable(),
        probeAt: z.iso.datetime().nullable(),
      }),
    ),
  }),
  http: { method: 'GET', path: '/metrics' },
  async run(ctx) {
    const { db } = await ctx.store()
    const [jobs, byKind, states] = await Promise.all([readQueue(db, ctx.clock.now()), countJobsByKind(db), listConnectionStates(db)])
    const connections = states.map(({ connectionId, status, failures, code, reason, probeAt }) => ({
      connection: connectionId,
      status,
      failures,
      code: code ?? null,
      reason: reason ?? null,
      probeAt: probeAt?.toISOString() ?? null,
    }))
    return { jobs: { ...jobs, byKind: [...byKind] }, connections }
  },
})
