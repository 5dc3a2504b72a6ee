// Imports of Jira as a whole: how one begins, and what it ends with. The reading itself is a job (`run-jira-import`), so that
// whichever process takes it goes on at the page where another stopped.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { enqueueJob } from '../../../integrations/engine/jobs.ts'
import { PRIORITIES, type Priority } from '../../../integrations/engine/provider.ts'
import type { Collected } from '../../../integrations/foe/collected.ts'
import { type JiraFactKind, type JiraFacts, NO_JIRA_FACTS } from '../../../integrations/foe/jira/jira-facts.ts'
import { JIRA_DATA_TYPES, type JiraDataType } from '../../../integrations/foe/jira/jira-metric-table.ts'
import { DEFAULT_JIRA_SETTINGS, type JiraSettings } from '../../../integrations/foe/jira/jira-settings.ts'
import { JIRA_DATA_KINDS, measureJira } from '../../../integrations/foe/jira/measure-jira.ts'
import type { DimensionMetrics } from '../../../integrations/foe/measure.ts'
import { scoreDimension } from '../../../integrations/foe/score/score-dimension.ts'
import { findCursor, saveCursor } from '../../../integrations/store/cursors.ts'
import type { Db } from '../../../integrations/store/db.ts'
import { findImport, finishImport, type ImportState, type StoredImport, startImport } from '../../../integrations/store/imports.ts'
import { type JiraScope, readJiraFacts } from '../../../integrations/store/jira-facts.ts'
import { toJsonObject } from '../../../integrations/store/json.ts'
import { startRun } from '../../../integrations/store/runs.ts'
import { toResult } from '../../answers/import-answer.ts'
import type { AppContext } from '../../context.ts'
import type { Refusal } from './import-refusal.ts'
import { jiraRefusalOf } from './jira-refusal.ts'

export const JIRA_IMPORT_JOB = 'jira.import'
export const JIRA_IMPORT_RUN = 'jira-import'
export const JIRA_LOOKBACK_DAYS = 90
export const MAP_TARGETS = ['road-items', 'user-stories', 'capabilities'] as const

/** What is asked for, as it is kept with the import. */
export const JiraImportRequest = z.object({
  jiraProject: z.string(),
  boardId: z.string().optional(),
  dataTypes: z.array(z.enum(JIRA_DATA_TYPES)).default([]),
  sprintCount: z.number().int().default(DEFAULT_JIRA_SETTINGS.sprintCount),
  jqlFilter: z.string().optional(),
  mapTo: z.enum(MAP_TARGETS).optional(),
  lookbackDays: z.number(),
})
export type JiraImportRequest = z.output<typeof JiraImportRequest>

/** What the job carries. */
export const JiraImportJob = z.object({
  importId: z.string(),
  priority: z.enum(Object.keys(PRIORITIES) as [Priority, ...Priority[]]),
})

const CONNECTION = 'jira'
const DAY_MS = 86_400_000

/** Kinds of facts that the data types are computed from. */
export function jiraKindsOf(dataTypes: readonly JiraDataType[]): ReadonlySet<JiraFactKind> {
  const wanted = dataTypes.length > 0 ? dataTypes : JIRA_DATA_TYPES
  return new Set(wanted.flatMap((dataType) => JIRA_DATA_KINDS[dataType]))
}

/** A filter makes a selection of its own: what another import read of the project must not count in it. */
export const jiraScopeOf = (projectId: string, { jqlFilter }: Pick<JiraImportRequest, 'jqlFilter'>): JiraScope => ({
  connectionId: CONNECTION,
  projectId: jqlFilter === undefined ? projectId : `${projectId}#${createHash('sha256').update(jqlFilter).digest('hex').slice(0, 16)}`,
})

/** What a project's readings found out about the site, for figures that are computed later and elsewhere. */
const Findings = z.object({ estimateFieldIds: z.array(z.string()), timeZone: z.string().nullable() })
export type JiraFindings = z.output<typeof Findings>

const projectStream = (key: string) => `project:${key}`

/** Remembers Jira's id of a project, so that an import that cannot reach Jira still finds what was read before. */
export const rememberProject = (db: Db, key: string, projectId: string, at: Date): Promise<void> =>
  saveCursor(db, {
    connectionId: CONNECTION,
    stream: projectStream(key),
    cursor: undefined,
    watermark: projectId,
    candidate: undefined,
    pages: 0,
    updatedAt: at,
  })

const findingsStream = ({ projectId }: JiraScope) => `${projectId}:findings`

export const saveFindings = (db: Db, scope: JiraScope, findings: JiraFindings, at: Date): Promise<void> =>
  saveCursor(db, {
    connectionId: scope.connectionId,
    stream: findingsStream(scope),
    cursor: undefined,
    watermark: JSON.stringify(findings),
    candidate: undefined,
    pages: 0,
    updatedAt: at,
  })

export async function readFindings(db: Db, scope: JiraScope): Promise<JiraFindings | undefined> {
  const saved = await findCursor(db, scope.connectionId, findingsStream(scope))
  return saved?.watermark === undefined ? undefined : Findings.safeParse(JSON.parse(saved.watermark)).data
}

/** Begins an import: its row, its run and its job in one transaction, or at once its end where Jira is not connected. */
export async function beginJiraImport(ctx: AppContext, request: JiraImportRequest, priority: Priority): Promise<StoredImport> {
  const store = await ctx.store()
  const at = ctx.clock.now()
  const publicId = ctx.random.id()
  const scope = `jira:${request.jiraProject}`
  const window = { from: new Date(at.getTime() - request.lookbackDays * DAY_MS), to: at }
  const begun = { publicId, provider: 'jira', scope, dimension: 'feedback', input: toJsonObject(request), window, at }
  if (!(await ctx.connections.effective('jira'))) {
    const row = await startImport(store.db, begun)
    return concludeJiraImport(ctx, row, { refusals: [jiraRefusalOf('jira-not-configured')], requests: 0, state: 'done' })
  }
  return store.transaction(async (db) => {
    const run = await startRun(db, { kind: JIRA_IMPORT_RUN, connectionId: CONNECTION, scope, input: toJsonObject(request), at })
    const row = await startImport(db, { ...begun, runId: run.id })
    const payload = toJsonObject({ importId: publicId, priority } satisfies z.output<typeof JiraImportJob>)
    // One reading of a project at a time: two would read the same pages.
    const keys = { connectionId: CONNECTION, serialKey: `jira-import:${request.jiraProject}`, dedupeKey: `${JIRA_IMPORT_JOB}:${publicId}` }
    await enqueueJob(db, { kind: JIRA_IMPORT_JOB, version: 1, payload, priority, runId: run.id, ...keys }, at)
    return row
  })
}

/** Kinds that were never read, with what this import found out about the reason. */
function withReason(facts: JiraFacts, [refusal]: readonly Refusal[]): JiraFacts {
  if (!refusal) return facts
  const entries = Object.entries(facts).map(([kind, one]: [string, Collected<unknown>]) => [
    kind,
    one.state === 'absent' && one.reason === 'not-collected' ? { state: 'absent', reason: refusal.absence } : one,
  ])
  return Object.fromEntries(entries) as unknown as JiraFacts
}

const MAP_GAP = {
  code: 'jira-map-to-unavailable',
  title: 'Issues were not turned into artifacts',
  recommendation:
    'An import measures issues and makes no artifacts of them. Road items come from issues by katalyst roadmap:import --source jira, which gives each the next free number; a user story or capability is created as a file, and gets its issue by katalyst jira:sync.',
  severity: 'low',
} as const

async function figuresOf(ctx: AppContext, row: StoredImport, projectId: string | undefined, refusals: readonly Refusal[]) {
  const { db } = await ctx.store()
  const request = JiraImportRequest.parse(row.input)
  const scope = projectId === undefined ? undefined : jiraScopeOf(projectId, request)
  const facts = withReason(scope ? await readJiraFacts(db, scope) : NO_JIRA_FACTS, refusals)
  const findings = scope && (await readFindings(db, scope))
  const settings: JiraSettings = {
    sprintCount: request.sprintCount,
    boardId: request.boardId ?? null,
    estimateFieldIds: findings?.estimateFieldIds ?? [],
    timeZone: findings?.timeZone ?? DEFAULT_JIRA_SETTINGS.timeZone,
  }
  const measured = measureJira(facts, row.window, settings, request.dataTypes)
  const mapped = request.mapTo === undefined ? [] : [MAP_GAP]
  const gaps = new Map([...refusals.map(({ gap }) => gap), ...mapped, ...measured.gaps].map((gap) => [gap.code, gap]))
  const said = [...refusals.map(({ gap }) => gap), ...mapped].map(({ title, recommendation }) => `${title}. ${recommendation}`)
  const figures: DimensionMetrics = { ...measured, gaps: [...gaps.values()], explanation: [...said, ...measured.explanation] }
  const baseUrl = (await ctx.connections.effective('jira'))?.baseUrl
  const url = baseUrl === undefined ? {} : { url: `${baseUrl.replace(/\/+$/, '')}/browse/${request.jiraProject}` }
  const score = scoreDimension('feedback', [{ source: 'jira', metrics: figures.metrics, at: ctx.clock.now(), ...url }])
  const imported = facts.issues.state === 'present' ? facts.issues.items.length : 0
  return { ...toResult(figures, score, { imported, refusal: refusals[0]?.gap.code }), gaps: figures.gaps, score }
}

export interface JiraImportConclusion {
  /** Jira's id of the project; undefined where it could not be found out this time. */
  readonly projectId?: string | undefined
  readonly refusals: readonly Refusal[]
  readonly requests: number
  readonly state: Exclude<ImportState, 'running'>
}

/** Ends an import with the figures of what is stored by now; of two who do, the first counts. Returns it as it is then. */
export async function concludeJiraImport(ctx: AppContext, row: StoredImport, conclusion: JiraImportConclusion): Promise<StoredImport> {
  const store = await ctx.store()
  const { projectId, refusals, requests, state } = conclusion
  const { jiraProject } = JiraImportRequest.parse(row.input)
  const known = projectId ?? (await findCursor(store.db, CONNECTION, projectStream(jiraProject)))?.watermark
  const { result, metrics, gaps, score } = await figuresOf(ctx, row, known, refusals)
  await store.transaction(async (db) => {
    await finishImport(db, row.id, { state, result, metrics, gaps, scores: score, requests, at: ctx.clock.now() })
  })
  return (await findImport(store.db, row.publicId)) ?? row
}
