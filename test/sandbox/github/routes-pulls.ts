// Pull requests over HTTP.
import { z } from 'zod'
import { toFile, writeCommit } from './payload-git.ts'
import { pullChanges, toPull, toPullSimple } from './payload-pull.ts'
import { assertMergeable, changePull, finishMerge, getPull, openPull, type Pull, planMerge } from './pulls.ts'
import { moveRef } from './pushes.ts'
import { Refusal } from './refusal.ts'
import { commitsOfPull } from './reviews.ts'
import { answer, answerList, nothing, type RepositoryContext, type Route, readBody, readNumber, repositoryRoute } from './router.ts'

const MAX_FILES = 3000
const MAX_COMMITS = 250

const pullInput = z.looseObject({
  title: z.string(),
  body: z.string().nullish(),
  head: z.string(),
  base: z.string(),
  draft: z.boolean().default(false),
})
const pullChange = z.looseObject({
  title: z.string().optional(),
  body: z.string().nullish(),
  base: z.string().optional(),
  state: z.enum(['open', 'closed']).optional(),
})
const mergeInput = z.looseObject({ sha: z.string().optional(), merge_method: z.enum(['merge', 'squash', 'rebase']).default('merge') })

const pullOf = (context: RepositoryContext): Pull => getPull(context.repository, readNumber(context, 'number'))

function listPulls(context: RepositoryContext) {
  const { world, repository, request } = context
  const { query } = request
  const [state, head, base] = [query.get('state') ?? 'open', query.get('head'), query.get('base')]
  const headOf = (pull: Pull) => `${world.repositories.get(pull.head.repositoryId)?.owner.login}:${pull.head.ref}`
  const found = [...repository.pulls.values()].filter(
    (pull) => (state === 'all' || pull.state === state) && (!head || headOf(pull) === head) && (!base || pull.base.ref === base),
  )
  const by = query.get('sort') === 'updated' ? (pull: Pull) => pull.updatedAt.getTime() : (pull: Pull) => pull.number
  const direction = (query.get('direction') ?? (query.has('sort') ? 'asc' : 'desc')) === 'asc' ? 1 : -1
  return answerList(
    context,
    found.sort((a, b) => direction * (by(a) - by(b))),
    (pull) => toPullSimple(world, repository, pull),
  )
}

function mergePull(context: RepositoryContext) {
  const { world, repository, sender } = context
  const pull = pullOf(context)
  const input = readBody(context, mergeInput)
  assertMergeable(pull, input.sha)
  const sha = planMerge(world, repository, pull, sender, input.merge_method)
  if (sha === 'conflict') throw new Refusal(405, 'Pull Request is not mergeable')
  moveRef(world, repository, `refs/heads/${pull.base.ref}`, sha, sender)
  finishMerge(world, repository, pull, sender, sha)
  return answer({ sha, merged: true, message: 'Pull Request successfully merged' })
}

export const PULL_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/pulls', ['pull_requests', 'read'], listPulls),
  repositoryRoute('POST', '/pulls', ['pull_requests', 'write'], (context) => {
    const { world, repository, sender } = context
    const { title, body, head, base, draft } = readBody(context, pullInput)
    return answer(toPull(world, repository, openPull(world, repository, sender, { title, body: body ?? null, head, base, draft })), 201)
  }),
  repositoryRoute('GET', '/pulls/{number}', ['pull_requests', 'read'], (context) =>
    answer(toPull(context.world, context.repository, pullOf(context))),
  ),
  repositoryRoute('PATCH', '/pulls/{number}', ['pull_requests', 'write'], (context) => {
    const pull = pullOf(context)
    changePull(context.world, context.repository, pull, context.sender, readBody(context, pullChange))
    return answer(toPull(context.world, context.repository, pull))
  }),
  repositoryRoute('GET', '/pulls/{number}/files', ['pull_requests', 'read'], (context) => {
    const pull = pullOf(context)
    return answerList(context, pullChanges(context.repository, pull).slice(0, MAX_FILES), (file) =>
      toFile(context.world, context.repository, pull.head.sha, file),
    )
  }),
  repositoryRoute('GET', '/pulls/{number}/commits', ['pull_requests', 'read'], (context) => {
    const pull = pullOf(context)
    const commits = commitsOfPull(context.repository, pull).slice(0, MAX_COMMITS)
    return answerList(context, commits, ({ sha, commit }) => writeCommit(context.world, context.repository, sha, commit))
  }),
  repositoryRoute('GET', '/pulls/{number}/merge', ['pull_requests', 'read'], (context) => {
    if (!pullOf(context).mergedAt) throw new Refusal(404, 'Not Found')
    return nothing()
  }),
  repositoryRoute('PUT', '/pulls/{number}/merge', ['contents', 'write'], mergePull),
]
