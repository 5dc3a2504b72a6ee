import { z } from 'zod'
import { pull } from '../../integrations/engine/pull.ts'
import type { OpenRun } from '../../integrations/engine/runs.ts'
import type { JiraFactBatch } from '../../integrations/foe/jira/jira-fact-batch.ts'
import type { JiraFactKind } from '../../integrations/foe/jira/jira-facts.ts'
import { findCursor } from '../../integrations/store/cursors.ts'
import type { StoredImport } from '../../integrations/store/imports.ts'
import {
  applyJiraFacts,
  forgetHistories,
  type JiraScope,
  listStaleHistories,
  listUnknownStatuses,
  listUnseenIssues,
} from '../../integrations/store/jira-facts.ts'
import type { AppContext } from '../context.ts'
import { ImportReadAnswer, runImport } from '../steps/imports/import-reading.ts'
import {
  concludeJiraImport,
  type JiraImportConclusion,
  JiraImportJob,
  JiraImportRequest,
  jiraKindsOf,
  jiraScopeOf,
  readFindings,
  rememberProject,
  saveFindings,
} from '../steps/imports/jira-import.ts'
import { jiraRefusalOfError } from '../steps/imports/jira-refusal.ts'
import { makeUseCase } from '../use-case.ts'

type Imports = AppContext['providers']['jira']['imports']
type Reads = ReturnType<Imports['open']>
type Place = Awaited<ReturnType<Imports['openPlace']>>

const Input = JiraImportJob.extend({ attempt: z.number().int().default(1) })
type Input = z.output<typeof Input>

/** Boards, versions, issues, histories, statuses, what was not met. */
const PHASES = 6

/** An import while it is read. */
interface Reading {
  readonly ctx: AppContext
  readonly run: OpenRun
  readonly row: StoredImport
  readonly request: JiraImportRequest
  readonly needs: ReadonlySet<JiraFactKind>
  readonly reads: Reads
  readonly place: Place
  readonly scope: JiraScope
}

async function apply({ ctx, scope }: Reading, batch: JiraFactBatch): Promise<void> {
  await (await ctx.store()).transaction((db) => applyJiraFacts(db, scope, batch, ctx.clock.now()))
}

/** The board with its sprints, what else the site calls an estimate, and from when on issues have to be read. */
async function readAround(reading: Reading): Promise<Reading & { readonly from: Date; readonly sprintIds: readonly string[] }> {
  const { ctx, run, row, request, needs, reads, place } = reading
  const { imports } = ctx.providers.jira
  await run.advance({ phase: 'boards and sprints' })
  const board = needs.has('boards') ? await imports.readBoards(reads, place, request.boardId ?? null) : undefined
  if (board) await apply(reading, board.batch)
  await run.advance({ done: 1, phase: 'versions' })
  if (needs.has('versions')) await apply(reading, await imports.readVersions(reads, place))
  await run.advance({ done: 1 })
  const measured = imports.sprintsToMeasure(board?.sprints ?? [], request.sprintCount, row.window.to)
  const estimates = [...new Set([...(board?.estimateFieldId ? [board.estimateFieldId] : []), ...place.fieldIds.estimates])]
  return {
    ...reading,
    place: { ...place, fieldIds: { ...place.fieldIds, estimates } },
    from: new Date(Math.min(row.window.from.getTime(), measured.from?.getTime() ?? Number.POSITIVE_INFINITY)),
    sprintIds: measured.ids,
  }
}

/** Where another field holds estimates than the last time, histories are read again: they were kept without it. */
async function noteFindings({ ctx, scope, place, needs }: Reading): Promise<void> {
  const { db } = await ctx.store()
  const before = await readFindings(db, scope)
  if (!needs.has('boards')) return
  const { estimates } = place.fieldIds
  if (before && estimates.some((id) => !before.estimateFieldIds.includes(id))) await forgetHistories(db, scope)
  await saveFindings(db, scope, { estimateFieldIds: [...estimates], timeZone: place.timeZone ?? before?.timeZone ?? null }, ctx.clock.now())
}

/** Reads the issues page by page; where the scan read everything, asks about stored ones that it did not meet. */
async function readIssues(reading: Awaited<ReturnType<typeof readAround>>): Promise<void> {
  const { ctx, run, request, reads, place, scope, from, sprintIds } = reading
  const { imports } = ctx.providers.jira
  const store = await ctx.store()
  const { connectionId, projectId } = scope
  const stream = `${projectId}:issues`
  const startedAt = ctx.clock.now()
  const wanted = { projectId: place.projectId, filter: request.jqlFilter, from, sprintIds }
  const saved = await findCursor(store.db, connectionId, stream)
  const isWhole = imports.isWholeScan(saved?.watermark, place, wanted, startedAt)
  // A scan that goes on where another process stopped has met the earlier pages already.
  const since = saved?.cursor === undefined ? startedAt : undefined
  await pull({
    store,
    clock: ctx.clock,
    signal: run.signal,
    connectionId,
    stream,
    fetchPage: (position) => imports.readIssuePage(reads, place, wanted, position, startedAt),
    async apply(db, batches) {
      for (const batch of batches) await applyJiraFacts(db, scope, batch, ctx.clock.now())
    },
    onPage: ({ pages }) => run.advance({ phase: `issues, page ${pages}` }),
  })
  await run.advance({ done: 1, phase: 'issues no longer met' })
  if (!isWhole || since === undefined) return
  // A whole scan meets whatever is open, was touched, or was in a sprint that counts: of what it did not meet, Jira is asked.
  const bears = ({ statusCategory, updatedAt, sprintIds: ids }: (typeof unmet)[number]) =>
    statusCategory !== 'done' || updatedAt >= from || ids.some((id) => sprintIds.includes(id))
  const unmet = await listUnseenIssues(store.db, scope, since)
  const suspects = unmet.filter(bears).map(({ id }) => id)
  for (let at = 0; at < suspects.length; at += imports.issuesAtOnce) {
    await apply(reading, await imports.readUnseen(reads, place, suspects.slice(at, at + imports.issuesAtOnce)))
    await run.advance({})
  }
}

/** Histories of the issues that changed, then statuses where the histories name one that nobody has seen yet. */
async function readHistories(reading: Reading): Promise<void> {
  const { ctx, run, needs, reads, place, scope } = reading
  const { imports } = ctx.providers.jira
  const { db } = await ctx.store()
  await run.advance({ done: 1, phase: 'histories' })
  if (!needs.has('changes')) return
  for (;;) {
    const stale = reads.edition === 'cloud' ? await listStaleHistories(db, scope, imports.historiesAtOnce) : []
    if (stale.length === 0) break
    await apply(reading, await imports.readHistories(reads, place, stale))
    await run.advance({ phase: 'histories' })
  }
  await run.advance({ done: 1, phase: 'statuses' })
  const isUnknown = (await listUnknownStatuses(db, scope)).length > 0
  await apply(reading, isUnknown ? await imports.readStatuses(reads) : { lists: { changes: [], statuses: [] } })
}

async function readEverything(reading: Reading): Promise<void> {
  await reading.run.advance({ total: PHASES, phase: 'beginning' })
  const around = await readAround(reading)
  await noteFindings(around)
  if (!around.needs.has('issues')) return
  await readIssues(around)
  await readHistories(around)
}

type ProjectPlace = Pick<JiraImportConclusion, 'projectId'>

async function readAll(ctx: AppContext, row: StoredImport, run: OpenRun, { priority }: Input) {
  const { jira } = ctx.providers
  const request = JiraImportRequest.parse(row.input)
  let projectId: string | undefined
  try {
    // Nothing but reads leave: an import cannot change anything in Jira, whatever becomes of this file.
    const { context, baseUrl, edition } = await jira.connect({ dryRun: true, priority, onExchange: run.countRequest })
    const reads = jira.imports.open(context, baseUrl, edition)
    const needs = jiraKindsOf(request.dataTypes)
    const place = await jira.imports.openPlace(reads, request.jiraProject, needs)
    projectId = place.projectId
    await rememberProject((await ctx.store()).db, request.jiraProject, projectId, ctx.clock.now())
    await readEverything({ ctx, run, row, request, needs, reads, place, scope: jiraScopeOf(projectId, request) })
    return { place: { projectId }, obstacles: [] }
  } catch (error) {
    const refusal = run.signal.aborted ? undefined : jiraRefusalOfError(error)
    if (!refusal) throw error
    return { place: { projectId }, obstacles: [{ refusal, error }] }
  }
}

/** Does the reading of an import and ends it, as `runImport` says. */
export const runJiraImport = makeUseCase({
  name: 'run-jira-import',
  summary: "Reads a project's issues, histories, boards and versions from Jira, page by page, and computes the figures.",
  access: 'internal',
  input: Input,
  output: ImportReadAnswer,
  run: (ctx, input) =>
    runImport(ctx, input, {
      provider: 'Jira',
      placeOf: (): ProjectPlace => ({}),
      read: (row, run) => readAll(ctx, row, run, input),
      conclude: (row, conclusion) => concludeJiraImport(ctx, row, conclusion),
    }),
})
