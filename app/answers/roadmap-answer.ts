// What an import of a roadmap, or its difference, says.
import { z } from 'zod'
import { EXTERNAL_SOURCES, SOURCE_TITLES } from '../../integrations/governance/roadmap-source.ts'
import type { RoadmapPlan } from '../../integrations/governance/roadmap-source-plan.ts'

const value = z.unknown()
const ref = {
  artifactId: z.string().describe('Id of the road item; of one that is new, the id it gets'),
  key: z.string().describe('What the tool calls it'),
  url: z.string().nullable(),
  file: z.string().describe('Inside the governed folder'),
}
const changes = z.array(z.object({ field: z.string(), old: value, new: value }))

export const RoadmapAnswer = z.object({
  source: z.enum(EXTERNAL_SOURCES),
  title: z.string().describe('Jira or GitHub Projects'),
  runId: z.string().nullable().describe('Null where nothing was to be written'),
  written: z.object({
    state: z
      .enum(['none', 'planned', 'written', 'proposed', 'declined', 'waiting'])
      .describe(
        'none: nothing to write; planned: only shown; declined: people closed this very change; waiting: git has moved on, import again',
      ),
    to: z.enum(['folder', 'store', 'pull-request']),
    url: z.string().nullable().describe('The pull request'),
    files: z.array(z.string()),
  }),
  added: z.array(z.object({ ...ref, fields: changes })),
  changed: z.array(z.object({ ...ref, fields: changes })).describe('old: in the file; new: in the tool'),
  removed: z.array(z.object(ref)).describe('Gone from the tool'),
  drift: z
    .array(z.object({ ...ref, fields: z.array(z.object({ field: z.string(), local: value, external: value })) }))
    .describe('Edited in the file although the tool owns it; the external value wins'),
  unchanged: z.array(z.string()).describe('Ids of road items'),
  unmapped: z.array(z.object({ artifactId: z.string(), key: z.string(), field: z.string(), value: z.string(), reason: z.string() })),
  violations: z
    .array(z.object({ artifactId: z.string(), gate: z.string(), path: z.string(), message: z.string() }))
    .describe('Gates that the tool has passed by'),
  changeEntries: z.array(z.object({ id: z.string(), artifactId: z.string(), file: z.string() })),
  counts: z.record(z.string(), z.number()),
  notes: z.array(z.string()),
  requests: z.number().int().describe('Requests to the tool'),
})
export type RoadmapAnswer = z.output<typeof RoadmapAnswer>
export type RoadmapWritten = RoadmapAnswer['written']

export function toRoadmapAnswer(
  source: RoadmapAnswer['source'],
  plan: RoadmapPlan,
  outcome: {
    readonly runId: string | null
    readonly written: RoadmapWritten
    readonly requests: number
    readonly notes?: readonly string[]
  },
): z.input<typeof RoadmapAnswer> {
  const { added, changed, removed, drift, unchanged, unmapped, violations, changeEntries } = plan
  const linked = <T extends { readonly url: string | undefined }>(items: readonly T[]) =>
    items.map((item) => ({ ...item, url: item.url ?? null }))
  const fielded = <F extends object, T extends { readonly url: string | undefined; readonly fields: readonly F[] }>(items: readonly T[]) =>
    linked(items).map((item) => ({ ...item, fields: [...item.fields] }))
  return {
    source,
    title: SOURCE_TITLES[source],
    runId: outcome.runId,
    written: outcome.written,
    added: fielded(added),
    changed: fielded(changed),
    removed: linked(removed),
    drift: fielded(drift),
    unchanged: unchanged.map(({ artifactId }) => artifactId),
    unmapped: [...unmapped],
    violations: [...violations],
    changeEntries: [...changeEntries],
    counts: {
      added: added.length,
      changed: changed.length,
      removed: removed.length,
      drift: drift.length,
      unchanged: unchanged.length,
      unmapped: unmapped.length,
      violations: violations.length,
    },
    notes: [...plan.notes, ...(outcome.notes ?? [])],
    requests: outcome.requests,
  }
}
