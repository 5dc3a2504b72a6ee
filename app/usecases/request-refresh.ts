import { z } from 'zod'
import { enqueueJobs } from '../../integrations/engine/jobs.ts'
import { listCollections } from '../../integrations/store/collections.ts'
import { findRepository } from '../../integrations/store/repositories.ts'
import { REFRESH_JOB, refreshKey } from '../steps/imports/evidence-jobs.ts'
import { makeUseCase } from '../use-case.ts'

/**
 * Asks for things to be read again that an event says have changed. Kinds of facts that nobody has imported yet are left alone: no
 * figure depends on them, and the import will read them.
 */
export const requestRefresh = makeUseCase({
  name: 'request-refresh',
  summary: 'Asks for facts to be read again that an event says have changed.',
  access: 'internal',
  input: z.object({
    repositoryId: z.number().int(),
    hints: z.array(z.object({ subject: z.string(), ref: z.number().int() })).readonly(),
  }),
  output: z.object({ asked: z.number().int() }),
  async run(ctx, { repositoryId, hints }) {
    const { db } = await ctx.store()
    const installationId = (await findRepository(db, { id: repositoryId }))?.installationId
    const collected = new Set((await listCollections(db, repositoryId)).flatMap(({ kind, collectedAt }) => (collectedAt ? [kind] : [])))
    const { refreshSubjects } = ctx.providers.github
    const kindsOf = (subject: string) =>
      Object.hasOwn(refreshSubjects, subject) ? refreshSubjects[subject as keyof typeof refreshSubjects] : []
    const wanted = hints.filter(({ subject }) => kindsOf(subject).some((kind) => collected.has(kind)))
    const specs = wanted.map(({ subject, ref }) => {
      const payload = { repositoryId, subject, ref }
      const keys = { dedupeKey: refreshKey(payload), serialKey: `github-refresh:${repositoryId}` }
      const connection = installationId === undefined ? {} : { connectionId: `github:${installationId}` }
      return { kind: REFRESH_JOB, version: 1, payload, priority: 'webhook' as const, ...keys, ...connection }
    })
    await enqueueJobs(db, specs, ctx.clock.now())
    return { asked: specs.length }
  },
})
