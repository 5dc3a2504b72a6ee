// Imports as they are after they have ended, without the providers: what scores, reports and enrichment are tested on.
import { randomUUID } from 'node:crypto'
import type { MetricValue } from '../../integrations/foe/metric-value.ts'
import { scoreDimension } from '../../integrations/foe/score/score-dimension.ts'
import type { Db } from '../../integrations/store/db.ts'
import { finishImport, startImport } from '../../integrations/store/imports.ts'

const DAY_MS = 86_400_000

export interface SeededImport {
  readonly provider: 'github' | 'jira' | 'confluence'
  /** `repository:7`, `jira:ROAD`, … */
  readonly scope: string
  readonly repository?: string
  readonly dimension?: 'feedback' | 'understanding' | 'confidence'
  readonly metrics: Readonly<Record<string, MetricValue>>
  readonly at: Date
  readonly input?: Readonly<Record<string, string>>
  /** False leaves it running. */
  readonly ended?: boolean
}

const DIMENSION_OF = { github: 'feedback', jira: 'feedback', confluence: 'understanding' } as const

/** Stores an import and gives its public id. */
export async function seedImport(db: Db, seed: SeededImport): Promise<string> {
  const { provider, scope, repository, dimension, at, input = {}, ended = true } = seed
  const publicId = randomUUID()
  const window = { from: new Date(at.getTime() - 90 * DAY_MS), to: at }
  const row = await startImport(db, { publicId, provider, scope, repository, dimension, input, window, at })
  if (ended) await endImport(db, row.id, seed)
  return publicId
}

/** Ends an import with its figures. */
export async function endImport(db: Db, id: number, { provider, dimension, metrics, at }: SeededImport): Promise<void> {
  const scores = scoreDimension(dimension ?? DIMENSION_OF[provider], [{ source: provider, metrics, at }])
  await finishImport(db, id, { state: 'done', result: {}, metrics, gaps: [], scores, requests: 3, at })
}
