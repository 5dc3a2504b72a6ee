// What became of one artifact in a sync, as answers and run records carry it.
import { z } from 'zod'
import { PUSH_STATUSES } from '../integrations/engine/push.ts'

export const FieldChange = z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })

export const SyncResult = z.object({
  artifactId: z.string(),
  jiraKey: z.string().nullable(),
  jiraUrl: z.string().nullable(),
  status: z.enum(PUSH_STATUSES),
  changes: z.array(FieldChange).optional(),
  reason: z.string().optional(),
  code: z.string().optional(),
})
export type SyncResult = z.infer<typeof SyncResult>

/** How often each status came up. */
export function countStatuses(results: readonly Pick<SyncResult, 'status'>[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
