// Check runs and suites over HTTP. Only an App writes them; each App changes only its own.

import { z } from 'zod'
import {
  checkRunChange,
  checkRunInput,
  checkRunsOf,
  createCheckRun,
  emitCheckRun,
  ensureSuite,
  getCheckRun,
  toCheckRun,
  toCheckSuite,
  updateCheckRun,
} from './check-runs.ts'
import { notFound, Refusal } from './refusal.ts'
import { answer, answerCounted, answerList, type RepositoryContext, type Route, readBody, readNumber, repositoryRoute } from './router.ts'
import { fullName, resolveCommit } from './world.ts'

function assertApp(context: RepositoryContext): void {
  if (context.actor.kind !== 'installation') throw new Refusal(403, 'You must authenticate via a GitHub App.')
}

function listRuns(context: RepositoryContext, sha: string) {
  const { world, repository, request } = context
  const { query } = request
  const [name, status, app] = [query.get('check_name'), query.get('status'), query.get('app_id')]
  const filter = query.get('filter') === 'all' ? 'all' : 'latest'
  const runs = checkRunsOf(repository, sha, filter).filter(
    (run) => (!name || run.name === name) && (!status || run.status === status) && (!app || app === String(world.app.id)),
  )
  return answerCounted(context, 'check_runs', runs, (run) => toCheckRun(world, repository, run))
}

function commitOf({ repository, params }: RepositoryContext): string {
  const sha = resolveCommit(repository, params.ref ?? '')
  if (!sha) throw new Refusal(422, `No commit found for SHA: ${params.ref}`)
  return sha
}

function suiteOf(context: RepositoryContext) {
  const suite = context.repository.checkSuites.get(readNumber(context, 'id'))
  if (!suite) throw notFound()
  return suite
}

const suiteInput = z.looseObject({ head_sha: z.string() })

export const CHECK_ROUTES: readonly Route[] = [
  repositoryRoute('POST', '/check-runs', ['checks', 'write'], (context) => {
    assertApp(context)
    const input = readBody(context, checkRunInput)
    return answer(toCheckRun(context.world, context.repository, createCheckRun(context.world, context.repository, input)), 201)
  }),
  repositoryRoute('GET', '/check-runs/{id}', ['checks', 'read'], (context) =>
    answer(toCheckRun(context.world, context.repository, getCheckRun(context.repository, readNumber(context, 'id')))),
  ),
  repositoryRoute('PATCH', '/check-runs/{id}', ['checks', 'write'], (context) => {
    assertApp(context)
    const run = getCheckRun(context.repository, readNumber(context, 'id'))
    updateCheckRun(context.world, context.repository, run, readBody(context, checkRunChange))
    return answer(toCheckRun(context.world, context.repository, run))
  }),
  repositoryRoute('GET', '/check-runs/{id}/annotations', ['checks', 'read'], (context) => {
    const run = getCheckRun(context.repository, readNumber(context, 'id'))
    const blob = `${context.world.htmlUrl}/${fullName(context.repository)}/blob/${run.headSha}`
    return answerList(context, run.annotations, (one) => ({
      start_column: null,
      end_column: null,
      title: null,
      raw_details: null,
      ...one,
      blob_href: `${blob}/${one.path}`,
    }))
  }),
  repositoryRoute('POST', '/check-runs/{id}/rerequest', ['checks', 'write'], (context) => {
    const run = getCheckRun(context.repository, readNumber(context, 'id'))
    emitCheckRun(context.world, context.repository, run, context.sender, 'rerequested')
    return answer({}, 201)
  }),
  repositoryRoute('GET', '/commits/{ref...}/check-runs', ['checks', 'read'], (context) => listRuns(context, commitOf(context))),
  repositoryRoute('GET', '/commits/{ref...}/check-suites', ['checks', 'read'], (context) => {
    const sha = commitOf(context)
    const suites = [...context.repository.checkSuites.values()].filter((suite) => suite.headSha === sha)
    return answerCounted(context, 'check_suites', suites, (suite) => toCheckSuite(context.world, context.repository, suite))
  }),
  repositoryRoute('POST', '/check-suites', ['checks', 'write'], (context) => {
    assertApp(context)
    const { world, repository } = context
    const { head_sha: sha } = readBody(context, suiteInput)
    if (!repository.objects.commit(sha)) throw new Refusal(422, `No commit found for SHA: ${sha}`)
    const before = repository.checkSuites.size
    const suite = ensureSuite(world, repository, sha)
    return answer(toCheckSuite(world, repository, suite), repository.checkSuites.size > before ? 201 : 200)
  }),
  repositoryRoute('GET', '/check-suites/{id}', ['checks', 'read'], (context) =>
    answer(toCheckSuite(context.world, context.repository, suiteOf(context))),
  ),
  repositoryRoute('GET', '/check-suites/{id}/check-runs', ['checks', 'read'], (context) => listRuns(context, suiteOf(context).headSha)),
]
