import { z } from 'zod'
import { EXTERNAL_SOURCES } from '../../integrations/governance/roadmap-source.ts'
import { isAppError } from '../../integrations/kernel/errors.ts'
import { toJsonObject } from '../../integrations/store/json.ts'
import { finishRun, startRun } from '../../integrations/store/runs.ts'
import { RoadmapAnswer, type RoadmapWritten, toRoadmapAnswer } from '../answers/roadmap-answer.ts'
import type { AppContext } from '../context.ts'
import { readRoadmapConfig } from '../steps/roadmap/access.ts'
import { applyRoadmap, type PreparedRoadmap, prepareRoadmap } from '../steps/roadmap/import.ts'
import { makeUseCase } from '../use-case.ts'

const Input = z.strictObject({
  source: z.enum(EXTERNAL_SOURCES).describe('The tool that owns the roadmap'),
  path: z.string().min(1).optional().describe('Governed folder to write into; without it, what roadmap-source.json says'),
  repository: z
    .string()
    .regex(/^[^/\s]+\/[^/\s]+$/, 'owner/name')
    .optional()
    .describe('owner/name of the governed repository to propose to (default: of roadmap-source.json)'),
  apply: z.boolean().default(true).describe('False only compares'),
  dryRun: z.boolean().default(false).describe('Show the plan and write nothing'),
})
type Input = z.output<typeof Input>

async function carryOut(
  ctx: AppContext,
  { source }: Input,
  prepared: PreparedRoadmap,
): Promise<{ runId: string; written: RoadmapWritten }> {
  const { db } = await ctx.store()
  const { place, plan, opened } = prepared
  const run = await startRun(db, {
    kind: 'roadmap-import',
    connectionId: source,
    scope: place.name,
    input: { source },
    at: ctx.clock.now(),
  })
  const counts = { added: plan.added.length, changed: plan.changed.length, removed: plan.removed.length, drift: plan.drift.length }
  try {
    const written = await applyRoadmap(ctx, source, prepared)
    // Overwritten values are kept with the run: whoever edited the file finds them there.
    const result = toJsonObject({ written, drift: plan.drift, requests: opened.requests() })
    await finishRun(db, run.id, { state: 'done', counts, result, at: ctx.clock.now() })
    return { runId: String(run.id), written }
  } catch (error) {
    const errorCode = isAppError(error) ? error.code : 'internal'
    const message = isAppError(error) ? error.message : 'Something went wrong on our side.'
    await finishRun(db, run.id, { state: 'failed', counts, errorCode, error: message, at: ctx.clock.now() })
    throw error
  }
}

/** Brings a roadmap that lives in Jira or GitHub Projects into the governed repository, folder or store. */
export const importRoadmap = makeUseCase({
  name: 'import-roadmap',
  summary: 'Imports the roadmap that Jira or GitHub Projects owns as road items.',
  access: 'admin',
  input: Input,
  output: RoadmapAnswer,
  http: { method: 'POST', path: '/roadmap/sync', hidden: ['path'] },
  cli: { command: 'roadmap:import', arguments: ['path'], hidden: ['apply'], writes: true },
  async run(ctx, input) {
    const config = await readRoadmapConfig(ctx, input.source)
    const prepared = await prepareRoadmap(ctx, input, config)
    const { place, plan, opened } = prepared
    const files = plan.files.map(({ file }) => file)
    if (input.dryRun || !input.apply) {
      const written = { state: files.length > 0 ? 'planned' : 'none', to: place.to, url: null, files } as const
      return toRoadmapAnswer(input.source, plan, { runId: null, written, requests: opened.requests() })
    }
    const { runId, written } = await carryOut(ctx, input, prepared)
    const notes = written.state === 'waiting' ? ['The repository has moved on since it was read. Import again in a moment.'] : []
    return toRoadmapAnswer(input.source, plan, { runId, written, requests: opened.requests(), notes })
  },
})
