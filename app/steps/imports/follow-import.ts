// Waiting for an import whose reading is done by a job, in whichever process: shows how far it is, and ends the wait when the
// reading cannot go on without a person or for longer than anybody waits.
import { cancelRun, settleRun } from '../../../integrations/engine/run-end.ts'
import { estimateSecondsLeft } from '../../../integrations/engine/runs.ts'
import { toAppError } from '../../../integrations/kernel/errors.ts'
import { listBudgets } from '../../../integrations/store/budgets.ts'
import { findImport, type StoredImport } from '../../../integrations/store/imports.ts'
import { findRun, type Run } from '../../../integrations/store/runs.ts'
import type { AppContext } from '../../context.ts'
import { concludeConfluenceImport } from './confluence-import.ts'
import { confluenceRefusalOfError } from './confluence-refusal.ts'
import { concludeImport } from './github-import.ts'
import { type Refusal, refusalOfError } from './import-refusal.ts'
import { concludeJiraImport } from './jira-import.ts'
import { jiraRefusalOfError } from './jira-refusal.ts'

/** How often the progress is looked at while it is waited for. */
const LOOK_EVERY_MS = 200
const SCOPES = ['core', 'graphql']

interface Conclusion {
  readonly refusals: readonly Refusal[]
  readonly requests: number
  readonly state: 'done' | 'failed' | 'cancelled'
}

/** How an import of each provider ends when its own job does not end it. */
const ENDINGS: Readonly<
  Record<
    string,
    {
      readonly refusalOf: (error: unknown) => Refusal | undefined
      readonly conclude: (ctx: AppContext, row: StoredImport, conclusion: Conclusion) => Promise<StoredImport>
    }
  >
> = {
  github: {
    refusalOf: refusalOfError,
    conclude: (ctx, row, conclusion) => concludeImport(ctx, row, { ...conclusion, repositoryId: repositoryIdOf(row) }),
  },
  jira: { refusalOf: jiraRefusalOfError, conclude: concludeJiraImport },
  confluence: { refusalOf: confluenceRefusalOfError, conclude: concludeConfluenceImport },
}

/** Requests so far, what is left of the provider's budgets, and how long it will take yet. */
async function noteOf(ctx: AppContext, run: Run): Promise<string> {
  const { db } = await ctx.store()
  const budgets = run.connectionId === undefined ? [] : await listBudgets(db, { connectionId: run.connectionId })
  const left = budgets.flatMap(({ scope, remaining }) =>
    SCOPES.includes(scope) && remaining !== undefined ? [`${scope} ${remaining}`] : [],
  )
  const seconds = estimateSecondsLeft(run, ctx.clock.now())
  return [
    `${run.requests} requests`,
    ...(left.length > 0 ? [`left: ${left.join(', ')}`] : []),
    ...(seconds === undefined ? [] : [seconds < 90 ? `about ${seconds} s more` : `about ${Math.round(seconds / 60)} min more`]),
  ].join('; ')
}

async function showProgress(ctx: AppContext, row: StoredImport, runId: number): Promise<void> {
  const run = await findRun((await ctx.store()).db, runId)
  if (!run) return
  // A phase is told once where progress is lines; the page in it is news only where it is a bar.
  const [stream, page] = run.phase?.split(', ') ?? []
  const phase = [row.repository ?? row.scope, row.dimension, stream].filter(Boolean).join(' ')
  const note = [page, await noteOf(ctx, run)].filter(Boolean).join('; ')
  ctx.progress({ phase, done: run.done, note, ...(run.total === undefined ? {} : { total: run.total }) })
}

/**
 * Waits until an import has ended, and returns it. Where its connection waits for a person, the import ends here with what was
 * stored before and says so.
 */
export async function followImport(ctx: AppContext, row: StoredImport): Promise<StoredImport> {
  const store = await ctx.store()
  const { runId } = row
  if (row.state !== 'running' || runId === undefined) return row
  let ended = false
  const drained = (await ctx.worker()).drain(runId).finally(() => {
    ended = true
  })
  // It may fail before it is first waited for; the wait below says so.
  drained.catch(() => {})
  while (!ended) {
    await showProgress(ctx, row, runId)
    const pause = new AbortController()
    await Promise.race([drained.catch(() => {}), ctx.clock.sleep(LOOK_EVERY_MS, pause.signal).catch(() => {})])
    pause.abort()
  }
  try {
    await drained
  } catch (error) {
    const ending = ENDINGS[row.provider]
    const refusal = ending?.refusalOf(error)
    if (!ending || !refusal || toAppError(error).code === 'cancelled') throw error
    await ending.conclude(ctx, row, { refusals: [refusal], requests: 0, state: 'done' })
    await cancelRun({ store, clock: ctx.clock }, runId)
  }
  await settleRun({ store, clock: ctx.clock }, runId)
  return settleImport(ctx, (await findImport(store.db, row.publicId)) ?? row)
}

/** The repository an import was about, where its scope says so. */
export function repositoryIdOf({ scope }: StoredImport): number | undefined {
  const id = /^repository:(\d+)$/.exec(scope)?.[1]
  return id === undefined ? undefined : Number(id)
}

/** Ends an import whose run has ended without it: its job died of a fault of ours, or the run was cancelled before it began. */
export async function settleImport(ctx: AppContext, row: StoredImport): Promise<StoredImport> {
  if (row.state !== 'running' || row.runId === undefined) return row
  const run = await findRun((await ctx.store()).db, row.runId)
  if (!run || run.state === 'running') return row
  const state = run.state === 'cancelled' ? 'cancelled' : 'failed'
  return (await ENDINGS[row.provider]?.conclude(ctx, row, { refusals: [], requests: run.requests, state })) ?? row
}
