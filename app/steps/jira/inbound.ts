// What people changed in Jira on its way into the artifact's file: which of it may be taken, and where it goes. A repository gets
// a pull request, one per artifact, brought up to date in place and closed when there is nothing left to propose; a folder of
// this machine gets the file itself. What the rules forbid is said on the issue, once.
import type { FieldDecision } from '../../../integrations/engine/push.ts'
import type { WantedEdit } from '../../../integrations/governance/propose-edit.ts'
import type { Refusal, SyncedArtifact } from '../../../integrations/jira/index.ts'
import { findProposal, type ProposalKey, saveRefusal } from '../../../integrations/store/proposals.ts'
import type { Decision, Inbound } from '../../answers/push-answer.ts'
import type { AppContext } from '../../context.ts'
import { loadGovernance } from '../governance-core.ts'
import { bringProposal, dropProposal } from '../proposals.ts'
import type { OpenRepository } from '../repository-access.ts'
import type { JiraExport } from './export.ts'

export interface ArtifactFile {
  readonly artifact: SyncedArtifact
  /** The file as it is in git. */
  readonly text: string
  readonly sourceUrl?: string | undefined
}

export interface Taken {
  /** The file as it should be; equal to what is there when nothing is taken. */
  readonly text: string
  readonly taken: readonly string[]
  readonly refusals: readonly Refusal[]
}

const toFieldDecision = ({ field, id = field, outcome, reason, base, git, remote, remoteKey }: Decision): FieldDecision => {
  const side = (value: unknown, key: unknown) => ({ key: (key ?? null) as never, shown: (value ?? null) as never })
  return {
    field: id,
    name: field,
    outcome,
    reason,
    remoteChanged: true,
    base: side(base, base),
    git: side(git, git),
    remote: side(remote, remoteKey),
  }
}

/** What of an issue's changes goes into the file. Pure but for loading the core. */
export async function takeChanges(opened: JiraExport, file: ArtifactFile, decisions: readonly Decision[]): Promise<Taken> {
  const { artifact, text, sourceUrl } = file
  const inbound = opened.toInbound(decisions.map(toFieldDecision), artifact, { setup: opened.setup, config: opened.config, sourceUrl })
  const edits = inbound.flatMap((one): WantedEdit[] => (one.kind === 'edit' ? [one.edit] : []))
  const { proposeEdit } = await loadGovernance()
  const proposed = proposeEdit(artifact.file, text, edits)
  const refused = [...inbound.flatMap((one) => (one.kind === 'refused' ? [one] : [])), ...proposed.refused]
  const shownOf = (field: string) => decisions.find((decision) => decision.field === field)?.remote
  const refusals = refused.map(({ field, reason }) => ({ field, reason, value: shownOf(field) }))
  return { text: proposed.text, taken: proposed.taken, refusals }
}

/** Tells the issue what is refused, and forgets what is not refused any more. */
export async function sayRefusals(
  ctx: AppContext,
  opened: JiraExport,
  key: ProposalKey,
  issueId: string,
  refusals: readonly Refusal[],
): Promise<void> {
  const { db } = await ctx.store()
  const known = await findProposal(db, key)
  const refusedKey = refusals.length > 0 ? opened.refusalKey(key.artifactId, refusals) : undefined
  if (known?.refusedKey === refusedKey) return
  if (refusedKey !== undefined) await opened.sayRefusal(issueId, key.artifactId, refusals)
  await saveRefusal(db, key, refusedKey, ctx.clock.now())
}

const BRANCH_PREFIX = 'katalyst/jira'

interface Origin {
  readonly key: ProposalKey
  readonly repository: OpenRepository
  /** The governed folder. */
  readonly folder: string
  readonly issue: { readonly key: string; readonly url: string }
}

function describe({ key, issue }: Origin, { taken, refusals }: Taken, file: string) {
  const title = `docs(governance): ${key.artifactId} as changed in ${issue.key}`
  const refused = refusals.map(({ field, reason }) => `- ${field}: ${reason}`)
  const body = [
    `[${issue.key}](${issue.url}) was changed in Jira. This brings ${taken.join(', ')} of ${key.artifactId} (\`${file}\`) into git.`,
    ...(refused.length > 0 ? ['', 'Not taken, because the rules of the artifact forbid it:', ...refused] : []),
    '',
    'It is brought up to date while the issue changes. Closing it without merging declines this change; another one is proposed again.',
  ].join('\n')
  return { title, body, message: `${title}\n\nChanged in Jira: ${taken.join(', ')}.\n` }
}

/** Brings the pull request of an artifact up to what is taken: opened, updated, or closed when there is nothing left of it. */
export async function proposeInRepository(
  ctx: AppContext,
  origin: Origin,
  { artifact, text }: ArtifactFile,
  taken: Taken,
): Promise<Inbound> {
  const { key, repository, folder } = origin
  const refused = taken.refusals.map(({ field, reason }) => ({ field, reason }))
  if (taken.taken.length === 0) {
    await dropProposal(ctx, key, repository)
    return { state: 'none', taken: [], refused }
  }
  const outcome = await bringProposal(ctx, {
    ...describe(origin, taken, artifact.file),
    ...{ key, repository, was: text, text: taken.text },
    branch: `${BRANCH_PREFIX}/${key.artifactId}`,
    path: folder === '' || folder === '.' ? artifact.file : `${folder}/${artifact.file}`,
  })
  return { ...outcome, taken: [...taken.taken], refused }
}
