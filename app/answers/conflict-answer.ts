// A conflict as answers carry it.
import { z } from 'zod'
import { type Conflict, KEEPS } from '../../integrations/store/conflicts.ts'

export const ConflictSummary = z.object({
  id: z.string(),
  artifactId: z.string(),
  artifactKind: z.string(),
  scope: z.string(),
  remoteKey: z.string().nullable(),
  url: z.string().nullable(),
  field: z.string(),
  /** Null where the sides never agreed. */
  base: z.unknown(),
  git: z.unknown(),
  remote: z.unknown(),
  reason: z.string(),
  runId: z.string().nullable(),
  /** `open`; `resolved`, by a person or by policy; `settled`: the sides came to agree by themselves. */
  state: z.enum(['open', 'resolved', 'settled']),
  keep: z.enum(KEEPS).nullable(),
  resolvedBy: z.string().nullable(),
  createdAt: z.iso.datetime(),
  resolvedAt: z.iso.datetime().nullable(),
})

export const toConflictSummary = (conflict: Conflict): z.infer<typeof ConflictSummary> => ({
  id: String(conflict.id),
  artifactId: conflict.artifactId,
  artifactKind: conflict.artifactKind,
  scope: conflict.scope,
  remoteKey: conflict.remoteKey ?? null,
  url: conflict.url ?? null,
  field: conflict.fieldName,
  base: conflict.base?.shown ?? null,
  git: conflict.git.shown,
  remote: conflict.remote.shown,
  reason: conflict.reason,
  runId: conflict.runId === undefined ? null : String(conflict.runId),
  state: conflict.keep ? 'resolved' : conflict.resolvedAt ? 'settled' : 'open',
  keep: conflict.keep ?? null,
  resolvedBy: conflict.resolvedBy ?? null,
  createdAt: conflict.createdAt.toISOString(),
  resolvedAt: conflict.resolvedAt?.toISOString() ?? null,
})
