// What became of one artifact in a sync, as answers and run records carry it.
import { z } from 'zod'
import { type FieldDecision, PUSH_STATUSES } from '../integrations/engine/push.ts'

export const FieldChange = z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })

/** What became of a field that was changed at the remote, with every value: written over, kept, or left to a person. */
export const Decision = z.object({
  field: z.string(),
  outcome: z.enum(['write', 'keep', 'conflict']),
  reason: z.string(),
  base: z.unknown(),
  git: z.unknown(),
  remote: z.unknown(),
})
export type Decision = z.infer<typeof Decision>

export const toDecisions = (decisions: readonly FieldDecision[]): Decision[] =>
  decisions.map(({ name, outcome, reason, base, git, remote }) => ({
    field: name,
    outcome,
    reason,
    base: base?.shown ?? null,
    git: git.shown,
    remote: remote.shown,
  }))

export const SyncResult = z.object({
  artifactId: z.string(),
  jiraKey: z.string().nullable(),
  jiraUrl: z.string().nullable(),
  status: z.enum(PUSH_STATUSES),
  changes: z.array(FieldChange).optional(),
  decisions: z.array(Decision).optional(),
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
