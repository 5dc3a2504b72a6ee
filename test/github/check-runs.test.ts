import { describe, expect, test } from '@jest/globals'
import type { CheckAnnotation } from '../../integrations/github/check-output.ts'
import { type CheckPublication, closeRun, findOpenRuns, parseExternalId, publishCheck } from '../../integrations/github/check-runs.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { APP_ID, makeGitHubApi, REPOSITORY, type SentRequest } from './github-api.ts'

const HEAD = 'a'.repeat(40)
const annotations = (count: number): CheckAnnotation[] =>
  Array.from({ length: count }, (_, at) => ({
    path: 'governance/roads/ROAD-001.md',
    startLine: at + 1,
    endLine: at + 1,
    level: 'failure',
    title: `t${at}`,
    message: `m${at}`,
  }))
const check = (count = 0, change: Partial<CheckPublication> = {}): CheckPublication => ({
  repository: REPOSITORY,
  headSha: HEAD,
  name: 'Katalyst / governance',
  subject: 'pull/12',
  conclusion: 'failure',
  title: 'One error',
  summary: 'Fix it.',
  annotations: annotations(count),
  ...change,
})

interface Run {
  id: number
  name: string
  head_sha: string
  status: string
  conclusion: string | null
  external_id: string
  html_url: string
  annotations: unknown[]
}

/** GitHub's check runs of one commit, appending annotations as GitHub does. */
function makeRuns(spoil: (request: SentRequest, at: number) => Error | undefined = () => undefined) {
  const runs: Run[] = []
  let writes = 0
  const shown = ({ annotations: list, ...run }: Run) => ({ ...run, output: { annotations_count: list.length } })
  const write = (request: SentRequest, run: Run) => {
    const { output, ...change } = request.body as { output?: { annotations?: unknown[]; summary?: string } } & Partial<Run>
    expect(output?.annotations?.length ?? 0).toBeLessThanOrEqual(50)
    Object.assign(run, change)
    run.annotations.push(...(output?.annotations ?? []))
    // The effect has happened: what the spoiler throws is an answer that got lost.
    writes += 1
    const lost = spoil(request, writes)
    if (lost) throw lost
    return { json: shown(run) }
  }
  const api = makeGitHubApi({
    [`GET /repos/acme/shop/commits/${HEAD}/check-runs`]: ({ query }) => {
      expect(query).toMatchObject({ check_name: 'Katalyst / governance', app_id: String(APP_ID) })
      const found = query.filter === 'latest' ? runs.slice(-1) : runs
      return { json: { total_count: found.length, check_runs: found.map(shown) } }
    },
    'POST /repos/acme/shop/check-runs': (request) => {
      const run: Run = {
        id: runs.length + 1,
        name: '',
        head_sha: '',
        status: 'queued',
        conclusion: null,
        external_id: '',
        html_url: 'https://github.com/r',
        annotations: [],
      }
      runs.push(run)
      return write(request, run)
    },
    'PATCH /repos/acme/shop/check-runs/(\\d+)': (request, match) => write(request, runs[Number(match[1]) - 1] as Run),
  })
  return { runs, api, publish: async (publication: CheckPublication) => publishCheck(await api.clients.asInstallation(1), publication) }
}

describe('publishing a check', () => {
  test('creates a completed run in one request, never one in progress', async () => {
    const { runs, api, publish } = makeRuns()
    expect(await publish(check(3))).toMatchObject({ status: 'created', checkRunId: 1 })
    expect(runs).toMatchObject([{ status: 'completed', conclusion: 'failure', head_sha: HEAD }])
    expect(api.writes()).toHaveLength(1)
  })

  test.each([50, 51, 100, 237])('%i annotations arrive in batches of 50, each once and in order', async (count) => {
    const { runs, api, publish } = makeRuns()
    await publish(check(count))
    expect(runs[0]?.annotations.map((annotation) => (annotation as { start_line: number }).start_line)).toEqual(
      Array.from({ length: count }, (_, at) => at + 1),
    )
    expect(api.writes()).toHaveLength(Math.ceil(count / 50))
  })

  test('a repeat of the same result writes nothing', async () => {
    const { runs, api, publish } = makeRuns()
    await publish(check(120))
    const before = api.writes().length
    expect(await publish(check(120))).toMatchObject({ status: 'unchanged', checkRunId: 1 })
    expect(api.writes()).toHaveLength(before)
    expect(runs).toHaveLength(1)
  })

  test('another result for the same commit is a new run, because annotations cannot be taken off', async () => {
    const { runs, publish } = makeRuns()
    await publish(check(2))
    expect(await publish(check(0, { conclusion: 'success', title: 'Valid' }))).toMatchObject({ status: 'created', checkRunId: 2 })
    expect(runs.map(({ conclusion, annotations: list }) => [conclusion, list.length])).toEqual([
      ['failure', 2],
      ['success', 0],
    ])
  })

  test('a process that died between two batches is taken up where GitHub says it stopped', async () => {
    const { runs, publish } = makeRuns((_request, at) => (at === 2 ? new AppError('provider-unreachable', 'Reset.') : undefined))
    await expect(publish(check(170))).rejects.toMatchObject({ code: 'provider-unreachable' })
    expect(runs).toMatchObject([{ status: 'completed', conclusion: 'failure' }])
    expect(await publish(check(170))).toMatchObject({ status: 'updated' })
    expect(runs).toHaveLength(1)
    expect(runs[0]?.annotations).toHaveLength(170)
  })

  test('a create whose answer was lost is found again, not repeated', async () => {
    const { runs, publish } = makeRuns((_request, at) => (at === 1 ? new AppError('provider-failed', '502') : undefined))
    await expect(publish(check(3))).rejects.toMatchObject({ code: 'provider-failed' })
    expect(await publish(check(3))).toMatchObject({ status: 'unchanged' })
    expect(runs).toHaveLength(1)
  })

  test('a re-run with the same result says it again on the same run and doubles no annotation', async () => {
    const { runs, publish } = makeRuns()
    await publish(check(60))
    expect(await publish(check(60, { rerun: true }))).toMatchObject({ status: 'updated', checkRunId: 1 })
    expect(runs[0]?.annotations).toHaveLength(60)
  })

  test('a run that GitHub reset, or that someone changed, is completed again', async () => {
    const { runs, publish } = makeRuns()
    await publish(check(1))
    Object.assign(runs[0] as Run, { status: 'queued', conclusion: null })
    await publish(check(1))
    expect(runs).toMatchObject([{ status: 'completed', conclusion: 'failure' }])
  })

  test('an older run left open is closed when a new one takes its place', async () => {
    const { runs, publish } = makeRuns()
    await publish(check(1))
    Object.assign(runs[0] as Run, { status: 'in_progress', conclusion: null })
    await publish(check(0, { conclusion: 'success' }))
    expect(runs.map(({ status, conclusion }) => [status, conclusion])).toEqual([
      ['completed', 'neutral'],
      ['completed', 'success'],
    ])
  })

  test('the create says that it is not to be repeated, an update with annotations as well', async () => {
    const { api, publish } = makeRuns()
    await publish(check(60))
    expect(api.writes().map(({ meta }) => [meta?.operation, meta?.idempotent])).toEqual([
      ['github.check.create', false],
      ['github.check.update', false],
    ])
  })

  test('a personal access token is told that only Apps publish checks', async () => {
    const api = makeGitHubApi(
      {},
      { personalToken: async () => ({ token: 'github_pat_example_of_a_token', apiUrl: 'https://api.github.com' }) },
    )
    await expect(publishCheck(await api.clients.asToken(), check())).rejects.toMatchObject({ code: 'not-configured' })
  })
})

describe('the external id', () => {
  test('gives back what was judged', async () => {
    const { publish } = makeRuns()
    const { externalId } = await publish(check(1))
    expect(parseExternalId(externalId)).toMatchObject({ subject: 'pull/12' })
  })

  test.each(['', 'pull/12', 'something else', 'pull/12@xyz'])('%j was not made here', (text) => {
    expect(parseExternalId(text)).toBeUndefined()
  })
})

test('open runs are found and closed as neutral', async () => {
  const { runs, api, publish } = makeRuns()
  await publish(check(1))
  Object.assign(runs[0] as Run, { status: 'in_progress', conclusion: null })
  const context = await api.clients.asInstallation(1)
  const open = await findOpenRuns(context, check())
  expect(open).toEqual([1])
  for (const id of open) await closeRun(context, REPOSITORY, id)
  expect(runs).toMatchObject([{ status: 'completed', conclusion: 'neutral' }])
  expect(await findOpenRuns(context, check())).toEqual([])
})
