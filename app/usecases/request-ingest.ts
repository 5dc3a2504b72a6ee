import { z } from 'zod'
import { enqueueJob } from '../../integrations/engine/jobs.ts'
import { makeUseCase } from '../use-case.ts'

/** The job that brings a repository's artifacts up to date; its payload is the input of `ingest-push`. */
export const INGEST_JOB = 'repository.ingest'

/**
 * Asks for a repository's artifacts to be read again. The job reads the branch as it is when it runs, so ten pushes that wait
 * are one job, and pushes that arrive out of order do no harm; one repository is read by one worker at a time.
 */
export const requestIngest = makeUseCase({
  name: 'request-ingest',
  summary: "Asks for the artifacts of a repository's default branch to be read again.",
  access: 'internal',
  input: z.strictObject({ repositoryId: z.number().int() }),
  output: z.object({}),
  async run(ctx, { repositoryId }) {
    const { db } = await ctx.store()
    const key = `ingest:${repositoryId}`
    const job = { kind: INGEST_JOB, version: 1, payload: { repositoryId }, priority: 'webhook', dedupeKey: key, serialKey: key } as const
    await enqueueJob(db, job, ctx.clock.now())
    return {}
  },
})
