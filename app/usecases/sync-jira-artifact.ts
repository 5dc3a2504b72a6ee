import { z } from 'zod'
import { PUSH_STATUSES } from '../../integrations/engine/push.ts'
import { isAppError } from '../../integrations/kernel/errors.ts'
import { findArtifact } from '../../integrations/store/artifacts.ts'
import { toJson, toJsonObject } from '../../integrations/store/json.ts'
import { findLink, type Link } from '../../integrations/store/links.ts'
import { findRepository, type Repository } from '../../integrations/store/repositories.ts'
import { recordRunItem } from '../../integrations/store/run-events.ts'
import { finishRun, startRun } from '../../integrations/store/runs.ts'
import { toDecisions, withInbound } from '../answers/push-answer.ts'
import type { AppContext } from '../context.ts'
import { governedFolderUrl } from '../steps/export-source.ts'
import { openJiraExport, SYNCED_KINDS, type SyncDirection } from '../steps/jira/export.ts'
import { type SyncedItem, syncStoredArtifact } from '../steps/jira/sync-item.ts'
import { makeUseCase } from '../use-case.ts'

const Input = z.object({ connectionId: z.string(), scope: z.string(), artifactKind: z.string(), artifactId: z.string() })
type Input = z.output<typeof Input>

/** How long what the configuration means on the site is taken for what it is now. */
const SETUP_FOR_MS = 5 * 60_000

interface Prepared {
  readonly repository: Repository
  readonly link: Link
  readonly direction: SyncDirection
}

/** What the job works on; a reason where there is nothing to do. */
async function prepare(ctx: AppContext, input: Input): Promise<Prepared | string> {
  const { db } = await ctx.store()
  if (!(await ctx.connections.effective('jira'))) return 'Jira is not connected any more.'
  const link = await findLink(db, { ...input, remoteKind: 'issue' })
  if (!link) return 'It is not linked any more.'
  const repository = await findRepository(db, { fullName: input.scope })
  // A folder of somebody's machine is brought into step by the command that runs there.
  if (!repository) return 'Its source is no repository the App sees.'
  const { automaticSync } = await ctx.providers.jira.readConfig({ projectKey: projectOf(link) })
  return automaticSync === 'off' ? 'automaticSync is off.' : { repository, link, direction: automaticSync }
}

/** The project that the issue is in now: it may have been moved. */
const projectOf = ({ remoteKey }: Link): string | undefined => remoteKey?.replace(/-\d+$/, '')

async function sync(ctx: AppContext, { repository, link, direction }: Prepared, runId: number): Promise<SyncedItem | string> {
  const { db } = await ctx.store()
  const { scope, artifactId } = link
  const stored = await findArtifact(db, { scope: `repository:${repository.id}`, artifactId, kind: link.artifactKind })
  if (!stored || stored.removedAt) return 'The artifact is no longer in the repository; its issue is left as it is.'
  const kind = SYNCED_KINDS.find((one) => one === link.artifactKind) ?? 'road-item'
  const slot = Math.floor(ctx.clock.now().getTime() / SETUP_FOR_MS)
  const fileUrl = governedFolderUrl(ctx.config.GITHUB_SERVER_URL, repository)
  const syncIn = async (project: string | undefined) => {
    const opened = await ctx.jiraExports.get(`automatic ${scope} ${kind} ${project} ${slot}`, async () => {
      const config = await ctx.providers.jira.readConfig({ projectKey: project })
      return openJiraExport(ctx.providers.jira, { dryRun: false, priority: 'webhook', config, source: scope, db, kind, readAhead: false })
    })
    return syncStoredArtifact(ctx, opened, { stored, source: scope, fileUrl, direction, runId, force: false })
  }
  const known = projectOf(link)
  const synced = await syncIn(known)
  const now = synced.result.ref?.key?.replace(/-\d+$/, '')
  // Moved since it was last looked at: what counts is what the configuration means where it is now.
  return synced.result.status === 'refused' && now !== undefined && now !== known ? syncIn(now) : synced
}

/**
 * Brings one linked artifact of a repository and its issue into step, in the directions that `automaticSync` allows: what a
 * webhook, a poll or a push asks for. Both sides are read as they are now; what asked for it is only a hint.
 */
export const syncJiraArtifact = makeUseCase({
  name: 'sync-jira-artifact',
  summary: 'Brings one linked artifact and its Jira issue into step after something changed.',
  access: 'internal',
  input: Input,
  output: z.object({ status: z.enum(PUSH_STATUSES), reason: z.string().optional() }),
  async run(ctx, input) {
    const prepared = await prepare(ctx, input)
    if (typeof prepared === 'string') return { status: 'skipped' as const, reason: prepared }
    const store = await ctx.store()
    const { connectionId, scope, artifactId } = input
    const run = await startRun(store.db, { kind: 'jira-sync', connectionId, scope, total: 1, at: ctx.clock.now() })
    const end = { counts: {}, at: ctx.clock.now() }
    try {
      const synced = await sync(ctx, prepared, run.id)
      const answer = typeof synced === 'string' ? { status: 'skipped' as const, reason: synced } : toAnswer(synced)
      const at = ctx.clock.now()
      await recordRunItem(store.db, {
        runId: run.id,
        at,
        artifactId,
        status: answer.status,
        message: answer.reason,
        data: toRecord(synced, answer),
      })
      await finishRun(store.db, run.id, { state: 'done', counts: { [answer.status]: 1 }, at })
      return answer
    } catch (error) {
      const code = isAppError(error) ? error.code : 'internal'
      const message = isAppError(error) ? error.message : 'Something went wrong on our side.'
      await finishRun(store.db, run.id, { ...end, state: 'failed', errorCode: code, error: message })
      throw error
    }
  },
})

function toAnswer({ result, inbound }: SyncedItem) {
  const { status, reason } = inbound ? withInbound(result, inbound) : result
  return { status, ...(reason ? { reason } : {}) }
}

function toRecord(synced: SyncedItem | string, answer: { readonly reason?: string }) {
  if (typeof synced === 'string') return toJsonObject({ reason: synced })
  const { result, inbound } = synced
  return toJsonObject({
    jiraKey: result.ref?.key ?? null,
    jiraUrl: result.ref?.url ?? null,
    changes: toJson(result.changes),
    ...(result.decisions ? { decisions: toDecisions(result.decisions).map(toJson) } : {}),
    ...(inbound ? { inbound: toJson(inbound) } : {}),
    ...(answer.reason ? { reason: answer.reason } : {}),
  })
}
