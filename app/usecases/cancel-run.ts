import { z } from 'zod'
import { cancelRun as cancel } from '../../integrations/engine/run-end.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { RunSummary, toRunSummary } from '../answers/run-answer.ts'
import { makeUseCase } from '../use-case.ts'

/** Stops a run at its next artifact. Asking twice is asking once; one that has ended cannot be stopped (`refused`). */
export const cancelRun = makeUseCase({
  name: 'cancel-run',
  summary: 'Stops a run: what is being written is finished, the rest is left out.',
  access: 'admin',
  input: z.strictObject({
    id: z
      .string()
      .regex(/^\d{1,9}$/, 'the number of a run')
      .describe('Number of the run'),
  }),
  output: RunSummary,
  http: { method: 'POST', path: '/runs/{id}/cancel' },
  cli: { command: 'runs:cancel', arguments: ['id'] },
  async run(ctx, { id }) {
    const run = await cancel({ store: await ctx.store(), clock: ctx.clock }, Number(id))
    if (!run) throw new AppError('not-found', `There is no run ${id}.`)
    if (run.state === 'done' || run.state === 'failed')
      throw new AppError('refused', `Run ${id} ended at ${run.finishedAt?.toISOString()}; there is nothing left to stop.`)
    return toRunSummary(run)
  },
})
