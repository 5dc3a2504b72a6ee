import { z } from 'zod'
import { explainStall } from '../../integrations/engine/run-end.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { listRunEvents } from '../../integrations/store/run-events.ts'
import { findRun } from '../../integrations/store/runs.ts'
import { RunSummary, toRunSummary } from '../answers/run-answer.ts'
import { pageInput, pageOf } from '../page.ts'
import { makeUseCase } from '../use-case.ts'

const Event = z.object({
  at: z.iso.datetime(),
  artifactId: z.string().optional(),
  status: z.string(),
  code: z.string().optional(),
  message: z.string().optional(),
  data: z.looseObject({}),
})

/** One run with what happened in it, item by item. */
export const readRun = makeUseCase({
  name: 'read-run',
  summary: 'Shows one run and what happened in it, item by item.',
  access: 'read',
  input: z.strictObject({
    id: z
      .string()
      .regex(/^\d{1,9}$/, 'the number of a run')
      .describe('Number of the run'),
    ...pageInput,
  }),
  output: RunSummary.extend({ events: pageOf(Event) }),
  http: { method: 'GET', path: '/runs/{id}' },
  cli: { command: 'runs:show', arguments: ['id'] },
  async run(ctx, { id, ...request }) {
    const { db } = await ctx.store()
    const run = await findRun(db, Number(id))
    if (!run) throw new AppError('not-found', `There is no run ${id}.`)
    const events = await listRunEvents(db, run.id, request)
    return {
      ...toRunSummary(run, await explainStall(db, run, ctx.clock.now())),
      events: {
        ...events,
        items: events.items.map(({ at, artifactId, status, code, message, data }) => ({
          at: at.toISOString(),
          artifactId,
          status,
          code,
          message,
          data: { ...data },
        })),
      },
    }
  },
})
