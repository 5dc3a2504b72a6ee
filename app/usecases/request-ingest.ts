import { z } from 'zod'
import { enqueueJob } from '../../integrations/engine/jobs.ts'
import { findRepository } from '../../integrations/store/repositories.ts'
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
    const installationId = (await findRepository(db, { id: repositoryId }))?.installationId
    const connectionId = installationId === undefined ? undefined : `github:${installationId}`
    const keys = { dedupeKey: key, serialKey: key, connectionId }
    await enqueueJob(db, { kind: INGEST_JOB, version: 1, payload: { repositoryId }, priority: 'webhook', ...keys }, ctx.clock.now())
    return {}
  },
})
