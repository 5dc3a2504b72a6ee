// What became of one artifact in a sync, as answers and run records carry it.
import { z } from 'zod'
import { type FieldDecision, PUSH_STATUSES } from '../../integrations/engine/push.ts'

export const FieldChange = z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })

/** What became of a field that was changed at the remote, with every value: written over, kept, or left to a person. */
export const Decision = z.object({
  field: z.string(),
  outcome: z.enum(['write', 'keep', 'conflict']),
  reason: z.string(),
  base: z.unknown(),
  git: z.unknown(),
  remote: z.unknown(),
  /** The remote's id of the field, and the value there as it is compared: what taking it over goes by. */
  id: z.string().optional(),
  remoteKey: z.unknown().optional(),
})
export type Decision = z.infer<typeof Decision>

export const toDecisions = (decisions: readonly FieldDecision[]): Decision[] =>
  decisions.map(({ field, name, outcome, reason, base, git, remote }) => ({
    id: field,
    remoteKey: remote.key,
    field: name,
    outcome,
    reason,
    base: base?.shown ?? null,
    git: git.shown,
    remote: remote.shown,
  }))

/** What became of changes that were made at the remote. */
export const Inbound = z.object({
  /** `proposed`: in a pull request; `written`: into the file; `declined`: a person closed the pull request with the same content. */
  state: z.enum(['none', 'planned', 'proposed', 'written', 'declined', 'waiting']),
  taken: z.array(z.string()),
  refused: z.array(z.object({ field: z.string(), reason: z.string() })),
  /** Address of the pull request, or the file. */
  where: z.string().optional(),
})
export type Inbound = z.infer<typeof Inbound>

export const SyncResult = z.object({
  artifactId: z.string(),
  jiraKey: z.string().nullable(),
  jiraUrl: z.string().nullable(),
  status: z.enum(PUSH_STATUSES),
  changes: z.array(FieldChange).optional(),
  decisions: z.array(Decision).optional(),
  inbound: Inbound.optional(),
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

const INBOUND_SENTENCES: Readonly<Record<Inbound['state'], string>> = {
  none: '',
  planned: 'would be taken over',
  proposed: 'is proposed',
  written: 'is written',
  declined: 'was declined by a person, and is proposed again when it changes',
  waiting: 'waits until the file that was pushed meanwhile has been read',
}

/** The result of a sync together with what was taken over: a refusal is worth more than that something else was written. */
export function withInbound<R extends SyncFacts>(result: R, inbound: Inbound, from = 'Jira'): R & { readonly inbound: Inbound } {
  const { state, taken, refused, where } = inbound
  const sentences = [
    ...(taken.length > 0
      ? [`From ${from}: ${taken.join(', ')} ${INBOUND_SENTENCES[state]}${where === undefined ? '' : ` (${where})`}.`]
      : []),
    ...refused.map(({ field, reason }) => `${field} is refused: ${reason}`),
  ]
  const isOpen = result.status === 'unchanged' || result.status === 'updated'
  const isTaken = state === 'proposed' || state === 'written' || state === 'planned'
  const quiet = result.status === 'unchanged' && taken.length > 0
  const status = isOpen && refused.length > 0 ? 'refused' : quiet && isTaken ? 'updated' : quiet ? 'skipped' : result.status
  return { ...result, status, inbound, ...(sentences.length > 0 ? { reason: sentences.join(' ') } : {}) }
}

interface SyncFacts {
  readonly status: (typeof PUSH_STATUSES)[number]
  readonly reason?: string | undefined
}
