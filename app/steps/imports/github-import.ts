// Imports of GitHub as a whole: how one begins, how it is waited for, and what it ends with. The reading itself is a job
// (`run-github-import`), so that whichever process takes it goes on at the page where another stopped.
import { z } from 'zod'
import { enqueueJob } from '../../../integrations/engine/jobs.ts'
import { PRIORITIES, type Priority } from '../../../integrations/engine/provider.ts'
import type { Window } from '../../../integrations/foe/instants.ts'
import { DIMENSIONS } from '../../../integrations/foe/measure.ts'
import { DEFAULT_SETTINGS, type MetricSettings } from '../../../integrations/foe/settings.ts'
import type { Db } from '../../../integrations/store/db.ts'
import { findImport, finishImport, type ImportState, type StoredImport, startImport } from '../../../integrations/store/imports.ts'
import { toJsonObject } from '../../../integrations/store/json.ts'
import { startRun } from '../../../integrations/store/runs.ts'
import type { AppContext } from '../../context.ts'
import { computeFigures } from './github-figures.ts'
import { AUTH_TYPES, findAccess } from './import-access.ts'
import type { Refusal } from './import-refusal.ts'

export const GITHUB_IMPORT_JOB = 'github.import'
export const GITHUB_IMPORT_RUN = 'github-import'

/** What is asked for, as it is kept with the import. */
export const ImportRequest = z.object({
  owner: z.string(),
  repo: z.string(),
  dimension: z.enum(DIMENSIONS),
  dataTypes: z.array(z.string()).default([]),
  auth: z.enum(AUTH_TYPES).optional(),
  lookbackDays: z.number(),
  workflowName: z.string().optional(),
  branch: z.string().optional(),
})
export type ImportRequest = z.output<typeof ImportRequest>

/** What the job carries. */
export const ImportJob = z.object({
  importId: z.string(),
  auth: z.union([z.object({ type: z.literal('app'), installationId: z.number().int() }), z.object({ type: z.literal('pat') })]),
  priority: z.enum(Object.keys(PRIORITIES) as [Priority, ...Priority[]]),
})
export type ImportJob = z.output<typeof ImportJob>

/** The window of an import that nobody asked to be longer or shorter. */
export const DEFAULT_LOOKBACK_DAYS = 90

const DAY_MS = 86_400_000

export const windowUntil = (to: Date, lookbackDays: number): Window => ({ from: new Date(to.getTime() - lookbackDays * DAY_MS), to })

/** The definitions' numbers, as github-config.json sets them. @throws AppError `config-invalid` with every fault of the file */
export async function readImportSettings(
  ctx: AppContext,
  { workflowName, branch, dimension }: Pick<ImportRequest, 'workflowName' | 'branch' | 'dimension'>,
): Promise<MetricSettings & { readonly gapLabels: readonly string[] }> {
  const config = await ctx.providers.github.readConfig()
  return {
    ...DEFAULT_SETTINGS,
    workflowName: workflowName ?? null,
    // Of confidence the branch is whose protection is meant, and of no figure a filter.
    branch: dimension === 'feedback' ? (branch ?? null) : null,
    gapLabels: config?.documentationGapLabels ?? ['documentation-gap', 'docs-gap', 'missing-docs'],
    ...(config
      ? {
          botLogins: config.botLogins,
          productionPattern: new RegExp(config.deploymentEnvironments, 'i'),
          slaDays: config.sla,
          governancePath: config.governancePath,
          ...(config.testArtifacts ? { testArtifactNames: config.testArtifacts } : {}),
        }
      : {}),
  }
}

/** Whose protection and rules an import is about: empty for the default branch. */
export const branchOf = ({ dimension, branch }: Pick<ImportRequest, 'dimension' | 'branch'>): string =>
  dimension === 'confidence' ? (branch ?? '') : ''

const scopeOf = (repositoryId: number | undefined, { owner, repo }: ImportRequest) =>
  repositoryId === undefined ? `github:${owner}/${repo}`.toLowerCase() : `repository:${repositoryId}`

/** Repositories are read one import at a time: the dimensions share lists, and what one has read the next need not. */
const serialKeyOf = ({ owner, repo }: ImportRequest) => `github-import:${owner}/${repo}`.toLowerCase()

/**
 * Begins an import: its row, its run and its job in one transaction, or at once its end where there is no way to the repository.
 * Waits for nothing.
 */
export async function beginImport(ctx: AppContext, request: ImportRequest, priority: Priority): Promise<StoredImport> {
  const store = await ctx.store()
  // Faults of the configuration are told before anything is begun.
  await readImportSettings(ctx, request)
  const access = await findAccess(ctx, request)
  const at = ctx.clock.now()
  const publicId = ctx.random.id()
  const { owner, repo, dimension } = request
  const scope = scopeOf(access.repositoryId, request)
  const begun = { publicId, provider: 'github', scope, repository: `${owner}/${repo}`, dimension, input: toJsonObject(request) }
  const window = windowUntil(at, request.lookbackDays)
  if (access.kind === 'refused') {
    const row = await startImport(store.db, { ...begun, window, at })
    return concludeImport(ctx, row, { repositoryId: access.repositoryId, refusals: [access.refusal], requests: 0, state: 'done' })
  }
  return store.transaction(async (db) => {
    const { connectionId, auth } = access
    const run = await startRun(db, { kind: GITHUB_IMPORT_RUN, connectionId, scope, input: toJsonObject(request), at })
    const row = await startImport(db, { ...begun, window, runId: run.id, at })
    const payload = toJsonObject({ importId: publicId, auth, priority } satisfies ImportJob)
    const keys = { connectionId, serialKey: serialKeyOf(request), dedupeKey: `${GITHUB_IMPORT_JOB}:${publicId}` }
    await enqueueJob(db, { kind: GITHUB_IMPORT_JOB, version: 1, payload, priority, runId: run.id, ...keys }, at)
    return row
  })
}

export interface ImportConclusion {
  readonly repositoryId: number | undefined
  /** As GitHub spells it now. */
  readonly fullName?: string | undefined
  readonly refusals: readonly Refusal[]
  readonly requests: number
  readonly state: Exclude<ImportState, 'running'>
}

/** What the figures of an import are computed from, besides the facts. */
export async function figuresOf(
  db: Db,
  ctx: AppContext,
  row: StoredImport,
  over: { repositoryId: number | undefined; window: Window; refusals: readonly Refusal[] },
) {
  const request = ImportRequest.parse(row.input)
  const { dimension, dataTypes } = request
  const settings = await readImportSettings(ctx, request)
  const url = row.repository === undefined ? undefined : `${ctx.config.GITHUB_SERVER_URL}/${row.repository}`
  return computeFigures(db, { ...over, dimension, dataTypes, settings, branch: branchOf(request), url, at: ctx.clock.now() })
}

/** Ends an import with the figures of what is stored by now; of two who do, the first counts. Returns it as it is then. */
export async function concludeImport(ctx: AppContext, row: StoredImport, conclusion: ImportConclusion): Promise<StoredImport> {
  const store = await ctx.store()
  const { repositoryId, fullName, refusals, requests, state } = conclusion
  const { result, metrics, gaps, score } = await figuresOf(store.db, ctx, row, { repositoryId, window: row.window, refusals })
  const place = {
    ...(repositoryId === undefined ? {} : { scope: `repository:${repositoryId}` }),
    ...(fullName === undefined ? {} : { repository: fullName }),
  }
  await store.transaction((db) =>
    finishImport(db, row.id, { ...place, state, result, metrics, gaps, scores: score, requests, at: ctx.clock.now() }).then(
      () => undefined,
    ),
  )
  return (await findImport(store.db, row.publicId)) ?? row
}
