import { z } from 'zod'
import { replayJob as replay } from '../../integrations/engine/jobs.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findJob } from '../../integrations/store/jobs.ts'
import { JobNumber, JobSummary, toJobSummary } from '../answers/job-answer.ts'
import { makeUseCase } from '../use-case.ts'

/** Gives a dead job all its attempts again. */
export const replayJob = makeUseCase({
  name: 'replay-job',
  summary: 'Runs a dead job again, from its first attempt.',
  access: 'admin',
  input: z.strictObject({ id: JobNumber }),
  output: JobSummary,
  http: { method: 'POST', path: '/jobs/{id}/replay', status: 202 },
  cli: { command: 'jobs:replay', arguments: ['id'] },
  async run(ctx, { id }) {
    const { db } = await ctx.store()
    const revived = await replay(db, Number(id), ctx.clock.now())
    const job = await findJob(db, Number(id))
    if (!job) throw new AppError('not-found', `There is no job ${id}.`)
    if (revived) return toJobSummary(job)
    const why = job.state === 'dead' ? 'newer work of the same key waits already and does what it would do' : `it is ${job.state}`
    throw new AppError('refused', `Job ${id} is not run again: ${why}. Only dead jobs are replayed.`)
  },
})
