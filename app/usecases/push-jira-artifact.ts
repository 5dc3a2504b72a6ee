import { z } from 'zod'
import { isConnectionFault } from '../../integrations/engine/breaker.ts'
import { PUSH_STATUSES, type PushResult } from '../../integrations/engine/push.ts'
import { isLimited } from '../../integrations/engine/retry.ts'
import { AppError, type ErrorCode, toAppError } from '../../integrations/kernel/errors.ts'
import { findArtifact } from '../../integrations/store/artifacts.ts'
import { toJson, toJsonObject } from '../../integrations/store/json.ts'
import { recordRunItem } from '../../integrations/store/run-events.ts'
import { findRun, type Run, updateRunProgress } from '../../integrations/store/runs.ts'
import type { AppContext } from '../context.ts'
import { loadGovernance } from '../governance-core.ts'
import { exportRoadItem, openJiraExport, refusedResult } from '../jira-export.ts'
import { toDecisions } from '../push-answer.ts'
import { makeUseCase } from '../use-case.ts'

const Input = z.object({
  runId: z.number().int(),
  scope: z.string(),
  source: z.string(),
  artifactId: z.string(),
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
async function exportOf(ctx: AppContext, run: Run, source: string) {
  const { db } = await ctx.store()
  const parsed = ctx.providers.jira.parseConfig(run.input.config, `run ${run.id}`)
  if (parsed.kind === 'problems') throw new AppError('config-invalid', parsed.problems.join('\n'))
  const open = () => openJiraExport(ctx.providers.jira, { dryRun: false, config: parsed.config, source, db })
  return { opened: await ctx.jiraExports.get(run.id, open), force: run.input.force === true }
}

/** Of a cancelled run: its jobs that were already taken, or come back, write nothing more. */
const skippedResult = (artifactId: string): PushResult => ({
  artifactId,
  artifactKind: 'road-item',
  status: 'skipped',
  changes: [],
  code: 'cancelled',
  reason: 'The run was cancelled before it was reached.',
})

/** Codes that say nothing about the artifact: "later", a stop, a job somebody else has, a provider that is away or refuses the credential. */
const isNotTheArtifacts = (code: ErrorCode) => isLimited(code) || isConnectionFault(code) || code === 'cancelled' || code === 'lease-lost'

async function push(ctx: AppContext, input: Input): Promise<PushResult> {
  const store = await ctx.store()
  const run = await runOf(ctx, input)
  if (run.cancelRequestedAt) return skippedResult(input.artifactId)
  const { opened, force } = await exportOf(ctx, run, input.source)
  const stored = await findArtifact(store.db, { scope: input.scope, artifactId: input.artifactId, kind: 'road-item' })
  if (!stored || stored.removedAt) return refusedResult(input.artifactId, 'It was removed before it was exported.')
  const { parseArtifact } = await loadGovernance()
  const { artifact } = parseArtifact(stored.file, stored.text)
  if (artifact?.kind !== 'road-item') return refusedResult(input.artifactId, `${stored.file} can no longer be read as a road item.`)
  const { clock, random, signal } = ctx
  const context = { store, clock, random, signal, dryRun: false, force, runId: input.runId }
  const result = await exportRoadItem(context, opened, artifact, { ...input, changedAt: stored.changedAt })
  await updateRunProgress(store.db, input.runId, { requests: opened.takeRequests(), at: clock.now() })
  return result
}

/** One outgoing write of an export: brings the issue of one road item into step and records what became of it. */
export const pushJiraArtifact = makeUseCase({
  name: 'push-jira-artifact',
  summary: 'Brings the issue of one road item into step.',
  access: 'internal',
  input: Input,
  output: z.object({ status: z.enum(PUSH_STATUSES) }),
  async run(ctx, input) {
    const result = await push(ctx, input).catch((thrown: unknown): PushResult => {
      const error = toAppError(thrown)
      // These are the job's to decide; everything else is this artifact's result, and the others go on.
      if (isNotTheArtifacts(error.code)) throw error
      ctx.log.warn({ err: error, run: input.runId, artifact: input.artifactId }, 'artifact not exported')
      return {
        artifactId: input.artifactId,
        artifactKind: 'road-item',
        status: 'failed',
        changes: [],
        code: error.code,
        reason: error.message,
      }
    })
    const store = await ctx.store()
    const at = ctx.clock.now()
    const { runId, artifactId } = input
    const { status, code, reason } = result
    const data = toJsonObject({
      jiraKey: result.ref?.key ?? null,
      jiraUrl: result.ref?.url ?? null,
      changes: toJson(result.changes),
      ...(result.decisions ? { decisions: toDecisions(result.decisions).map(toJson) } : {}),
      ...(reason ? { reason } : {}),
      ...(code ? { code } : {}),
    })
    await store.transaction(async (db) => {
      const isFirst = await recordRunItem(db, { runId, at, artifactId, status, code, message: reason, data })
      await updateRunProgress(db, runId, { done: isFirst ? 1 : 0, at })
    })
    return { status: result.status }
  },
})
