// Issues and comments, as far as the stand-in needs them: pull requests share their numbers and their comments.
import { z } from 'zod'
import { repositoryUrl } from './payload-git.ts'
import { toUser } from './payload-repository.ts'
import { notFound } from './refusal.ts'
import { type Account, fullName, instant, nodeId, type Repository, type World } from './world.ts'

type Json = Record<string, unknown>

export interface Comment {
  readonly id: number
  readonly user: Account
  body: string
  readonly createdAt: Date
  updatedAt: Date
}

export interface Issue {
  readonly id: number
  readonly number: number
  readonly user: Account
  title: string
  body: string | null
  state: 'open' | 'closed'
  labels: string[]
  readonly comments: Comment[]
  readonly createdAt: Date
  updatedAt: Date
  closedAt: Date | undefined
  /** The half of a pull request that is an issue. */
  readonly isPull: boolean
}

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
  labels: z.array(labelName).optional(),
})

/** Opens an issue, or the issue half of a pull request, under the repository's next number. */
export function openIssue(world: World, repository: Repository, user: Account, input: z.output<typeof issueInput>, isPull = false): Issue {
  const now = world.clock.now()
  const number = repository.nextNumber
  repository.nextNumber += 1
  const issue: Issue = {
    id: world.nextId(),
    number,
    user,
    title: input.title,
    body: input.body ?? null,
    state: 'open',
    labels: input.labels ?? [],
    comments: [],
    createdAt: now,
    updatedAt: now,
    closedAt: undefined,
    isPull,
  }
  repository.issues.set(number, issue)
  return issue
}

export function changeIssue(world: World, issue: Issue, change: z.output<typeof issueChange>): void {
  issue.updatedAt = world.clock.now()
  if (change.title !== undefined) issue.title = change.title
  if (change.body !== undefined) issue.body = change.body
  if (change.labels) issue.labels = change.labels
  if (change.state && change.state !== issue.state) {
    issue.state = change.state
    issue.closedAt = change.state === 'closed' ? world.clock.now() : undefined
  }
}

export function getIssue(repository: Repository, number: number): Issue {
  const issue = repository.issues.get(number)
  if (!issue) throw notFound()
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

export const toLabel = (world: World, repository: Repository, name: string): Json => ({
  id: [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_000_007, 7),
  node_id: nodeId('Label', name),
  url: `${repositoryUrl(world, repository)}/labels/${encodeURIComponent(name)}`,
  name,
  description: '',
  color: 'ededed',
  default: false,
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
    title: issue.title,
    body: issue.body,
    user: toUser(world, issue.user),
    labels: issue.labels.map((name) => toLabel(world, repository, name)),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: false,
    comments: issue.comments.length,
    author_association: 'MEMBER',
    created_at: instant(issue.createdAt),
    updated_at: instant(issue.updatedAt),
    closed_at: issue.closedAt ? instant(issue.closedAt) : null,
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
