// Issues and comments, as far as the stand-in needs them: pull requests share their numbers and their comments.
import { z } from 'zod'
import { toLabel, toLabelNames } from './labels.ts'
import { repositoryUrl } from './payload-git.ts'
import { toUser } from './payload-repository.ts'
import { invalid, notFound, Refusal } from './refusal.ts'
import { type Account, fullName, instant, nodeId, type Repository, type World } from './world.ts'

type Json = Record<string, unknown>

export interface Comment {
  readonly id: number
  readonly user: Account
  body: string
  readonly createdAt: Date
  updatedAt: Date
}

export const STATE_REASONS = ['completed', 'not_planned', 'duplicate', 'reopened'] as const

export interface Issue {
  readonly id: number
  readonly number: number
  readonly user: Account
  title: string
  body: string | null
  state: 'open' | 'closed'
  stateReason: (typeof STATE_REASONS)[number] | null
  locked: boolean
  labels: string[]
  readonly comments: Comment[]
  readonly createdAt: Date
  updatedAt: Date
  closedAt: Date | undefined
  /** The half of a pull request that is an issue. */
  readonly isPull: boolean
  /** Number of the issue it is a part of. */
  parent: number | undefined
  /** Deleted for good; its number is gone with it. */
  deleted: boolean
  /** Where it was transferred to. */
  movedTo: { readonly repositoryId: number; readonly number: number } | undefined
}

/** GitHub's limits of a title and a body, in characters. */
const MOST_TITLE = 256
const MOST_BODY = 65_536

const labelName = z.union([z.string(), z.looseObject({ name: z.string() }).transform((label) => label.name)])
export const issueInput = z.looseObject({
  title: z.union([z.string(), z.number()]).transform(String),
  body: z.string().nullish(),
  labels: z.array(labelName).optional(),
})
export const issueChange = z.looseObject({
  title: z.union([z.string(), z.number()]).transform(String).optional(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(STATE_REASONS).nullish(),
  labels: z.array(labelName).optional(),
})

function assertFits({ title, body }: { readonly title?: string | undefined; readonly body?: string | null | undefined }): void {
  const fault = (field: string, code: string) => invalid('Validation Failed', [{ resource: 'Issue', field, code }])
  if (title !== undefined && title.trim() === '') throw fault('title', 'missing_field')
  if ((title ?? '').length > MOST_TITLE) throw fault('title', 'custom')
  if ((body ?? '').length > MOST_BODY) throw fault('body', 'custom')
}

/** Opens an issue, or the issue half of a pull request, under the repository's next number. */
export function openIssue(world: World, repository: Repository, user: Account, input: z.output<typeof issueInput>, isPull = false): Issue {
  assertFits(input)
  const now = world.clock.now()
  const number = repository.nextNumber
  repository.nextNumber += 1
  const issue: Issue = {
    id: world.nextId(),
    number,
    user,
    title: input.title,
    body: input.body ?? null,
    ...{ state: 'open', stateReason: null, locked: false, parent: undefined, deleted: false, movedTo: undefined },
    labels: toLabelNames(repository, input.labels ?? []),
    comments: [],
    createdAt: now,
    updatedAt: now,
    closedAt: undefined,
    isPull,
  }
  repository.issues.set(number, issue)
  return issue
}

/** Changes an issue and says what became of it, in the words of the event. */
export function changeIssue(world: World, repository: Repository, issue: Issue, change: z.output<typeof issueChange>): string[] {
  assertFits(change)
  const isEdited =
    (change.title !== undefined && change.title !== issue.title) || (change.body !== undefined && (change.body ?? null) !== issue.body)
  if (change.title !== undefined) issue.title = change.title
  if (change.body !== undefined) issue.body = change.body
  const relabelled = change.labels ? setLabels(world, repository, issue, change.labels) : []
  const isMoved = change.state !== undefined && change.state !== issue.state
  if (change.state && isMoved) {
    issue.state = change.state
    issue.closedAt = change.state === 'closed' ? world.clock.now() : undefined
  }
  if (change.state && (isMoved || change.state_reason))
    issue.stateReason = change.state_reason ?? (change.state === 'closed' ? 'completed' : 'reopened')
  issue.updatedAt = world.clock.now()
  return [...(isEdited ? ['edited'] : []), ...relabelled, ...(isMoved ? [issue.state === 'closed' ? 'closed' : 'reopened'] : [])]
}

/** Puts exactly these labels on an issue; answers the events of that. */
export function setLabels(world: World, repository: Repository, issue: Issue, names: readonly string[]): string[] {
  const next = toLabelNames(repository, names)
  const [added, removed] = [next.filter((name) => !issue.labels.includes(name)), issue.labels.filter((name) => !next.includes(name))]
  issue.labels = next
  if (added.length + removed.length > 0) issue.updatedAt = world.clock.now()
  return [...added.map(() => 'labeled'), ...removed.map(() => 'unlabeled')]
}

/** An issue by number: 404 where there never was one, 410 where it was deleted. */
export function getIssue(repository: Repository, number: number): Issue {
  const issue = repository.issues.get(number)
  if (!issue) throw notFound()
  if (issue.deleted) throw new Refusal(410, 'This issue was deleted')
  return issue
}

export function addComment(world: World, issue: Issue, user: Account, body: string): Comment {
  const now = world.clock.now()
  const comment = { id: world.nextId(), user, body, createdAt: now, updatedAt: now }
  issue.comments.push(comment)
  return comment
}

/** A comment and its issue, by the comment's id. */
export function getComment(repository: Repository, id: number): { readonly issue: Issue; readonly comment: Comment } {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find((candidate) => candidate.id === id)
    if (comment) return { issue, comment }
  }
  throw notFound()
}

const REACTIONS = ['+1', '-1', 'laugh', 'hooray', 'confused', 'heart', 'rocket', 'eyes'] as const
const toReactions = (url: string): Json => ({
  url: `${url}/reactions`,
  total_count: 0,
  ...Object.fromEntries(REACTIONS.map((name) => [name, 0])),
})

export function toIssue(world: World, repository: Repository, issue: Issue): Json {
  const url = `${repositoryUrl(world, repository)}/issues/${issue.number}`
  const html = `${world.htmlUrl}/${fullName(repository)}/${issue.isPull ? 'pull' : 'issues'}/${issue.number}`
  const pull = `${repositoryUrl(world, repository)}/pulls/${issue.number}`
  return {
    id: issue.id,
    node_id: nodeId('Issue', issue.id),
    url,
    repository_url: repositoryUrl(world, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: html,
    number: issue.number,
    state: issue.state,
    state_reason: issue.stateReason,
    title: issue.title,
    body: issue.body,
    user: toUser(world, issue.user),
    labels: issue.labels.map((name) => toLabel(world, repository, name)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: issue.locked,
    active_lock_reason: null,
    comments: issue.comments.length,
    author_association: 'MEMBER',
    created_at: instant(issue.createdAt),
    updated_at: instant(issue.updatedAt),
    closed_at: issue.closedAt ? instant(issue.closedAt) : null,
    closed_by: null,
    reactions: toReactions(url),
    ...(issue.parent === undefined ? {} : { parent_issue_url: `${repositoryUrl(world, repository)}/issues/${issue.parent}` }),
    ...(issue.isPull ? { pull_request: { url: pull, html_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch` } } : {}),
  }
}

export function toComment(world: World, repository: Repository, issue: Issue, comment: Comment): Json {
  const url = repositoryUrl(world, repository)
  return {
    id: comment.id,
    node_id: nodeId('IssueComment', comment.id),
    url: `${url}/issues/comments/${comment.id}`,
    html_url: `${world.htmlUrl}/${fullName(repository)}/issues/${issue.number}#issuecomment-${comment.id}`,
    issue_url: `${url}/issues/${issue.number}`,
    user: toUser(world, comment.user),
    body: comment.body,
    author_association: 'MEMBER',
    created_at: instant(comment.createdAt),
    updated_at: instant(comment.updatedAt),
  }
}
