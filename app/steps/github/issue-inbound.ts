// A status that people changed on an issue, on its way into the artifact's file: a pull request where the state machine and its
// gates allow it, one comment on the issue where they do not.
import type { PushResult } from '../../../integrations/engine/push.ts'
import type { Artifact } from '../../../integrations/governance/artifact.ts'
import type { WantedEdit } from '../../../integrations/governance/propose-edit.ts'
import { findArtifact, type StoredArtifact } from '../../../integrations/store/artifacts.ts'
import { findProposal, saveRefusal } from '../../../integrations/store/proposals.ts'
import { findRepository } from '../../../integrations/store/repositories.ts'
import type { Inbound } from '../../answers/push-answer.ts'
import type { AppContext } from '../../context.ts'
import { loadGovernance } from '../governance-core.ts'
import { bringProposal, dropProposal } from '../proposals.ts'
import { accessRepository, type OpenRepository } from '../repository-access.ts'
import type { SyncDirection } from '../sync-direction.ts'
import { ISSUES_CONNECTION } from './issue-job.ts'
import type { PublishingSettings } from './publishing.ts'

export type IssueArtifact = Artifact<'road-item' | 'user-story'>
type Target = ReturnType<AppContext['providers']['github']['makeIssueTarget']>

export interface IssueSync {
  readonly ctx: AppContext
  readonly target: Target
  /** `owner/name` in lower case: part of every mark and link. */
  readonly scope: string
  readonly settings: PublishingSettings['issues']
  readonly direction: SyncDirection
  readonly dryRun: boolean
  readonly runId: number | undefined
  readonly fileUrl: ((file: string) => string | undefined) | undefined
}

export type IssueChanges = Inbound

interface Place {
  readonly access: OpenRepository
  readonly folder: string
  readonly stored: StoredArtifact
}

/** Where the file lives; a reason where a change cannot go there. */
async function placeOf({ ctx, scope }: IssueSync, artifact: IssueArtifact): Promise<Place | string> {
  const { db } = await ctx.store()
  const repository = await findRepository(db, { fullName: scope })
  if (!repository) return `The App does not see ${scope}, so nothing can be proposed there. Install it, or change the file.`
  const access = await accessRepository(ctx, repository.id)
  if (access.kind === 'closed') return access.reason
  const stored = await findArtifact(db, { scope: `repository:${repository.id}`, artifactId: artifact.id, kind: artifact.kind })
  if (!stored || stored.removedAt) return `${artifact.id} is not on the default branch of ${scope}.`
  const folder = repository.settings.governancePath
  return { access, stored, folder: typeof folder === 'string' ? folder : 'governance' }
}

interface Judged {
  readonly text: string
  readonly taken: readonly string[]
  readonly refusals: readonly { readonly field: string; readonly reason: string; readonly value: unknown }[]
}

/** What of the issue's changes goes into the file. */
async function judge(
  { ctx }: IssueSync,
  artifact: IssueArtifact,
  { text }: { readonly text: string },
  result: PushResult,
): Promise<Judged> {
  const decisions = result.decisions ?? []
  const inbound = ctx.providers.github.toIssueInbound(decisions, artifact.kind)
  const edits = inbound.flatMap((one): WantedEdit[] => (one.kind === 'edit' ? [one.edit] : []))
  const proposed = (await loadGovernance()).proposeEdit(artifact.file, text, edits)
  const shownOf = (field: string) => decisions.find(({ name }) => name === field)?.remote.shown
  const refused = [...inbound.flatMap((one) => (one.kind === 'refused' ? [one] : [])), ...proposed.refused]
  return {
    text: proposed.text,
    taken: proposed.taken,
    refusals: refused.map(({ field, reason }) => ({ field, reason, value: shownOf(field) })),
  }
}

/** Says on the issue what is refused, and forgets what is not refused any more. */
async function sayRefusals(
  { ctx, target, scope }: IssueSync,
  artifact: IssueArtifact,
  result: PushResult,
  { refusals }: Judged,
): Promise<void> {
  const { db } = await ctx.store()
  const { github } = ctx.providers
  const key = { connectionId: ISSUES_CONNECTION, scope, artifactKind: artifact.kind, artifactId: artifact.id }
  const known = await findProposal(db, key)
  const refusedKey = refusals.length > 0 ? github.issueRefusalKey(artifact.id, refusals) : undefined
  if (known?.refusedKey === refusedKey) return
  if (refusedKey !== undefined && result.ref) await target.sayRefusal(result.ref, artifact.id, refusals)
  await saveRefusal(db, key, refusedKey, ctx.clock.now())
}

function describe(artifact: IssueArtifact, result: PushResult, { taken }: Judged) {
  const issue = result.ref?.key ?? artifact.id
  const title = `docs(governance): ${artifact.id} as changed in ${issue}`
  const body = [
    `${issue} was changed. This brings ${taken.join(', ')} of ${artifact.id} (\`${artifact.file}\`) into git.`,
    '',
    'It is brought up to date while the issue changes. Closing it without merging declines this change; another one is proposed again.',
  ].join('\n')
  return { title, body, message: `${title}\n\nChanged in ${issue}: ${taken.join(', ')}.\n` }
}

/** Takes what the rules allow. @throws AppError `provider-forbidden` where the App may not write contents or pull requests */
export async function takeIssueChanges(sync: IssueSync, artifact: IssueArtifact, result: PushResult): Promise<IssueChanges> {
  const { ctx, scope, dryRun } = sync
  const place = await placeOf(sync, artifact)
  if (typeof place === 'string') return { state: 'none', taken: [], refused: [{ field: 'status', reason: place }] }
  const judged = await judge(sync, artifact, place.stored, result)
  const { taken, refusals, text } = judged
  const refused = refusals.map(({ field, reason }) => ({ field, reason }))
  if (dryRun) return { state: taken.length > 0 ? 'planned' : 'none', taken: [...taken], refused }
  await sayRefusals(sync, artifact, result, judged)
  const key = { connectionId: ISSUES_CONNECTION, scope, artifactKind: artifact.kind, artifactId: artifact.id }
  if (taken.length === 0) {
    await dropProposal(ctx, key, place.access)
    return { state: 'none', taken: [], refused }
  }
  const { folder, stored, access } = place
  const outcome = await bringProposal(ctx, {
    ...describe(artifact, result, judged),
    ...{ key, repository: access, was: stored.text, text },
    branch: `katalyst/github/${artifact.id}`,
    path: folder === '' || folder === '.' ? artifact.file : `${folder}/${artifact.file}`,
  })
  return { ...outcome, taken: [...taken], refused }
}
