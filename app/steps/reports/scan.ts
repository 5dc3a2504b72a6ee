// A scan: an FOE report from named imports, or from the newest evidence there is. Building one asks no provider, so it is there at
// once; where imports it names still run, it is built again when they have ended.
import { z } from 'zod'
import { enqueueJob } from '../../../integrations/engine/jobs.ts'
import { DIMENSIONS, type Dimension } from '../../../integrations/foe/measure.ts'
import { buildReport } from '../../../integrations/foe/report/build-report.ts'
import { maturityOf } from '../../../integrations/foe/score/overall.ts'
import { scoreDimensions } from '../../../integrations/foe/score/score-dimension.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'
import type { Db } from '../../../integrations/store/db.ts'
import { findEvidence } from '../../../integrations/store/evidence.ts'
import { repositoryKeyOf, saveEvidenceScopes } from '../../../integrations/store/evidence-scopes.ts'
import type { JsonObject } from '../../../integrations/store/json.ts'
import { type StoredReport, saveReport } from '../../../integrations/store/reports.ts'
import { findRepository } from '../../../integrations/store/repositories.ts'
import type { AppContext } from '../../context.ts'
import { HAND_OVER_JOB, KATALYST_CONNECTION } from '../../hand-over.ts'
import { readVersion } from '../../package-root.ts'
import { readEvidence, readGovernanceEvidence, toEvidenceSet } from '../imports/evidence.ts'
import type { RepositoryAddress } from '../repository-address.ts'

/** The job that builds a report again when the imports it names have ended. */
export const FINISH_SCAN_JOB = 'scan.finish'
const LOOK_AGAIN_MS = 2_000

const Named = z.strictObject({ importId: z.string().min(1).max(100) })

/** Imports a scan names, as Katalyst does (katalyst.md 5.6). */
export const Enrichment = z.strictObject({
  jira: Named.optional(),
  confluence: Named.optional(),
  github: z.strictObject({ feedback: Named.optional(), understanding: Named.optional(), confidence: Named.optional() }).optional(),
})
export type Enrichment = z.output<typeof Enrichment>

interface NamedImport {
  readonly path: string
  readonly importId: string
  readonly provider: string
  readonly dimension?: Dimension
}

function namedImports({ jira, confluence, github }: Enrichment): readonly NamedImport[] {
  return [
    ...(jira ? [{ path: 'enrichment.jira.importId', importId: jira.importId, provider: 'jira' }] : []),
    ...(confluence ? [{ path: 'enrichment.confluence.importId', importId: confluence.importId, provider: 'confluence' }] : []),
    ...DIMENSIONS.flatMap((dimension) => {
      const named = github?.[dimension]
      return named ? [{ path: `enrichment.github.${dimension}.importId`, importId: named.importId, provider: 'github', dimension }] : []
    }),
  ]
}

type FoundImport = Awaited<ReturnType<typeof findEvidence>>[number]

/** @throws AppError `not-found` naming the import, `bad-request` for one of another provider or dimension */
async function findNamed(ctx: AppContext, enrichment: Enrichment): Promise<readonly FoundImport[]> {
  const { db } = await ctx.store()
  const named = namedImports(enrichment)
  const found = new Map(
    (
      await findEvidence(
        db,
        named.map(({ importId }) => importId),
      )
    ).map((row) => [row.publicId, row]),
  )
  return named.map(({ path, importId, provider, dimension }) => {
    const row = found.get(importId)
    if (!row) throw new AppError('not-found', `There is no import ${importId} (${path}).`, { details: { path, importId } })
    if (row.provider === provider && (dimension === undefined || row.dimension === dimension)) return row
    const expected = [provider, dimension].filter(Boolean).join(' ')
    const received = [row.provider, row.dimension].filter(Boolean).join(' ')
    throw new AppError('bad-request', `The input is not valid: ${path}: expected an import of ${expected}, found one of ${received}.`, {
      details: { issues: [{ path, expected: `an import of ${expected}`, received: `an import of ${received}` }] },
    })
  })
}

/** What about the imports a reader of the report has to know. */
const notesOf = (imports: readonly FoundImport[], { name }: RepositoryAddress): string[] => [
  ...imports.flatMap(({ publicId, repository }) =>
    repository !== undefined && repositoryKeyOf(repository) !== repositoryKeyOf(name)
      ? [`The import ${publicId} is about ${repository}, not about ${name}.`]
      : [],
  ),
  ...imports.flatMap(({ publicId, state }) =>
    state === 'done'
      ? []
      : [`The import ${publicId} is ${state === 'running' ? 'still running' : state}; its figures are what there is so far.`],
  ),
]

export interface ScanRequest {
  readonly id: string
  readonly address: RepositoryAddress
  /** Nothing: the newest evidence of the repository. */
  readonly enrichment: Enrichment | undefined
  readonly startedAt: Date
}

async function evidenceFor(ctx: AppContext, { address, enrichment }: ScanRequest) {
  if (!enrichment || namedImports(enrichment).length === 0) {
    const { imports, sets } = await readEvidence(ctx, address.name)
    return { imports: imports.map((row) => ({ ...row, state: 'done' })), sets }
  }
  const { db } = await ctx.store()
  const imports = await findNamed(ctx, enrichment)
  const governance = await readGovernanceEvidence(db, await findRepository(db, { fullName: address.name }), ctx.config.GITHUB_SERVER_URL)
  return { imports, sets: [...imports.flatMap((row) => toEvidenceSet(ctx.config.PUBLIC_URL, row)), ...governance] }
}

/** What follows from a report that was built, in its transaction: looking again, or handing it over. */
async function enqueueFollowUp(ctx: AppContext, db: Db, id: string, running: boolean, now: Date): Promise<void> {
  if (running) {
    const runAt = new Date(now.getTime() + LOOK_AGAIN_MS)
    const key = `${FINISH_SCAN_JOB}:${id}`
    await enqueueJob(db, { kind: FINISH_SCAN_JOB, payload: { scanId: id }, dedupeKey: key, runAt, priority: 'poll' }, now)
  } else if (ctx.config.KATALYST_URL) {
    const keys = { dedupeKey: `${HAND_OVER_JOB}:${id}`, connectionId: KATALYST_CONNECTION }
    await enqueueJob(db, { kind: HAND_OVER_JOB, payload: { reportId: id }, priority: 'poll', ...keys }, now)
  }
}

/**
 * Builds the report of a scan and keeps it, with what follows from it: the job that builds it again while imports run, or the one that
 * hands it to Katalyst.
 * @throws AppError `not-found` naming an unknown import; `bad-request` for one of another kind
 */
export async function buildScan(
  ctx: AppContext,
  request: ScanRequest,
): Promise<{ readonly report: StoredReport; readonly running: boolean }> {
  const { id, address, enrichment, startedAt } = request
  const { imports, sets } = await evidenceFor(ctx, request)
  const scores = scoreDimensions(sets)
  const now = ctx.clock.now()
  const built = buildReport({
    id,
    repository: address.name,
    repositoryUrl: address.url,
    scanDate: startedAt,
    scanDuration: Math.max(0, now.getTime() - startedAt.getTime()),
    scannerVersion: `katalyst-integrations/${readVersion()}`,
    evidence: sets,
    scores,
    notes: notesOf(imports, address),
  })
  const running = imports.some(({ state }) => state === 'running')
  const used = imports.map(({ publicId: importId, provider, dimension, scope, updatedAt }) => ({
    importId,
    provider,
    dimension,
    scope,
    updatedAt,
  }))
  const store = await ctx.store()
  const report = await store.transaction(async (db) => {
    const kept = await saveReport(db, {
      publicId: id,
      repository: address.name,
      repositoryUrl: address.url,
      imports: { named: enrichment ?? null, used },
      body: built,
      scores,
      overall: built.overallScore,
      maturity: maturityOf(built.overallScore),
      feedback: scores.feedback.score,
      understanding: scores.understanding.score,
      confidence: scores.confidence.score,
      createdAt: startedAt,
    })
    const elsewhere = imports.filter(({ provider }) => provider !== 'github')
    await saveEvidenceScopes(db, address.name, elsewhere, now)
    await enqueueFollowUp(ctx, db, id, running, now)
    return kept
  })
  return { report, running }
}

/** The request a stored report was built from. */
export function requestOf(report: StoredReport): ScanRequest {
  const named = (report.imports as JsonObject).named
  return {
    id: report.publicId,
    address: { name: report.repository, url: report.repositoryUrl },
    enrichment: named ? Enrichment.parse(named) : undefined,
    startedAt: report.createdAt,
  }
}
