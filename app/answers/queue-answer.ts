// The state of the queue as answers carry it: readiness, status and metrics say the same.
import { z } from 'zod'
import { countJobs } from '../../integrations/engine/jobs.ts'
import { countStalledRuns } from '../../integrations/engine/runs.ts'
import type { Db } from '../../integrations/store/db.ts'

export const QueueAnswer = z.object({
  waiting: z.number().int(),
  running: z.number().int(),
  dead: z.number().int(),
  oldestWaitingSeconds: z.number().nullable().describe('How long the job that is due longest has been due'),
  stalledRuns: z.number().int().describe('Runs that have made no progress for a time; their pages say why'),
})

export async function readQueue(db: Db, now: Date): Promise<z.input<typeof QueueAnswer>> {
  const [jobs, stalledRuns] = await Promise.all([countJobs(db, now), countStalledRuns(db, now)])
  return { ...jobs, stalledRuns }
}
