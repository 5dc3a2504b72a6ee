// A run as answers carry it.
import { z } from 'zod'
import { explainStall } from '../../integrations/engine/run-end.ts'
import type { Db } from '../../integrations/store/db.ts'
import { RUN_STATES, type Run } from '../../integrations/store/runs.ts'

export const RunSummary = z.object({
  id: z.string(),
  kind: z.string(),
  connection: z.string().optional(),
  state: z.enum(RUN_STATES),
  dryRun: z.boolean(),
  counts: z.record(z.string(), z.number()),
  requests: z.number().int(),
  done: z.number().int(),
  total: z.number().int().optional(),
  phase: z.string().optional(),
  startedAt: z.iso.datetime(),
  progressAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().optional(),
  code: z.string().optional(),
  error: z.string().optional(),
  stalled: z.string().optional().describe('Why it makes no progress, where it makes none'),
})

/** A run with why it makes no progress, where it makes none. */
export const toRunSummary = (run: Run, stalled?: string): z.input<typeof RunSummary> => ({
  id: String(run.id),
  kind: run.kind,
  connection: run.connectionId,
  state: run.state,
  dryRun: run.dryRun,
  counts: { ...run.counts },
  requests: run.requests,
  done: run.done,
  total: run.total,
  phase: run.phase,
  startedAt: run.startedAt.toISOString(),
  progressAt: run.progressAt.toISOString(),
  finishedAt: run.finishedAt?.toISOString(),
  code: run.errorCode,
  error: run.error,
  stalled,
})

/** Runs as they stand at an instant. */
export const summarizeRuns = (db: Db, runs: readonly Run[], now: Date): Promise<z.input<typeof RunSummary>[]> =>
  Promise.all(runs.map(async (run) => toRunSummary(run, await explainStall(db, run, now))))
