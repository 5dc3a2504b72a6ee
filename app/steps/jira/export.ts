// An export to Jira as several workers share it: what the configuration means on the site is found out once per run, issues
// are read ahead in bulk, and requests are counted for the run.

import { type PushContext, type PushResult, pushOne } from '../../../integrations/engine/push.ts'
import type { RoadItem } from '../../../integrations/governance/artifact.ts'
import type { JiraConfig, JiraSetup, JiraTarget, Refusal, SyncedArtifact, SyncedKind } from '../../../integrations/jira/index.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'
import type { Db } from '../../../integrations/store/db.ts'
import { listLinks } from '../../../integrations/store/links.ts'
import type { JiraAccess, JiraSessionOptions } from '../../access/providers.ts'
import { findParentIssue } from './parent.ts'

export interface LinkedArtifact {
  readonly artifactId: string
  readonly issueId: string
  readonly issueKey: string
}

export interface JiraExport {
  readonly connectionId: string
  readonly setup: JiraSetup
  readonly target: JiraTarget
  readonly toDesiredIssue: JiraAccess['toDesiredIssue']
  readonly toInbound: JiraAccess['toInbound']
  readonly config: JiraConfig
  /** Tells people on the issue why a change of theirs is not taken; false when it was said before. */
  sayRefusal(issueId: string, artifactId: string, refusals: readonly Refusal[]): Promise<boolean>
  readonly refusalKey: JiraAccess['refusalKey']
  /** Artifacts of the source that have an issue. */
  readonly linked: readonly LinkedArtifact[]
  /** What a person should know although nothing is wrong. */
  readonly notes: readonly string[]
  /** Requests sent since the last call. */
  takeRequests(): number
}

export interface ExportOptions extends Pick<JiraSessionOptions, 'dryRun' | 'priority'> {
  readonly config: JiraConfig
  /** Kind of the artifacts; road items by default. */
  readonly kind?: SyncedKind
  /** Source of the artifacts: their linked issues are read in bulk before they are asked for one by one. */
  readonly source: string
  readonly db: Db
  /** False for work on single artifacts. */
  readonly readAhead?: boolean
}

async function readLinked(db: Db, connectionId: string, scope: string, artifactKind: SyncedKind): Promise<LinkedArtifact[]> {
  const linked: LinkedArtifact[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listLinks(db, { connectionId, scope, artifactKind, remoteKind: 'issue', limit: 200, ...(cursor ? { cursor } : {}) })
    linked.push(
      ...page.items.map(({ artifactId, remoteId, remoteKey }) => ({ artifactId, issueId: remoteId, issueKey: remoteKey ?? remoteId })),
    )
    cursor = page.nextCursor
    if (!cursor) return linked
  }
}

/** Resolves the configuration on the site. @throws AppError `config-invalid` naming every mapping that cannot work, and why */
export async function openJiraExport(jira: JiraAccess, options: ExportOptions): Promise<JiraExport> {
  let requests = 0
  const { dryRun, priority, kind = 'road-item' } = options
  const session = await jira.connect({
    dryRun,
    ...(priority ? { priority } : {}),
    onExchange: () => {
      requests += 1
    },
  })
  const context = jira.contextOf(session)
  const resolved = await jira.resolve(context, options.config, kind)
  if (resolved.kind === 'problems') {
    const problems = resolved.problems.map((problem) => `jira-config.json: ${problem}`)
    throw new AppError(
      'config-invalid',
      `This configuration cannot work on ${session.baseUrl}; nothing was written.\n${problems.join('\n')}`,
      { details: { problems } },
    )
  }
  const target = jira.makeTarget(context, { config: options.config, setup: resolved.setup })
  const readAhead = options.readAhead ?? true
  const linked = readAhead ? await readLinked(options.db, session.context.connectionId, options.source, kind) : []
  if (linked.length > 0) await target.prefetch(linked.map(({ issueId }) => issueId))
  return Object.freeze({
    connectionId: session.context.connectionId,
    setup: resolved.setup,
    target,
    toDesiredIssue: jira.toDesiredIssue,
    toInbound: jira.toInbound,
    config: options.config,
    sayRefusal: (issueId: string, artifactId: string, refusals: readonly Refusal[]) =>
      jira.sayRefusal(context, issueId, artifactId, refusals),
    refusalKey: jira.refusalKey,
    linked,
    notes: resolved.notes,
    takeRequests() {
      const taken = requests
      requests = 0
      return taken
    },
  })
}

/** What belongs to every artifact of an export. */
export interface ExportOrigin {
  /** `owner/name` in lower case, else the folder's name. */
  readonly source: string
  /** Address of the governed folder for people, where there is one. */
  readonly fileUrl?: string | undefined
  /** When the artifact was committed, where that is known. */
  readonly changedAt?: Date | undefined
  /** Of the stored artifacts. */
  readonly scope: string
  /** Road items at hand, for the epics of user stories. */
  readonly roads?: readonly RoadItem[]
}

/** The result of an artifact that is not sent at all. */
export const refusedResult = (artifactId: string, artifactKind: string, reason: string): PushResult => ({
  artifactId,
  artifactKind,
  status: 'refused',
  changes: [],
  reason,
})

/** Kinds of artifacts that have issues. */
export const SYNCED_KINDS = ['road-item', 'user-story', 'capability'] as const satisfies readonly SyncedKind[]

export { SYNC_DIRECTIONS, type SyncDirection } from '../sync-direction.ts'

/** Brings the issue of one artifact into step, or in a dry run says what that would take. */
export async function exportArtifact(
  context: Omit<PushContext, 'connectionId'>,
  opened: JiraExport,
  artifact: SyncedArtifact,
  { source, fileUrl, changedAt, scope, roads }: ExportOrigin,
): Promise<PushResult> {
  const link = fileUrl ? { sourceUrl: `${fileUrl}/${artifact.file}` } : {}
  const query = { connectionId: opened.connectionId, source, scope, ...(roads ? { roads } : {}) }
  const parent = await findParentIssue(context.store.db, artifact, query)
  const mapped = opened.toDesiredIssue(artifact, opened.setup, { scope: source, ...link, ...(parent ? { parent } : {}) })
  if (mapped.kind === 'refused') return refusedResult(artifact.id, artifact.kind, mapped.reason)
  const result = await pushOne({ ...context, connectionId: opened.connectionId }, opened.target, { ...mapped.item, changedAt })
  const { status } = mapped.item.desired
  // Everything else was written; that the status was left alone is nothing to keep silent about.
  return status.kind === 'stay' && result.reason === undefined ? { ...result, reason: status.reason } : result
}

/** Exports under way in this process, so that the jobs of a run find out once what they all need. */
export interface JiraExports {
  /** The export of a run, or of another key; `open` is called for the first who asks. */
  get(key: number | string, open: () => Promise<JiraExport>): Promise<JiraExport>
  put(runId: number, opened: JiraExport): void
}

/** More runs than this at once are rare, and opening one again costs four requests. */
const MOST_EXPORTS = 8

export function makeJiraExports(): JiraExports {
  const exports = new Map<number | string, Promise<JiraExport>>()
  const put = (runId: number | string, opening: Promise<JiraExport>) => {
    if (exports.size >= MOST_EXPORTS) exports.delete(exports.keys().next().value as number | string)
    exports.set(runId, opening)
    opening.catch(() => exports.delete(runId))
    return opening
  }
  return Object.freeze({
    get: (runId: number | string, open: () => Promise<JiraExport>) => exports.get(runId) ?? put(runId, open()),
    put: (runId: number, opened: JiraExport) => void put(runId, Promise.resolve(opened)),
  })
}
