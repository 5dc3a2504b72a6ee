import { z } from 'zod'
import { isConnectionFault } from '../../integrations/engine/breaker.ts'
import { PUSH_STATUSES, type PushResult } from '../../integrations/engine/push.ts'
import { isLimited } from '../../integrations/engine/retry.ts'
import { AppError, type ErrorCode, toAppError } from '../../integrations/kernel/errors.ts'
import { findArtifact } from '../../integrations/store/artifacts.ts'
import { toJson, toJsonObject } from '../../integrations/store/json.ts'
import { recordRunItem } from '../../integrations/store/run-events.ts'
import { findRun, type Run, updateRunProgress } from '../../integrations/store/runs.ts'
import { toDecisions, withInbound } from '../answers/push-answer.ts'
import type { AppContext } from '../context.ts'
import { openJiraExport, refusedResult, SYNC_DIRECTIONS, SYNCED_KINDS } from '../steps/jira/export.ts'
import { type SyncedItem, syncStoredArtifact } from '../steps/jira/sync-item.ts'
import { makeUseCase } from '../use-case.ts'

const Input = z.object({
  runId: z.number().int(),
  scope: z.string(),
  source: z.string(),
  artifactId: z.string(),
  artifactKind: z.enum(SYNCED_KINDS).default('road-item'),
  fileUrl: z.string().optional(),
})
type Input = z.output<typeof Input>

/** The run this job belongs to. */
async function runOf(ctx: AppContext, { runId }: Input): Promise<Run> {
  const run = await findRun((await ctx.store()).db, runId)
  if (!run) throw new AppError('not-found', `Run ${runId} is gone; there is nothing to export for it.`)
  return run
}

/** The export this job belongs to, opened by whoever of its jobs comes first in this process. */
async function exportOf(ctx: AppContext, run: Run, { source, artifactKind: kind }: Input) {
  const { db } = await ctx.store()
  const parsed = ctx.providers.jira.parseConfig(run.input.config, `run ${run.id}`)
  if (parsed.kind === 'problems') throw new AppError('config-invalid', parsed.problems.join('\n'))
  const open = () => openJiraExport(ctx.providers.jira, { dryRun: false, config: parsed.config, source, kind, db })
  return { opened: await ctx.jiraExports.get(run.id, open), force: run.input.force === true, recreate: run.input.recreate === true }
}

/** Of a cancelled run: its jobs that were already taken, or come back, write nothing more. */
const skippedResult = ({ artifactId, artifactKind }: Input): PushResult => ({
  artifactId,
  artifactKind,
  status: 'skipped',
  changes: [],
  code: 'cancelled',
  reason: 'The run was cancelled before it was reached.',
})

/** Codes that say nothing about the artifact: "later", a stop, a job somebody else has, a provider that is away or refuses the credential. */
const isNotTheArtifacts = (code: ErrorCode) => isLimited(code) || isConnectionFault(code) || code === 'cancelled' || code === 'lease-lost'

async function push(ctx: AppContext, input: Input): Promise<SyncedItem> {
  const store = await ctx.store()
  const run = await runOf(ctx, input)
  if (run.cancelRequestedAt) return { result: skippedResult(input) }
  const { opened, force, recreate } = await exportOf(ctx, run, input)
  const stored = await findArtifact(store.db, { scope: input.scope, artifactId: input.artifactId, kind: input.artifactKind })
  if (!stored || stored.removedAt)
    return { result: refusedResult(input.artifactId, input.artifactKind, 'It was removed before it was exported.') }
  const direction = SYNC_DIRECTIONS.find((one) => one === run.input.direction) ?? 'export'
  const { source, fileUrl, runId } = input
  const synced = await syncStoredArtifact(ctx, opened, { stored, source, fileUrl, direction, runId, force, recreate })
  await updateRunProgress(store.db, runId, { requests: opened.takeRequests(), at: ctx.clock.now() })
  return synced
}

/** What the run record keeps of an artifact. */
function toRecord({ result, inbound }: SyncedItem) {
  const { ref, status, changes, decisions, code, reason } = result
  const bare = { status, changes, ...(reason ? { reason } : {}), ...(code ? { code } : {}) }
  const said = inbound ? withInbound(bare, inbound) : bare
  const data = toJsonObject({
    jiraKey: ref?.key ?? null,
    jiraUrl: ref?.url ?? null,
    changes: toJson(changes),
    ...(decisions ? { decisions: toDecisions(decisions).map(toJson) } : {}),
    ...(inbound ? { inbound: toJson(inbound) } : {}),
    ...(said.reason ? { reason: said.reason } : {}),
    ...(code ? { code } : {}),
  })
  return { status: said.status, code, message: said.reason, data }
}

/** One outgoing write of an export: brings the issue of one road item into step and records what became of it. */
export const pushJiraArtifact = makeUseCase({
  name: 'push-jira-artifact',
  summary: 'Brings the issue of one road item into step.',
  access: 'internal',
  input: Input,
  output: z.object({ status: z.enum(PUSH_STATUSES) }),
  async run(ctx, input) {
    const synced = await push(ctx, input).catch((thrown: unknown): SyncedItem => {
      const error = toAppError(thrown)
      // These are the job's to decide; everything else is this artifact's result, and the others go on.
      if (isNotTheArtifacts(error.code)) throw error
      ctx.log.warn({ err: error, run: input.runId, artifact: input.artifactId }, 'artifact not exported')
      const { code, message: reason } = error
      return { result: { artifactId: input.artifactId, artifactKind: input.artifactKind, status: 'failed', changes: [], code, reason } }
    })
    const store = await ctx.store()
    const at = ctx.clock.now()
    const { runId, artifactId } = input
    const record = toRecord(synced)
    await store.transaction(async (db) => {
      const isFirst = await recordRunItem(db, { runId, at, artifactId, ...record })
      await updateRunProgress(db, runId, { done: isFirst ? 1 : 0, at })
    })
    return { status: record.status }
  },
})
