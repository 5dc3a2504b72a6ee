import { z } from 'zod'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findArtifact } from '../../integrations/store/artifacts.ts'
import { listLinks } from '../../integrations/store/links.ts'
import { ArtifactSummary, toArtifactSummary } from '../answers/artifact-answer.ts'
import { makeUseCase } from '../use-case.ts'

/** One artifact with its text and where else it lives. */
export const readArtifact = makeUseCase({
  name: 'read-artifact',
  summary: 'Shows one artifact, its text, and the remote objects that stand for it.',
  access: 'read',
  input: z.strictObject({ id: z.string().min(1).max(100).describe('Id such as ROAD-001') }),
  output: ArtifactSummary.extend({
    data: z.looseObject({}),
    text: z.string(),
    links: z.array(
      z.object({ connection: z.string(), kind: z.string(), id: z.string(), key: z.string().optional(), url: z.string().optional() }),
    ),
  }),
  http: { method: 'GET', path: '/governance/artifacts/{id}' },
  async run(ctx, { id }) {
    const { db } = await ctx.store()
    const artifact = await findArtifact(db, { artifactId: id })
    if (!artifact) throw new AppError('not-found', `There is no artifact ${id}.`)
    const links = await listLinks(db, { artifactId: id })
    return {
      ...toArtifactSummary(artifact),
      data: { ...artifact.data },
      text: artifact.text,
      links: links.items.map((link) => ({
        connection: link.connectionId,
        kind: link.remoteKind,
        id: link.remoteId,
        key: link.remoteKey,
        url: link.url,
      })),
    }
  },
})
