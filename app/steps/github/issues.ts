// Issues of a repository as the target of a publication: one for each road item, and below it one for each of its user stories. A
// sync of a single artifact goes the same way.
import { type PushContext, type PushResult, pushOne } from '../../../integrations/engine/push.ts'
import type { Artifact } from '../../../integrations/governance/artifact.ts'
import { ofKind } from '../../../integrations/governance/artifact-set.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'
import { findLink } from '../../../integrations/store/links.ts'
import { findProposal } from '../../../integrations/store/proposals.ts'
import { findRun } from '../../../integrations/store/runs.ts'
import { toDecisions, withInbound } from '../../answers/push-answer.ts'
import { type IssueArtifact, type IssueChanges, type IssueSync, takeIssueChanges } from './issue-inbound.ts'
import { ISSUE_KIND, ISSUES_CONNECTION } from './issue-job.ts'
import type { Publishing, TargetResult } from './publishing.ts'

export interface SyncedIssue {
  readonly result: PushResult
  readonly changes?: IssueChanges
}

/** Stories that name the road item, or that it names, in the order of their ids. */
export const storiesOf = (road: Artifact<'road-item'>, artifacts: readonly Artifact[]): Artifact<'user-story'>[] =>
  ofKind(artifacts, 'user-story').filter((story) => story.data.roadItems.includes(road.id) || road.data.userStories.includes(story.id))

/** The issue that a story's goes under: of the first of its road items that has one. */
async function parentOf({ ctx, scope }: IssueSync, story: IssueArtifact, artifacts: readonly Artifact[]) {
  if (story.kind !== 'user-story') return undefined
  const { db } = await ctx.store()
  const roads = ofKind(artifacts, 'road-item').filter((road) => storiesOf(road, [story]).length > 0)
  for (const { id } of roads) {
    const key = { connectionId: ISSUES_CONNECTION, scope, artifactId: id, artifactKind: 'road-item', remoteKind: ISSUE_KIND }
    const link = await findLink(db, key)
    if (link) return ctx.providers.github.parentIssue(link.remoteId)
  }
  return undefined
}

/** Brings the issue of one artifact into step, or in a dry run says what that would take. Throws what concerns all. */
export async function syncIssue(sync: IssueSync, artifact: IssueArtifact, artifacts: readonly Artifact[]): Promise<SyncedIssue> {
  const { ctx, target, scope, settings, direction, dryRun, runId, fileUrl } = sync
  const mapped = ctx.providers.github.toDesiredIssue(artifact, {
    ...{ scope, labels: settings.labels, sourceUrl: fileUrl?.(artifact.file) },
    ...(artifact.kind === 'road-item' ? { stories: storiesOf(artifact, artifacts) } : {}),
    parent: await parentOf(sync, artifact, artifacts),
  })
  const { id: artifactId, kind: artifactKind } = artifact
  if (mapped.kind === 'refused') return { result: { artifactId, artifactKind, status: 'refused', changes: [], reason: mapped.reason } }
  const { clock, random, signal } = ctx
  const context: PushContext = {
    ...{ store: await ctx.store(), connectionId: ISSUES_CONNECTION, clock, random, signal, dryRun, force: false },
    ...{ remoteReadOnly: direction === 'import', ...(runId === undefined ? {} : { runId }) },
  }
  const result = await pushOne(context, target, mapped.item)
  if (direction === 'export' || result.status === 'conflict' || !result.ref) return { result }
  // Nothing differs, and nothing was proposed or refused before that would have to be taken back.
  const key = { connectionId: ISSUES_CONNECTION, scope, artifactKind, artifactId }
  if (!result.decisions && !(await findProposal((await ctx.store()).db, key))) return { result }
  return { result, changes: await takeIssueChanges(sync, artifact, result) }
}

/** The result as answers and run records carry it. */
export function toIssueResult({ result, changes }: SyncedIssue): TargetResult {
  const { artifactId, status, ref, reason, code, decisions } = result
  const bare = {
    ...{ target: 'issues' as const, artifactId, url: ref?.url ?? null, status },
    ...(result.changes.length > 0 ? { changes: [...result.changes] } : {}),
    ...(decisions ? { decisions: toDecisions(decisions) } : {}),
    ...(reason ? { reason } : {}),
    ...(code ? { code } : {}),
  }
  return changes ? withInbound(bare, changes, 'GitHub') : bare
}

/** Artifacts in the order their issues are made: a road item before what goes under it. */
function wantedOf({ material, settings }: Publishing): readonly IssueArtifact[] {
  const roads = ofKind(material.artifacts, 'road-item')
  const stories = settings.issues.stories ? roads.flatMap((road) => storiesOf(road, material.artifacts)) : []
  return [...roads, ...new Set(stories)]
}

/** Publishes the issues; one result for each. Stopped by a limit, it goes on where it was. */
export async function publishIssues(publishing: Publishing): Promise<readonly TargetResult[]> {
  const { ctx, github, repository, settings, material, dryRun, direction, runId, onResult } = publishing
  const target = ctx.providers.github.makeIssueTarget(github, repository, settings.issues)
  const scope = `${repository.owner}/${repository.repo}`.toLowerCase()
  const sync = { ctx, target, scope, settings: settings.issues, direction, dryRun, runId, fileUrl: material.fileUrl }
  const wanted = wantedOf(publishing)
  const results: TargetResult[] = []
  await target.readAhead()
  for (const [done, artifact] of wanted.entries()) {
    ctx.signal.throwIfAborted()
    const run = runId === undefined ? undefined : await findRun((await ctx.store()).db, runId)
    if (run?.cancelRequestedAt) throw new AppError('cancelled', 'The run was cancelled.')
    ctx.progress({ phase: 'bringing issues into step', done, total: wanted.length })
    const result = toIssueResult(await syncIssue(sync, artifact, material.artifacts))
    results.push(result)
    await onResult(result)
  }
  return results
}
