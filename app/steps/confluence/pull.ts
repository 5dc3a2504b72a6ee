// Edits of pages on their way into git. A repository gets a pull request, one per document, brought up to date in place and
// closed when there is nothing left to propose; a folder of this machine gets the file itself.
import { createHash } from 'node:crypto'
import type { ConfluenceConfig, ConfluenceContext } from '../../../integrations/confluence/index.ts'
import { replaceGovernedFile } from '../../../integrations/engine/governed-folder.ts'
import type { PushStatus } from '../../../integrations/engine/push.ts'
import { type ErrorCode, isAppError } from '../../../integrations/kernel/errors.ts'
import { listProposals, type ProposalKey } from '../../../integrations/store/proposals.ts'
import { type Decision, type Inbound, withInbound } from '../../answers/push-answer.ts'
import type { AppContext } from '../../context.ts'
import { bringProposal, dropProposal, type ProposalOutcome } from '../proposals.ts'
import type { OpenRepository } from '../repository-access.ts'
import { type PageEdit, readPageEdit } from './page-edit.ts'
import type { PageSurroundings } from './page-rendering.ts'
import type { PlannedPage } from './published-pages.ts'

/** Where an edit goes. `plan`: nowhere, it is only said. */
export type PullPlace =
  | { readonly kind: 'repository'; readonly repository: OpenRepository }
  | { readonly kind: 'folder'; readonly root: string }
  | { readonly kind: 'plan' }
  | { readonly kind: 'closed'; readonly reason: string }

export interface Pulling {
  readonly place: PullPlace
  readonly context: ConfluenceContext
  /** Part of every mark. */
  readonly source: string
  readonly config: ConfluenceConfig
  /** The documents as they are in git, by path. */
  readonly texts: ReadonlyMap<string, string>
}

/** A page as far as its edit is concerned; decisions as answers carry them. */
export interface TouchedPage {
  readonly documentId: string
  readonly pageId: string | null
  readonly pageUrl: string | null
  readonly title: string
  readonly status: PushStatus
  readonly decisions?: readonly Decision[] | undefined
}

export interface Edited {
  readonly page: PlannedPage
  readonly touched: TouchedPage
  readonly surroundings: PageSurroundings
}

const BRANCH_PREFIX = 'katalyst/confluence'

/** A branch that git takes, whatever the file is called; two files never have the same. */
export function branchOf(file: string): string {
  const plain = file
    .replace(/[^A-Za-z0-9._/-]+/g, '-')
    .split('/')
    .map((part) => part.replace(/^[.-]+|[.-]+$|\.lock$/g, '').replace(/\.{2,}/g, '.'))
    .filter((part) => part !== '')
    .join('/')
  return plain === file
    ? `${BRANCH_PREFIX}/${file}`
    : `${BRANCH_PREFIX}/${plain}-${createHash('sha256').update(file).digest('hex').slice(0, 8)}`
}

/** A text or a title of a person that stays on the page. */
const isKept = ({ decisions = [] }: TouchedPage) =>
  decisions.some(({ id, outcome }) => (id === 'body' || id === 'title') && outcome === 'keep')

/** What the page is called, where a person said so. */
function renamedTo({ decisions = [] }: TouchedPage): string | undefined {
  const title = decisions.find(({ id, outcome }) => id === 'title' && outcome === 'keep')?.remote
  return typeof title === 'string' ? title : undefined
}

const list = (heading: string, items: readonly string[]) => (items.length === 0 ? [] : ['', heading, ...items.map((item) => `- ${item}`)])

function describe(file: string, { title: page, pageUrl }: TouchedPage, { lost, rewritten }: PageEdit) {
  const title = `docs: ${file} as edited in Confluence`
  const body = [
    `The page [${page.replace(/[[\]]/g, '\\$&')}](${pageUrl ?? ''}) was edited in Confluence. This brings the edit into \`${file}\`.`,
    ...list('Not brought along, because markdown has no word for it; it stays on the page until that is published again:', lost),
    ...list(
      'Written in the spelling of the page, because single words could not say it:',
      rewritten.map((line) => `\`${line.replaceAll('`', "'")}\``),
    ),
    '',
    'It is brought up to date while the page changes. Closing it without merging declines this edit; another one is proposed again.',
  ].join('\n')
  return { title, body, message: `${title}\n\nPage: ${pageUrl ?? page}\n` }
}

const keyOf = (ctx: AppContext, { source }: Pulling, artifactId: string): ProposalKey => ({
  ...{ connectionId: ctx.providers.confluence.connectionId, scope: source, artifactKind: 'document', artifactId },
})

async function deliver(ctx: AppContext, pulling: Pulling, touched: TouchedPage, file: string, edit: PageEdit): Promise<ProposalOutcome> {
  const { place, texts } = pulling
  const was = texts.get(file) ?? ''
  const key = keyOf(ctx, pulling, touched.documentId)
  if (edit.text === was) {
    if (place.kind === 'repository') await dropProposal(ctx, key, place.repository)
    return { state: 'none' }
  }
  switch (place.kind) {
    case 'repository': {
      const wanted = { key, repository: place.repository, branch: branchOf(file), path: file, was, text: edit.text }
      return bringProposal(ctx, { ...wanted, ...describe(file, touched, edit) })
    }
    case 'folder':
      return { state: (await replaceGovernedFile(place.root, file, was, edit.text)) ? 'written' : 'waiting', where: file }
    default:
      return { state: 'planned', where: file }
  }
}

interface Result {
  readonly status: PushStatus
  readonly reason?: string | undefined
  readonly code?: string | undefined
}

/**
 * Refusals of GitHub concern this edit: the other pages go on, and the connection to Confluence has nothing to do with it. An
 * outage or a limit is thrown, so that the publication is repeated.
 */
const REFUSALS: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'not-configured',
  'refused',
  'provider-unauthenticated',
  'provider-forbidden',
  'provider-not-found',
  'provider-gone',
  'provider-rejected',
  'provider-conflict',
])

export const isRefusalOfGitHub = (code: ErrorCode): boolean => REFUSALS.has(code)

type Delivered = ProposalOutcome | { readonly kind: 'refused'; readonly code: ErrorCode; readonly reason: string }

async function tryDeliver(...parts: Parameters<typeof deliver>): Promise<Delivered> {
  try {
    return await deliver(...parts)
  } catch (error) {
    if (!isAppError(error) || !isRefusalOfGitHub(error.code)) throw error
    return { kind: 'refused', code: error.code, reason: `The edit cannot be proposed: ${error.message}` }
  }
}

/** The result of a page with what became of its edit; a page that nobody edited, or that has no file, is as it was. */
export async function takePage<R extends Result>(
  ctx: AppContext,
  pulling: Pulling,
  { page, touched, surroundings }: Edited,
  result: R,
): Promise<R & { readonly inbound?: Inbound }> {
  const { file } = page
  const { place, config, context, texts } = pulling
  if (file === undefined || touched.pageId === null || touched.status === 'conflict' || !isKept(touched)) return result
  if (place.kind === 'closed') return { ...result, status: 'skipped', reason: `The edit cannot be proposed: ${place.reason}` }
  const { confluence } = ctx.providers
  const stored = await confluence.readStoredBody(context, touched.pageId)
  if (stored === undefined) return result
  const givenTitle = config.documents.find((one) => one.file === file)?.title
  const content = texts.get(file) ?? ''
  const edit = readPageEdit(confluence, { page, content, stored, renamed: renamedTo(touched), givenTitle }, surroundings)
  if (!edit) return { ...result, reason: `${file} is longer than its page, so the edit cannot be brought into it. Make it in the file.` }
  const delivered = await tryDeliver(ctx, pulling, touched, file, edit)
  if ('kind' in delivered) return { ...result, status: 'failed', code: delivered.code, reason: delivered.reason }
  const { state, where } = delivered
  const taken = edit.text === content ? [] : ['the edit of the page']
  const told = withInbound(result, { state, taken, refused: [], ...(where === undefined ? {} : { where }) }, 'Confluence')
  const lost = edit.lost.length > 0 ? [`Not brought along: ${edit.lost.join('; ')}.`] : []
  const reason = [...(told.reason ? [told.reason] : []), ...lost].join(' ')
  return { ...told, ...(reason === '' ? {} : { reason }) }
}

/** Documents that say in git what their page proposed: git moved, and yet only to where the page was before. */
export async function readTaken(ctx: AppContext, pulling: Pulling): Promise<ReadonlySet<string>> {
  const proposals = await listProposals((await ctx.store()).db, keyOf(ctx, pulling, ''))
  const isTaken = (file: string, contentHash: string) => {
    const text = pulling.texts.get(file)
    return text !== undefined && createHash('sha256').update(text).digest('hex') === contentHash
  }
  return new Set(proposals.flatMap(({ artifactId, file, contentHash }) => (isTaken(file, contentHash) ? [artifactId] : [])))
}

/** Pull requests of documents whose pages hold no edit any more are closed. */
export async function dropMootProposals(ctx: AppContext, pulling: Pulling, pages: readonly TouchedPage[]): Promise<void> {
  const { place } = pulling
  if (place.kind !== 'repository') return
  const key = keyOf(ctx, pulling, '')
  const proposals = await listProposals((await ctx.store()).db, key)
  for (const { artifactId } of proposals.filter(({ state }) => state === 'open')) {
    const touched = pages.find(({ documentId }) => documentId === artifactId)
    // A page that is gone took its edit with it, and the pull request is where that is left.
    const isAgreed = touched !== undefined && !isKept(touched) && (touched.status === 'unchanged' || touched.status === 'updated')
    if (isAgreed) await dropProposal(ctx, { ...key, artifactId }, place.repository)
  }
}
