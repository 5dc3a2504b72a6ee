// A stored artifact as answers carry it.
import { z } from 'zod'
import type { StoredArtifact } from '../../integrations/store/artifacts.ts'

export const ArtifactSummary = z.object({
  id: z.string(),
  kind: z.string(),
  title: z.string(),
  status: z.string().optional(),
  file: z.string(),
  scope: z.string(),
  problems: z.number().int(),
  updatedAt: z.iso.datetime(),
})

export const toArtifactSummary = (artifact: StoredArtifact): z.input<typeof ArtifactSummary> => ({
  id: artifact.artifactId,
  kind: artifact.kind,
  title: artifact.title,
  status: artifact.status,
  file: artifact.file,
  scope: artifact.scope,
  problems: artifact.problems.length,
  updatedAt: artifact.updatedAt.toISOString(),
})
