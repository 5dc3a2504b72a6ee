// A change of somebody elsewhere as one pull request, mostly of one artifact: opened, brought up to date in place while the change
// changes, declined when a person closes it, and closed by us when there is nothing left to propose.
import { createHash } from 'node:crypto'
import { findProposal, type Proposal, type ProposalKey, saveProposal } from '../../integrations/store/proposals.ts'
import type { Inbound } from '../answers/push-answer.ts'
import type { AppContext } from '../context.ts'
import type { OpenRepository } from './repository-access.ts'

export interface ChangedFile {
  /** In the repository. */
  readonly path: string
  /** The file as it is in git, which the change was made on; undefined for a new one. */
  readonly was: string | undefined
  /** Undefined takes the file away. */
  readonly text: string | undefined
}

export interface WantedChange extends ChangedFile {
  readonly key: ProposalKey
  readonly repository: OpenRepository
  readonly branch: string
  /** What is proposed, where that is less than the whole file: one that was declined is not proposed again while this stays. */
  readonly change?: string
  /** Further files of the same change. */
  readonly also?: readonly ChangedFile[]
  readonly title: string
  readonly body: string
  readonly message: string
}

/** Git's id of a text. */
const blobSha = (text: string): string => {
  const bytes = Buffer.from(text, 'utf8')
  return createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex')
}

const madeOn = (was: string | undefined) => (was === undefined ? undefined : blobSha(was))

/** Equal for changes that say the same. */
function hashOf({ path, text, change, also = [] }: WantedChange): string {
  if (change !== undefined) return createHash('sha256').update(change).digest('hex')
  const said =
    also.length === 0 && text !== undefined ? text : JSON.stringify([{ path, text }, ...also].map((file) => [file.path, file.text ?? null]))
  return createHash('sha256').update(said).digest('hex')
}

/** What became of the pull request that was open when it was last looked at. */
async function settleOpen(ctx: AppContext, key: ProposalKey, { github, name }: OpenRepository): Promise<Proposal | undefined> {
  const { db } = await ctx.store()
  const known = await findProposal(db, key)
  if (known?.state !== 'open' || known.number === undefined) return known
  const now = await ctx.providers.github.readProposal(github, name, known.number)
  if (now === 'open') return known
  return saveProposal(db, { ...known, ...key, state: now === 'merged' ? 'merged' : 'declined', at: ctx.clock.now() })
}

/** There is nothing to propose any more: an open pull request is closed, and its branch taken away. */
export async function dropProposal(ctx: AppContext, key: ProposalKey, repository: OpenRepository): Promise<void> {
  const known = await settleOpen(ctx, key, repository)
  if (known?.state !== 'open' || known.number === undefined) return
  const { number, branch, headSha: ownHead } = known
  await ctx.providers.github.closeProposal(repository.github, repository.name, { number, branch, ownHead })
  await saveProposal((await ctx.store()).db, { ...known, ...key, state: 'closed', at: ctx.clock.now() })
}

export type ProposalOutcome = Pick<Inbound, 'state' | 'where'>

/** Brings the pull request up to what is wanted. @throws AppError `provider-forbidden` where the App may not write contents or pull requests */
export async function bringProposal(ctx: AppContext, wanted: WantedChange): Promise<ProposalOutcome> {
  const { key, repository, branch, path, was, text, also = [], title, body, message } = wanted
  const known = await settleOpen(ctx, key, repository)
  const contentHash = hashOf(wanted)
  const at = (where: string | undefined) => (where === undefined ? {} : { where })
  if (known?.contentHash === contentHash && known.state === 'declined') return { state: 'declined', ...at(known.url) }
  if (known?.contentHash === contentHash && known.state === 'open') return { state: 'proposed', ...at(known.url) }
  const proposed = await ctx.providers.github.putProposal(repository.github, repository.name, {
    ...{ title, body, message, branch, path, content: text },
    baseBranch: repository.defaultBranch,
    also: also.map((file) => ({ path: file.path, madeOn: madeOn(file.was), content: file.text })),
    madeOn: madeOn(was),
    ownHead: known?.headSha,
  })
  if (proposed.kind === 'stale') return { state: 'waiting' }
  if (proposed.kind === 'moot') return { state: 'none' }
  const { number, url, headSha } = proposed
  const { db } = await ctx.store()
  await saveProposal(db, { ...key, file: path, branch, state: 'open', contentHash, number, url, headSha, at: ctx.clock.now() })
  return { state: 'proposed', where: url }
}
