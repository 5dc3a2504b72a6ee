// The request of a publication as its run keeps it, and back.
import { z } from 'zod'
import { AppError } from '../../../integrations/kernel/errors.ts'
import { type JsonObject, toJson, toJsonObject } from '../../../integrations/store/json.ts'
import type { Run } from '../../../integrations/store/runs.ts'
import type { ConfluenceAccess } from '../../access/confluence-access.ts'
import { PUBLISHED_TYPES } from '../publishing/content-types.ts'
import { SYNC_DIRECTIONS } from '../sync-direction.ts'
import type { PublicationRequest } from './publication.ts'

export const PUBLISH_RUN = 'confluence-publish'
/** The job that publishes; its payload is the run. */
export const PUBLISH_JOB = 'confluence.publish'

const Kept = z.object({
  types: z.array(z.enum(PUBLISHED_TYPES)),
  config: z.unknown(),
  parentPageId: z.string().nullish(),
  origin: z.object({
    source: z.string(),
    governanceScope: z.string(),
    documentsScope: z.string(),
    fileUrl: z.string().nullish(),
    rootUrl: z.string().nullish(),
    commit: z.string().nullish(),
  }),
  force: z.boolean(),
  // Requests of before it was kept were all of this direction.
  direction: z.enum(SYNC_DIRECTIONS).default('export'),
})

export const keepRequest = (request: PublicationRequest): JsonObject => toJsonObject(toJson(request) as object)

/** @throws AppError `config-invalid` where another version of this program wrote what this one does not understand */
export function readRequest(confluence: Pick<ConfluenceAccess, 'parseConfig'>, run: Pick<Run, 'id' | 'input'>): PublicationRequest {
  const kept = Kept.safeParse(run.input)
  const parsed = kept.success ? confluence.parseConfig(kept.data.config, `run ${run.id}`) : undefined
  if (!kept.success || parsed?.kind !== 'config')
    throw new AppError('config-invalid', `Run ${run.id} was asked for by another version; publish again.`)
  const { types, parentPageId, force, origin, direction } = kept.data
  const { fileUrl, rootUrl, commit, ...scopes } = origin
  return {
    types,
    config: parsed.config,
    parentPageId: parentPageId ?? undefined,
    force,
    direction,
    origin: { ...scopes, fileUrl: fileUrl ?? undefined, rootUrl: rootUrl ?? undefined, commit: commit ?? undefined },
  }
}
