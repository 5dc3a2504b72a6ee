// Issues, their comments, labels and sub-issues over HTTP. Pull requests are among them, as at GitHub.
import { z } from 'zod'
import { emitIssue } from './issue-events.ts'
import {
  addComment,
  changeIssue,
  getComment,
  getIssue,
  type Issue,
  issueChange,
  issueInput,
  openIssue,
  setLabels,
  toComment,
  toIssue,
} from './issues.ts'
import { addLabel, labelInput, labelsOf, toLabel } from './labels.ts'
import { invalid, notFound, Refusal } from './refusal.ts'
import { answer, answerList, nothing, type RepositoryContext, type Route, readBody, readNumber, repositoryRoute } from './router.ts'
import type { Repository } from './world.ts'

const bodyInput = z.looseObject({ body: z.string().min(1).max(65_536) })
const labelsInput = z.union([z.array(z.string()), z.looseObject({ labels: z.array(z.string()) }).transform((input) => input.labels)])
const subIssueInput = z.looseObject({ sub_issue_id: z.int(), replace_parent: z.boolean().optional() })
/** GitHub's limit of sub-issues below one issue. */
const MOST_SUB_ISSUES = 100

const lags = new WeakMap<Repository, number>()
/** Lists are served from copies, which may be behind what was just made. */
export const setListLag = (repository: Repository, ms: number): void => void lags.set(repository, ms)

const issueOf = (context: RepositoryContext) => getIssue(context.repository, readNumber(context, 'number'))
const commentOf = (context: RepositoryContext) => getComment(context.repository, readNumber(context, 'id'))
const shown = ({ world, repository }: RepositoryContext, issue: Issue) => toIssue(world, repository, issue)

/** The issue of a number; one that was transferred is answered with a redirect to where it is. */
function onIssue(run: (context: RepositoryContext, issue: Issue) => ReturnType<typeof answer>) {
  return (context: RepositoryContext) => {
    const issue = issueOf(context)
    if (!issue.movedTo) return run(context, issue)
    const { world, request } = context
    const url = `${world.apiUrl}/repositories/${issue.movedTo.repositoryId}/issues/${issue.movedTo.number}`
    const body = { message: 'Moved Permanently', url, documentation_url: 'https://docs.github.com/rest' }
    return answer(body, request.method === 'GET' ? 301 : 307, { location: url })
  }
}

function listIssues(context: RepositoryContext) {
  const { world, repository, request } = context
  if (!repository.evidence.settings.issues) throw new Refusal(410, 'Issues has been disabled in this repository.')
  const { query } = request
  const state = query.get('state') ?? 'open'
  const labels = query.get('labels')?.split(',') ?? []
  const [since, creator] = [query.get('since'), query.get('creator')]
  const newest = world.clock.now().getTime() - (lags.get(repository) ?? 0)
  const found = [...repository.issues.values()].filter(
    (issue) =>
      !issue.deleted &&
      !issue.movedTo &&
      issue.createdAt.getTime() <= newest &&
      (state === 'all' || issue.state === state) &&
      labels.every((label) => issue.labels.some((one) => one.toLowerCase() === label.toLowerCase())) &&
      (!creator || issue.user.login.toLowerCase() === creator.toLowerCase()) &&
      (!since || issue.updatedAt >= new Date(since)),
  )
  const direction = query.get('direction') === 'asc' ? 1 : -1
  const by = query.get('sort') === 'updated' ? 'updatedAt' : 'createdAt'
  return answerList(
    context,
    found.sort((a, b) => direction * (a[by].getTime() - b[by].getTime() || a.number - b.number)),
    (issue) => toIssue(world, repository, issue),
  )
}

function createIssue(context: RepositoryContext) {
  const { world, repository, sender } = context
  if (!repository.evidence.settings.issues) throw new Refusal(410, 'Issues has been disabled in this repository.')
  const issue = openIssue(world, repository, sender, readBody(context, issueInput))
  emitIssue(world, repository, issue, sender, ['opened', ...issue.labels.map(() => 'labeled')])
  return answer(shown(context, issue), 201)
}

function relabel(context: RepositoryContext, issue: Issue, names: readonly string[]) {
  const { world, repository, sender } = context
  emitIssue(world, repository, issue, sender, setLabels(world, repository, issue, names))
  return answer(issue.labels.map((name) => toLabel(world, repository, name)))
}

function addSubIssue(context: RepositoryContext, issue: Issue) {
  const { sub_issue_id: id, replace_parent: replaces = false } = readBody(context, subIssueInput)
  const all = [...context.repository.issues.values()]
  const child = all.find((one) => one.id === id && !one.isPull && !one.deleted)
  if (!child) throw notFound()
  if (child.parent === issue.number) throw invalid('Issue may not contain duplicate sub-issues')
  if (child.parent !== undefined && !replaces) throw invalid('Sub issue may only have one parent')
  if (all.filter((one) => one.parent === issue.number).length >= MOST_SUB_ISSUES)
    throw invalid('Parent cannot have more than 100 sub-issues')
  child.parent = issue.number
  child.updatedAt = context.world.clock.now()
  return answer(shown(context, issue), 201)
}

const ISSUES: readonly Route[] = [
  repositoryRoute('GET', '/issues', ['issues', 'read'], listIssues),
  repositoryRoute('POST', '/issues', ['issues', 'write'], createIssue),
  repositoryRoute(
    'GET',
    '/issues/{number}',
    ['issues', 'read'],
    onIssue((context, issue) => answer(shown(context, issue))),
  ),
  repositoryRoute(
    'PATCH',
    '/issues/{number}',
    ['issues', 'write'],
    onIssue((context, issue) => {
      const { world, repository, sender } = context
      emitIssue(world, repository, issue, sender, changeIssue(world, repository, issue, readBody(context, issueChange)))
      return answer(shown(context, issue))
    }),
  ),
]

const COMMENTS: readonly Route[] = [
  repositoryRoute('GET', '/issues/{number}/comments', ['issues', 'read'], (context) => {
    const issue = issueOf(context)
    return answerList(context, issue.comments, (comment) => toComment(context.world, context.repository, issue, comment))
  }),
  repositoryRoute('POST', '/issues/{number}/comments', ['issues', 'write'], (context) => {
    const issue = issueOf(context)
    if (issue.locked) throw new Refusal(403, 'Unable to create comment because issue is locked.')
    const comment = addComment(context.world, issue, context.sender, readBody(context, bodyInput).body)
    issue.updatedAt = context.world.clock.now()
    return answer(toComment(context.world, context.repository, issue, comment), 201)
  }),
  repositoryRoute('GET', '/issues/comments/{id}', ['issues', 'read'], (context) => {
    const { issue, comment } = commentOf(context)
    return answer(toComment(context.world, context.repository, issue, comment))
  }),
  repositoryRoute('PATCH', '/issues/comments/{id}', ['issues', 'write'], (context) => {
    const { issue, comment } = commentOf(context)
    comment.body = readBody(context, bodyInput).body
    comment.updatedAt = context.world.clock.now()
    return answer(toComment(context.world, context.repository, issue, comment))
  }),
  repositoryRoute('DELETE', '/issues/comments/{id}', ['issues', 'write'], (context) => {
    const { issue, comment } = commentOf(context)
    issue.comments.splice(issue.comments.indexOf(comment), 1)
    return nothing()
  }),
]

const LABELS: readonly Route[] = [
  repositoryRoute('GET', '/labels', ['issues', 'read'], (context) =>
    answerList(context, [...labelsOf(context.repository).values()], ({ name }) => toLabel(context.world, context.repository, name)),
  ),
  repositoryRoute('POST', '/labels', ['issues', 'write'], (context) => {
    const { name } = addLabel(context.repository, readBody(context, labelInput))
    return answer(toLabel(context.world, context.repository, name), 201)
  }),
  repositoryRoute('GET', '/issues/{number}/labels', ['issues', 'read'], (context) =>
    answerList(context, issueOf(context).labels, (name) => toLabel(context.world, context.repository, name)),
  ),
  repositoryRoute(
    'POST',
    '/issues/{number}/labels',
    ['issues', 'write'],
    onIssue((context, issue) => relabel(context, issue, [...issue.labels, ...readBody(context, labelsInput)])),
  ),
  repositoryRoute(
    'DELETE',
    '/issues/{number}/labels/{name}',
    ['issues', 'write'],
    onIssue((context, issue) => {
      const kept = issue.labels.filter((label) => label.toLowerCase() !== String(context.params.name).toLowerCase())
      if (kept.length === issue.labels.length) throw new Refusal(404, 'Label does not exist')
      return relabel(context, issue, kept)
    }),
  ),
]

/** Unknown to older Enterprise Servers, which answer 404 as for any path they do not know. */
export const SUB_ISSUE_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/issues/{number}/sub_issues', ['issues', 'read'], (context) => {
    const { number } = issueOf(context)
    const children = [...context.repository.issues.values()].filter((one) => one.parent === number && !one.deleted)
    return answerList(context, children, (issue) => shown(context, issue))
  }),
  repositoryRoute('POST', '/issues/{number}/sub_issues', ['issues', 'write'], onIssue(addSubIssue)),
]

export const ISSUE_ROUTES: readonly Route[] = [...ISSUES, ...COMMENTS, ...LABELS]
