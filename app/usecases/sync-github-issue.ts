import { z } from 'zod'
import { PUSH_STATUSES } from '../../integrations/engine/push.ts'
import type { Artifact } from '../../integrations/governance/artifact.ts'
import { isAppError } from '../../integrations/kernel/errors.ts'
import { readScope } from '../../integrations/store/artifacts.ts'
import { findLink } from '../../integrations/store/links.ts'
import { findRepository, type Repository } from '../../integrations/store/repositories.ts'
import { recordRunItem } from '../../integrations/store/run-events.ts'
import { finishRun, startRun } from '../../integrations/store/runs.ts'
import type { AppContext } from '../context.ts'
import { governedFolderUrl } from '../steps/export-source.ts'
import type { IssueArtifact, IssueSync } from '../steps/github/issue-inbound.ts'
import { ISSUE_KIND, ISSUES_CONNECTION } from '../steps/github/issue-job.ts'
import { syncIssue, toIssueResult } from '../steps/github/issues.ts'
import { PublishingSettings, type TargetResult, toTargetRecord } from '../steps/github/publishing.ts'
import { loadGovernance } from '../steps/governance-core.ts'
import { accessRepository } from '../steps/repository-access.ts'
import { makeUseCase } from '../use-case.ts'

const Input = z.object({ scope: z.string(), artifactKind: z.string(), artifactId: z.string() })
type Input = z.output<typeof Input>

interface Prepared {
  readonly sync: Omit<IssueSync, 'runId'>
  readonly artifact: IssueArtifact
  readonly artifacts: readonly Artifact[]
}

/** Everything of the repository that is in the store: a road item shows its stories. */
async function readArtifacts(ctx: AppContext, { id }: Repository): Promise<readonly Artifact[]> {
  const { db } = await ctx.store()
  const rows = (await readScope(db, `repository:${id}`)).filter(({ kind }) => kind === 'road-item' || kind === 'user-story')
  const { parseGovernance } = await loadGovernance()
  return parseGovernance(rows.map(({ file, text }) => ({ file, content: text }))).artifacts
}

/** What the job works on; a reason where there is nothing to do. */
async function prepare(ctx: AppContext, input: Input): Promise<Prepared | string> {
  const { db } = await ctx.store()
  const { github } = ctx.providers
  const repository = await findRepository(db, { fullName: input.scope })
  if (!repository) return 'Its source is no repository the App sees.'
  const link = await findLink(db, { ...input, connectionId: ISSUES_CONNECTION, remoteKind: ISSUE_KIND })
  if (!link) return 'It is not linked any more.'
  const config = await github.readConfig()
  const direction = config?.issues?.automaticSync ?? 'both'
  if (direction === 'off') return 'automaticSync is off.'
  const artifacts = await readArtifacts(ctx, repository)
  const artifact = artifacts.find(
    (one): one is IssueArtifact =>
      (one.kind === 'road-item' || one.kind === 'user-story') && one.id === input.artifactId && one.kind === input.artifactKind,
  )
  if (!artifact) return 'The artifact is no longer in the repository; its issue is left as it is.'
  const access = await accessRepository(ctx, repository.id)
  if (access.kind === 'closed') return access.reason
  const { issues: settings } = PublishingSettings.parse({ issues: config?.issues })
  const folder = governedFolderUrl(ctx.config.GITHUB_SERVER_URL, repository)
  const target = github.makeIssueTarget(access.github, access.name, settings)
  const fileUrl = folder === undefined ? undefined : (file: string) => `${folder}/${file}`
  return { sync: { ctx, target, scope: input.scope, settings, direction, dryRun: false, fileUrl }, artifact, artifacts }
}

/**
 * Brings one linked artifact of a repository and its issue on GitHub into step, in the directions that `automaticSync` allows: what
 * an event, a poll or a push asks for. Both sides are read as they are now; what asked for it is only a hint.
 */
export const syncGithubIssue = makeUseCase({
  name: 'sync-github-issue',
  summary: 'Brings one linked artifact and its GitHub issue into step after something changed.',
  access: 'internal',
  input: Input,
  output: z.object({ status: z.enum(PUSH_STATUSES), reason: z.string().optional() }),
  async run(ctx, input) {
    const prepared = await prepare(ctx, input)
    if (typeof prepared === 'string') return { status: 'skipped' as const, reason: prepared }
    const { db } = await ctx.store()
    const { scope, artifactId } = input
    const run = await startRun(db, { kind: 'github-issue', connectionId: ISSUES_CONNECTION, scope, total: 1, at: ctx.clock.now() })
    try {
      const { sync, artifact, artifacts } = prepared
      const result: TargetResult = toIssueResult(await syncIssue({ ...sync, runId: run.id }, artifact, artifacts))
      const { status, reason, code } = result
      const at = ctx.clock.now()
      await recordRunItem(db, { runId: run.id, at, artifactId, status, code, message: reason, data: toTargetRecord(result) })
      await finishRun(db, run.id, { state: 'done', counts: { [status]: 1 }, at })
      return { status, ...(reason ? { reason } : {}) }
    } catch (error) {
      const code = isAppError(error) ? error.code : 'internal'
      const message = isAppError(error) ? error.message : 'Something went wrong on our side.'
      await finishRun(db, run.id, { state: 'failed', counts: {}, errorCode: code, error: message, at: ctx.clock.now() })
      throw error
    }
  },
})
