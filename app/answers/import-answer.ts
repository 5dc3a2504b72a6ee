// An import as answers carry it: the same shape for every provider, while it runs and ever after.
import { z } from 'zod'
import { estimateSecondsLeft } from '../../integrations/engine/runs.ts'
import type { DimensionMetrics } from '../../integrations/foe/measure.ts'
import type { MetricValue } from '../../integrations/foe/metric-value.ts'
import type { DimensionScore } from '../../integrations/foe/score/score-dimension.ts'
import { IMPORT_STATES, type StoredImport } from '../../integrations/store/imports.ts'
import { toJson } from '../../integrations/store/json.ts'
import type { Run } from '../../integrations/store/runs.ts'

const Gap = z.object({ code: z.string(), title: z.string(), recommendation: z.string(), severity: z.string() })

const Progress = z.object({
  runId: z.string(),
  phase: z.string().optional(),
  done: z.number(),
  total: z.number().optional(),
  requests: z.number().int(),
  secondsLeft: z.number().optional().describe('From its own speed so far'),
})

export const ImportAnswer = z.object({
  importId: z.string(),
  state: z.enum(IMPORT_STATES),
  provider: z.string(),
  repository: z.string().optional(),
  dimension: z.string().optional(),
  imported: z.number().int().describe('How many facts the figures are computed from'),
  metrics: z.record(z.string(), z.unknown()),
  explanation: z.string(),
  gaps: z.array(Gap),
  subscores: z.array(z.looseObject({ name: z.string(), score: z.number(), max: z.number() })),
  coverage: z.number().int().optional().describe('How many of the four subscores had evidence'),
  window: z.object({ from: z.iso.datetime(), to: z.iso.datetime() }),
  requests: z.number().int(),
  artifacts: z
    .array(z.looseObject({ id: z.string(), title: z.string(), status: z.string() }))
    .optional()
    .describe('What mapTo asked for'),
  refusal: z.string().optional().describe('Code of the gap that says why the provider could not be read'),
  progress: Progress.optional(),
})
export type ImportAnswer = z.input<typeof ImportAnswer>

/** What of an answer is stored as `result`: everything that is not a column. */
export interface ImportResult {
  readonly imported: number
  readonly metrics: Readonly<Record<string, unknown>>
  readonly explanation: string
  readonly subscores: readonly unknown[]
  readonly coverage?: number
  readonly refusal?: string
}

const StoredResult = z.object({
  imported: z.number().int().default(0),
  metrics: z.record(z.string(), z.unknown()).default({}),
  explanation: z.string().default(''),
  subscores: ImportAnswer.shape.subscores.default([]),
  coverage: z.number().int().optional(),
  artifacts: ImportAnswer.shape.artifacts,
  refusal: z.string().optional(),
})

/** The values of metrics as answers show them. */
export const toValues = (metrics: Readonly<Record<string, MetricValue>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(metrics).map(([name, { value }]) => [name, toJson(value)]))

/** The result of figures and their score; the score of the dimension is a figure of it. */
export function toResult(
  figures: DimensionMetrics,
  score: DimensionScore,
  { imported, refusal }: { readonly imported: number; readonly refusal?: string | undefined },
): { readonly result: ImportResult; readonly metrics: Readonly<Record<string, MetricValue>> } {
  const metrics = { ...figures.metrics, [`${score.dimension}Score`]: { value: score.score } }
  return {
    metrics,
    result: {
      imported,
      metrics: toValues(metrics),
      explanation: figures.explanation.join(' '),
      subscores: score.subscores,
      coverage: score.coverage,
      ...(refusal === undefined ? {} : { refusal }),
    },
  }
}

/** @param run the run of an import that still goes on */
export function toImportAnswer(row: StoredImport, run: Run | undefined, now: Date): ImportAnswer {
  const progress = row.state === 'running' && run ? { progress: toProgress(run, now) } : {}
  return {
    importId: row.publicId,
    state: row.state,
    provider: row.provider,
    repository: row.repository,
    dimension: row.dimension,
    ...StoredResult.parse(row.result),
    gaps: z.array(Gap).catch([]).parse(row.gaps),
    window: { from: row.window.from.toISOString(), to: row.window.to.toISOString() },
    requests: row.state === 'running' ? (run?.requests ?? 0) : row.requests,
    ...progress,
  }
}

const toProgress = (run: Run, now: Date): z.input<typeof Progress> => ({
  runId: String(run.id),
  phase: run.phase,
  done: run.done,
  total: run.total,
  requests: run.requests,
  secondsLeft: estimateSecondsLeft(run, now),
})
