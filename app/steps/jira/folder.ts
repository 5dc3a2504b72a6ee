// Changes from Jira for artifacts in a folder of this machine: written into the files, where they are like other
// changes of the working copy, reviewed and committed by their author. A dry run, and the plan for a repository, only say what
// would be taken.
import { replaceGovernedFile } from '../../../integrations/engine/governed-folder.ts'
import type { SyncedArtifact } from '../../../integrations/jira/index.ts'
import { toJsonObject } from '../../../integrations/store/json.ts'
import { findLink, type Link, replaceLink } from '../../../integrations/store/links.ts'
import { type Decision, type Inbound, type SyncResult, withInbound } from '../../answers/push-answer.ts'
import type { AppContext } from '../../context.ts'
import type { ExportSource } from '../export-source.ts'
import type { JiraExport } from './export.ts'
import { sayRefusals, takeChanges } from './inbound.ts'

const textOf = (source: ExportSource, { file }: SyncedArtifact): string => {
  const content = source.files.find((one) => one.file === file)?.content ?? ''
  return typeof content === 'string' ? content : Buffer.from(content).toString('utf8')
}

/**
 * Both sides agree on what was written, from now on: somebody who takes it back in Jira has changed it once more. A process that
 * saved the link meanwhile has looked later, and knows better.
 */
async function agreeOn(ctx: AppContext, link: Link, taken: readonly string[], decisions: readonly Decision[]): Promise<void> {
  const { db } = await ctx.store()
  const agreed = decisions
    .filter(({ field, outcome }) => outcome === 'keep' && taken.includes(field))
    .map(({ field, id = field, remote, remoteKey }) => [id, { key: remoteKey ?? null, shown: remote ?? null }] as const)
  const { id: _id, revision: _revision, createdAt: _createdAt, updatedAt: _updatedAt, ...known } = link
  const base = { ...link.base, ...toJsonObject(Object.fromEntries(agreed)) }
  await replaceLink(db, { ...known, base, at: ctx.clock.now() }, link)
}

/** What of a result's decisions would go, or goes, into the file. */
async function takeOne(
  ctx: AppContext,
  opened: JiraExport,
  source: ExportSource,
  artifact: SyncedArtifact,
  result: SyncResult,
  writes: boolean,
): Promise<SyncResult> {
  const text = textOf(source, artifact)
  const sourceUrl = source.fileUrl && `${source.fileUrl}/${artifact.file}`
  const taken = await takeChanges(opened, { artifact, text, sourceUrl }, result.decisions ?? [])
  const isChanged = taken.taken.length > 0
  const isWritten =
    writes && isChanged && source.root !== undefined && (await replaceGovernedFile(source.root, artifact.file, text, taken.text))
  const state: Inbound['state'] = !isChanged ? 'none' : !writes ? 'planned' : isWritten ? 'written' : 'waiting'
  const key = { connectionId: opened.connectionId, scope: source.source, artifactKind: artifact.kind, artifactId: artifact.id }
  const link = writes ? await findLink((await ctx.store()).db, { ...key, remoteKind: 'issue' }) : undefined
  if (link && isWritten) await agreeOn(ctx, link, taken.taken, result.decisions ?? [])
  if (link) await sayRefusals(ctx, opened, key, link.remoteId, taken.refusals)
  if (!isChanged && taken.refusals.length === 0) return result
  const refused = taken.refusals.map(({ field, reason }) => ({ field, reason }))
  return withInbound(result, { state, taken: [...taken.taken], refused, ...(isChanged ? { where: artifact.file } : {}) })
}

/** The results with what was taken over; nothing of an artifact in conflict is. `writes` false: only said, for plans. */
export async function takeIntoFolder(
  ctx: AppContext,
  opened: JiraExport,
  { source, artifacts }: { readonly source: ExportSource; readonly artifacts: readonly SyncedArtifact[] },
  results: readonly SyncResult[],
  writes: boolean,
): Promise<SyncResult[]> {
  const byId = new Map(artifacts.map((artifact) => [artifact.id, artifact]))
  const done: SyncResult[] = []
  for (const result of results) {
    const artifact = byId.get(result.artifactId)
    const isOpen = result.status !== 'conflict' && result.status !== 'failed'
    done.push(artifact && isOpen ? await takeOne(ctx, opened, source, artifact, result, writes) : result)
  }
  return done
}
