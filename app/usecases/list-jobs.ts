import { z } from 'zod'
import { JOB_STATES, listJobs as listStored } from '../../integrations/store/jobs.ts'
import { JobSummary, toJobSummary } from '../answers/job-answer.ts'
import { pageInput, pageOf } from '../page.ts'
import { makeUseCase } from '../use-case.ts'

/** Jobs of the queue, newest first; the dead ones are what somebody must decide about. */
export const listJobs = makeUseCase({
  name: 'list-jobs',
  summary: 'Lists jobs of the queue, newest first; --state dead shows what waits for a decision.',
  access: 'read',
  input: z.strictObject({
    ...pageInput,
    state: z.enum(JOB_STATES).optional().describe('Only jobs in this state'),
    kind: z.string().optional().describe('Only jobs of this kind, such as delivery.handle'),
  }),
  output: pageOf(JobSummary),
  http: { method: 'GET', path: '/jobs' },
  cli: { command: 'jobs' },
  async run(ctx, request) {
    const page = await listStored((await ctx.store()).db, request)
    return { ...page, items: page.items.map(toJobSummary) }
  },
})
