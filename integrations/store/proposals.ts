// Changes from a remote on their way into a repository, one row per artifact and connection: which pull request carries them,
// what became of it, and what was refused last.
import type { Proposal as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'

export const PROPOSAL_STATES = ['none', 'open', 'merged', 'declined', 'closed'] as const
/** `declined`: a person closed the pull request; `closed`: we did, because there was nothing left to propose. */
export type ProposalState = (typeof PROPOSAL_STATES)[number]

export interface ProposalKey {
  readonly connectionId: string
  readonly scope: string
  readonly artifactKind: string
  readonly artifactId: string
}

export interface Proposal extends ProposalKey {
  readonly id: number
  readonly file: string
  readonly branch: string
  readonly number: number | undefined
  readonly url: string | undefined
  /** Of the file as it was proposed last; empty where nothing was. */
  readonly contentHash: string
  readonly headSha: string | undefined
  readonly state: ProposalState
  readonly refusedKey: string | undefined
  readonly updatedAt: Date
}

export type ProposalChange = ProposalKey &
  Pick<Proposal, 'file' | 'branch' | 'contentHash' | 'state'> &
  Partial<Pick<Proposal, 'number' | 'url' | 'headSha'>> & { readonly at: Date }

const toProposal = (row: Row): Proposal => ({
  ...row,
  number: row.number ?? undefined,
  url: row.url ?? undefined,
  headSha: row.headSha ?? undefined,
  refusedKey: row.refusedKey ?? undefined,
  state: row.state as ProposalState,
})

const byKey = ({ connectionId, scope, artifactKind, artifactId }: ProposalKey) => ({
  connectionId_scope_artifactKind_artifactId: { connectionId, scope, artifactKind, artifactId },
})

export async function findProposal(db: Db, key: ProposalKey): Promise<Proposal | undefined> {
  const row = await db.prisma.proposal.findUnique({ where: byKey(key) })
  return row ? toProposal(row) : undefined
}

/** Proposals of one source and kind, oldest first. */
export async function listProposals(
  db: Db,
  { connectionId, scope, artifactKind }: Omit<ProposalKey, 'artifactId'>,
): Promise<readonly Proposal[]> {
  const rows = await db.prisma.proposal.findMany({ where: { connectionId, scope, artifactKind }, orderBy: { id: 'asc' } })
  return rows.map(toProposal)
}

/** Makes or replaces what is known of the proposal of an artifact; what was refused stays as it is. */
export async function saveProposal(db: Db, change: ProposalChange): Promise<Proposal> {
  const { connectionId, scope, artifactKind, artifactId, at, file, branch, contentHash, state, number, url, headSha } = change
  const columns = { file, branch, contentHash, state, number: number ?? null, url: url ?? null, headSha: headSha ?? null, updatedAt: at }
  const key = { connectionId, scope, artifactKind, artifactId }
  const row = await db.prisma.proposal.upsert({ where: byKey(key), create: { ...key, ...columns, createdAt: at }, update: columns })
  return toProposal(row)
}

/** Remembers what was refused and answered; undefined when nothing is refused any more. */
export async function saveRefusal(db: Db, key: ProposalKey, refusedKey: string | undefined, at: Date): Promise<void> {
  const { connectionId, scope, artifactKind, artifactId } = key
  const place = { connectionId, scope, artifactKind, artifactId }
  const update = { refusedKey: refusedKey ?? null, updatedAt: at }
  await db.prisma.proposal.upsert({
    where: byKey(key),
    create: { ...place, ...update, file: '', branch: '', contentHash: '', state: 'none', createdAt: at },
    update,
  })
}
