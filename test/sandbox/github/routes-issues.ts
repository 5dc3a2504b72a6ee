// Issues, their comments and labels over HTTP. Pull requests are among them, as at GitHub.
import { z } from 'zod'
import { addComment, changeIssue, getComment, getIssue, issueChange, issueInput, openIssue, toComment, toIssue, toLabel } from './issues.ts'
import { Refusal } from './refusal.ts'
import { answer, answerList, nothing, type RepositoryContext, type Route, readBody, readNumber, repositoryRoute } from './router.ts'

const bodyInput = z.looseObject({ body: z.string().min(1).max(65_536) })
const labelsInput = z.union([z.array(z.string()), z.looseObject({ labels: z.array(z.string()) }).transform((input) => input.labels)])

const issueOf = (context: RepositoryContext) => getIssue(context.repository, readNumber(context, 'number'))
const commentOf = (context: RepositoryContext) => getComment(context.repository, readNumber(context, 'id'))

function listIssues(context: RepositoryContext) {
  const { world, repository, request } = context
  if (!repository.evidence.settings.issues) throw new Refusal(410, 'Issues has been disabled in this repository.')
  const { query } = request
  const state = query.get('state') ?? 'open'
  const labels = query.get('labels')?.split(',') ?? []
  const since = query.get('since')
  const found = [...repository.issues.values()].filter(
    (issue) =>
      (state === 'all' || issue.state === state) &&
      labels.every((label) => issue.labels.includes(label)) &&
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

export const ISSUE_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/issues', ['issues', 'read'], listIssues),
  repositoryRoute('POST', '/issues', ['issues', 'write'], (context) => {
    const issue = openIssue(context.world, context.repository, context.sender, readBody(context, issueInput))
    return answer(toIssue(context.world, context.repository, issue), 201)
  }),
  repositoryRoute('GET', '/issues/{number}', ['issues', 'read'], (context) =>
    answer(toIssue(context.world, context.repository, issueOf(context))),
  ),
  repositoryRoute('PATCH', '/issues/{number}', ['issues', 'write'], (context) => {
    const issue = issueOf(context)
    changeIssue(context.world, issue, readBody(context, issueChange))
    return answer(toIssue(context.world, context.repository, issue))
  }),
  repositoryRoute('GET', '/issues/{number}/comments', ['issues', 'read'], (context) => {
    const issue = issueOf(context)
    return answerList(context, issue.comments, (comment) => toComment(context.world, context.repository, issue, comment))
  }),
  repositoryRoute('POST', '/issues/{number}/comments', ['issues', 'write'], (context) => {
    const issue = issueOf(context)
    const comment = addComment(context.world, issue, context.sender, readBody(context, bodyInput).body)
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
  repositoryRoute('GET', '/issues/{number}/labels', ['issues', 'read'], (context) =>
    answerList(context, issueOf(context).labels, (name) => toLabel(context.world, context.repository, name)),
  ),
  repositoryRoute('POST', '/issues/{number}/labels', ['issues', 'write'], (context) => {
    const issue = issueOf(context)
    issue.labels = [...new Set([...issue.labels, ...readBody(context, labelsInput)])]
    return answer(issue.labels.map((name) => toLabel(context.world, context.repository, name)))
  }),
]
