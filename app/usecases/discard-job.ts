import { z } from 'zod'
import { discardJob as discard } from '../../integrations/engine/jobs.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findJob } from '../../integrations/store/jobs.ts'
import { JobNumber, JobSummary, toJobSummary } from '../answers/job-answer.ts'
import { makeUseCase } from '../use-case.ts'

/** Puts a dead or waiting job aside for good: its work is not done. */
export const discardJob = makeUseCase({
  name: 'discard-job',
  summary: 'Puts a dead or waiting job aside for good.',
  access: 'admin',
  input: z.strictObject({ id: JobNumber }),
  output: JobSummary,
  http: { method: 'POST', path: '/jobs/{id}/discard' },
  cli: { command: 'jobs:discard', arguments: ['id'] },
  async run(ctx, { id }) {
    const { db } = await ctx.store()
    const discarded = await discard(db, Number(id), ctx.clock.now())
    const job = await findJob(db, Number(id))
    if (!job) throw new AppError('not-found', `There is no job ${id}.`)
    if (!discarded) throw new AppError('refused', `Job ${id} is ${job.state}; only dead and waiting jobs are discarded.`)
    ctx.log.info({ job: job.id, kind: job.kind, actor: ctx.actor.name }, 'job discarded')
    return toJobSummary(job)
  },
})
