// A job as answers carry it, with what somebody needs who asks why it did not work.
import { z } from 'zod'
import { JOB_STATES, type Job } from '../../integrations/store/jobs.ts'

export const JobSummary = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.enum(JOB_STATES),
  connection: z.string().optional(),
  runId: z.string().optional(),
  attempts: z.number().int(),
  maxAttempts: z.number().int(),
  createdAt: z.iso.datetime(),
  runAt: z.iso.datetime().describe('When it is due, or was'),
  finishedAt: z.iso.datetime().optional(),
  code: z.string().optional(),
  error: z.string().optional(),
  httpStatus: z.number().int().optional().describe("Of the provider's answer that made it fail"),
  providerRequestId: z.string().optional().describe("The provider's id of that request, by which its support finds it"),
  requestId: z.string().describe('What every log line of the job carries'),
})

export const JobNumber = z
  .string()
  .regex(/^\d{1,9}$/, 'the number of a job')
  .describe('Number of the job')

/** The request id of everything a job does. */
export const jobRequestId = (id: number) => `job-${id}`

export const toJobSummary = (job: Job): z.input<typeof JobSummary> => ({
  id: String(job.id),
  kind: job.kind,
  state: job.state,
  connection: job.connectionId,
  runId: job.runId === undefined ? undefined : String(job.runId),
  attempts: job.attempts,
  maxAttempts: job.maxAttempts,
  createdAt: job.createdAt.toISOString(),
  runAt: job.runAt.toISOString(),
  finishedAt: job.finishedAt?.toISOString(),
  code: job.errorCode,
  error: job.error,
  httpStatus: job.httpStatus,
  providerRequestId: job.providerRequestId,
  requestId: jobRequestId(job.id),
})
