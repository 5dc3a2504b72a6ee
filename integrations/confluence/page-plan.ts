// What becomes of a page, decided from what was agreed last, what git wants, and what is there. Content, title and place are
// three things that a person may have changed; labels and files of ours only follow.
import type { Agreement, FieldChange, FieldDecision, PushItem, PushPlan } from '../engine/push.ts'
import type { PageConflictPolicy } from './config.ts'
import type { DesiredPage } from './desired-page.ts'
import { shortHash } from './marker.ts'
import { meaningOf } from './page-reading.ts'
import { isEdited, type RemotePage } from './remote-page.ts'
import { plainText } from './storage-tokens.ts'
import { diffLines, excerptLines } from './text-diff.ts'

/** Why an edit stays although git does not have it: it is on its way there. */
const PULLED = 'the edit goes to git'
/** Why an edit stays although git says the same: writing over it would take away what markdown cannot say. */
const SAID = 'git says the same, and what markdown cannot say stays on the page'

/** Characters of a page that are kept for people to compare. */
const SHOWN = 8_000

const shownText = (body: string) => plainText(body).slice(0, SHOWN)

interface Looked {
  readonly item: PushItem<DesiredPage>
  readonly remote: RemotePage
  readonly agreement: Agreement
  readonly policy: PageConflictPolicy
}

type Verdict = Pick<FieldDecision, 'outcome' | 'reason'> & { readonly remoteChanged: boolean }

/** What a person said about these very two values counts before any policy. */
function resolved({ agreement }: Looked, field: string, git: string, remote: string): Verdict | undefined {
  const said = agreement.resolutions[field]
  if (said?.git !== git || said.remote !== remote) return undefined
  return said.keep === 'git'
    ? { outcome: 'write', reason: 'somebody decided for git', remoteChanged: true }
    : { outcome: 'keep', reason: 'somebody decided for the page', remoteChanged: true }
}

/** A page that somebody edited. Undefined: nothing has to be done about it. */
function judgeEdit(looked: Looked, git: string): Verdict | undefined {
  const { agreement, policy, remote, item } = looked
  const said = resolved(looked, 'body', git, remote.content)
  if (said) return said
  const isGitSame = agreement.base.body?.key === git || item.desired.fromPage
  if (policy === 'pull') {
    const [theirs, ours] = [meaningOf(remote.body), meaningOf(item.desired.body)]
    const hasMore = theirs.lost.some((what) => !ours.lost.includes(what))
    if (theirs.text === ours.text) return hasMore ? { outcome: 'keep', reason: SAID, remoteChanged: true } : undefined
  }
  switch (policy) {
    case 'overwrite':
      return { outcome: 'write', reason: 'conflictPolicy is overwrite', remoteChanged: true }
    case 'managed-region':
      if (!remote.region)
        return { outcome: 'conflict', reason: 'the page was edited and the marks of our part are gone', remoteChanged: true }
      return isGitSame ? undefined : { outcome: 'write', reason: 'only our part of the page is replaced', remoteChanged: true }
    case 'pull':
      if (!item.desired.editable)
        return {
          outcome: 'conflict',
          reason: 'the page was edited, and it is made from artifacts, so the edit has no file to go to',
          remoteChanged: true,
        }
      return isGitSame
        ? { outcome: 'keep', reason: PULLED, remoteChanged: true }
        : { outcome: 'conflict', reason: 'the page was edited, and its file changed in git', remoteChanged: true }
    default:
      return { outcome: 'conflict', reason: 'somebody edited the page in Confluence', remoteChanged: true }
  }
}

/** Whether this very edit is in git already. */
const hasArrived = ({ agreement, remote }: Looked): boolean => agreement.base.seen?.key === remote.content

function decideBody(looked: Looked): FieldDecision | undefined {
  const { item, remote, agreement } = looked
  const git = shortHash(item.hash)
  if (remote.content === git) return undefined
  const isSeen = hasArrived(looked)
  if (isSeen && agreement.base.body?.key === git) return undefined
  // A creation of ours that was cut short has nothing of anybody's in it.
  const edited = isEdited(remote.content) && !isSeen && !(agreement.origin === 'created' && remote.version === 1)
  const verdict = edited ? judgeEdit(looked, git) : { outcome: 'write' as const, reason: 'the document changed', remoteChanged: false }
  if (!verdict) return undefined
  const sides = {
    base: agreement.base.body,
    git: { key: git, shown: shownText(item.desired.body) },
    remote: { key: remote.content, shown: shownText(remote.body) },
  }
  return { field: 'body', name: 'Content', ...verdict, ...sides }
}

/** A title or a place: what a person set stays until git wants something new, and then the policy says. */
function decideSimple(looked: Looked, field: 'title' | 'parent', name: string, git: string, remote: string): FieldDecision | undefined {
  const { agreement, policy } = looked
  if (git === remote) return undefined
  const base = agreement.base[field]
  const sides = { base, git: { key: git, shown: git }, remote: { key: remote, shown: remote } }
  const said = resolved(looked, field, git, remote)
  if (said) return { field, name, ...said, ...sides }
  const verb = field === 'title' ? 'renamed' : 'moved'
  if (base === undefined && agreement.origin !== 'found')
    return { field, name, outcome: 'write', reason: 'the page is new', remoteChanged: false, ...sides }
  const isGitSame = base === undefined || base.key === git
  const isRemoteSame = base?.key === remote
  if (isRemoteSame) return { field, name, outcome: 'write', reason: `the document was ${verb} in git`, remoteChanged: false, ...sides }
  if (policy === 'overwrite') return { field, name, outcome: 'write', reason: 'conflictPolicy is overwrite', remoteChanged: true, ...sides }
  if (isGitSame) return { field, name, outcome: 'keep', reason: `it was ${verb} in Confluence`, remoteChanged: true, ...sides }
  return { field, name, outcome: 'conflict', reason: `it was ${verb} in Confluence and in git`, remoteChanged: true, ...sides }
}

/** Where another page has the wanted title, ours is called by one of the others, and that is as agreed. */
const titleNow = ({ desired }: PushItem<DesiredPage>, remote: RemotePage): string =>
  desired.titles.includes(remote.title) ? remote.title : (desired.titles[0] as string)

export interface LabelChange {
  readonly add: readonly string[]
  readonly remove: readonly string[]
}

/** A label of ours that somebody took off stays off; labels of others are never touched. */
export function planLabels(desired: readonly string[], remote: RemotePage): LabelChange {
  const ours = remote.property?.labels ?? []
  return {
    add: desired.filter((label) => !remote.labels.includes(label) && !ours.includes(label)),
    remove: ours.filter((label) => !desired.includes(label) && remote.labels.includes(label)),
  }
}

const planFiles = ({ attachments }: DesiredPage, remote: RemotePage): string[] =>
  attachments.filter(({ name, sha256 }) => remote.property?.attachments[name] !== sha256).map(({ name }) => name)

function changesOf(item: PushItem<DesiredPage>, remote: RemotePage, decisions: readonly FieldDecision[]): FieldChange[] {
  const changes: FieldChange[] = decisions.flatMap((decision) => {
    if (decision.outcome !== 'write') return []
    if (decision.field !== 'body') return [{ field: decision.field, from: decision.remote.shown, to: decision.git.shown }]
    const { removed, added } = diffLines(plainText(remote.body), plainText(item.desired.body))
    return removed.length + added.length === 0 ? [] : [{ field: 'body', from: excerptLines(removed), to: excerptLines(added) }]
  })
  const labels = planLabels(item.desired.labels, remote)
  const files = planFiles(item.desired, remote)
  if (labels.add.length + labels.remove.length > 0)
    changes.push({ field: 'labels', from: labels.remove.join(', '), to: labels.add.join(', ') })
  if (files.length > 0) changes.push({ field: 'attachments', from: '', to: files.join(', ') })
  return changes
}

/** Pure. Whether our property is up to date belongs to what has to be done, but is nothing to show. */
export function planPage(item: PushItem<DesiredPage>, remote: RemotePage, agreement: Agreement, policy: PageConflictPolicy): PushPlan {
  const looked = { item, remote, agreement, policy }
  const { desired } = item
  const parent = desired.parentId
  const title = titleNow(item, remote)
  const base = {
    body: { key: shortHash(item.hash), shown: title },
    title: { key: title, shown: title },
    ...(parent === undefined ? {} : { parent: { key: parent, shown: parent } }),
  }
  if (remote.status === 'archived')
    return {
      kind: 'refuse',
      changes: [],
      decisions: [],
      base,
      undated: [],
      reason: `"${remote.title}" was archived in Confluence, so it is left as it is. Restore the page, or remove the document.`,
    }
  const decisions = [
    decideBody(looked),
    decideSimple(looked, 'title', 'Title', title, remote.title),
    parent === undefined ? undefined : decideSimple(looked, 'parent', 'Parent page', parent, remote.parentId ?? ''),
  ].filter((decision) => decision !== undefined)
  const changes = changesOf(item, remote, decisions)
  // An edit that has arrived in git is agreed on from now on, and nothing is written over it.
  const isArrived =
    (policy === 'pull' || hasArrived(looked)) && isEdited(remote.content) && decisions.every(({ field }) => field !== 'body')
  const agreed = isArrived ? { ...base, seen: { key: remote.content, shown: title } } : base
  const isMarked = remote.property?.marker === item.marker && !isArrived
  const writes = decisions.some(({ outcome }) => outcome === 'write') || changes.length > 0 || !isMarked
  const isConflict = decisions.some(({ outcome }) => outcome === 'conflict')
  return { kind: isConflict ? 'conflict' : writes ? 'change' : 'none', changes, decisions, base: agreed, undated: [] }
}
