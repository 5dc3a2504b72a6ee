// One artifact of a repository and its issue, in the directions that are wanted: what git changed is written to Jira, and what
// people changed in Jira goes into the pull request of the artifact.
import type { PushContext, PushResult } from '../../../integrations/engine/push.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'
import type { StoredArtifact } from '../../../integrations/store/artifacts.ts'
import { findRepository } from '../../../integrations/store/repositories.ts'
import { type Inbound, toDecisions } from '../../answers/push-answer.ts'
import type { AppContext } from '../../context.ts'
import { loadGovernance } from '../governance-core.ts'
import { accessRepository } from '../repository-access.ts'
import { exportArtifact, type JiraExport, refusedResult, type SyncDirection } from './export.ts'
import { proposeInRepository, sayRefusals, type Taken, takeChanges } from './inbound.ts'

export interface SyncedItem {
  readonly result: PushResult
  /** Undefined where nothing was to be taken. */
  readonly inbound?: Inbound
}

export interface SyncOrigin {
  readonly stored: StoredArtifact
  /** `owner/name` in lower case, else the folder's name: part of every marker. */
  readonly source: string
  readonly fileUrl?: string | undefined
  readonly direction: SyncDirection
  readonly runId: number
  readonly force: boolean
  readonly recreate?: boolean
}

const REPOSITORY_SCOPE = /^repository:(\d+)$/

/** What was taken goes where the artifact lives; a folder of some machine is written by the command that runs there. */
async function deliver(ctx: AppContext, opened: JiraExport, { stored, source, fileUrl }: SyncOrigin, result: PushResult, taken: Taken) {
  const repositoryId = Number(REPOSITORY_SCOPE.exec(stored.scope)?.[1])
  const { db } = await ctx.store()
  const repository = await findRepository(db, { id: repositoryId })
  const access = await accessRepository(ctx, repositoryId)
  if (access.kind === 'closed') throw new AppError('refused', `Changes from Jira cannot be proposed: ${access.reason}`)
  const { artifact } = (await loadGovernance()).parseArtifact(stored.file, stored.text)
  const { isSynced } = ctx.providers.jira
  if (!isSynced(artifact)) throw new AppError('refused', `${stored.file} can no longer be read.`)
  const key = { connectionId: opened.connectionId, scope: source, artifactKind: artifact.kind, artifactId: artifact.id }
  const settings = repository?.settings.governancePath
  const origin = {
    key,
    repository: access,
    folder: typeof settings === 'string' ? settings : 'governance',
    issue: { key: result.ref?.key ?? artifact.id, url: result.ref?.url ?? '' },
  }
  const inbound = await proposeInRepository(ctx, origin, { artifact, text: stored.text, sourceUrl: fileUrl }, taken)
  if (result.ref) await sayRefusals(ctx, opened, key, result.ref.id, taken.refusals)
  return inbound
}

/**
 * Brings both into step. Throws what concerns more than this item; everything else is in the result. A folder's artifacts are
 * compared only: their changes go into the folder by whoever asked.
 */
export async function syncStoredArtifact(ctx: AppContext, opened: JiraExport, origin: SyncOrigin): Promise<SyncedItem> {
  const { stored, source, fileUrl, direction, runId, force, recreate = false } = origin
  const { parseArtifact } = await loadGovernance()
  const { artifact } = parseArtifact(stored.file, stored.text)
  const { isSynced } = ctx.providers.jira
  if (!isSynced(artifact)) return { result: refusedResult(stored.artifactId, stored.kind, `${stored.file} can no longer be read.`) }
  const { clock, random, signal } = ctx
  const remoteReadOnly = direction === 'import'
  const context: Omit<PushContext, 'connectionId'> = {
    ...{ store: await ctx.store(), clock, random, signal, dryRun: false, force, recreate, runId, remoteReadOnly },
  }
  const result = await exportArtifact(context, opened, artifact, { source, fileUrl, scope: stored.scope, changedAt: stored.changedAt })
  // What is not where it belongs, or is gone, says nothing about an open pull request.
  if (result.status === 'refused' && result.code !== 'refused') return { result }
  if (direction === 'export' || !REPOSITORY_SCOPE.test(stored.scope) || result.status === 'conflict' || !result.ref) return { result }
  const file = { artifact, text: stored.text, sourceUrl: fileUrl && `${fileUrl}/${artifact.file}` }
  const taken = await takeChanges(opened, file, toDecisions(result.decisions ?? []))
  return { result, inbound: await deliver(ctx, opened, origin, result, taken) }
}
