import { inflateRawSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { EVIDENCE_PERMISSIONS, type GitHubSandbox } from '../sandbox/github/sandbox.ts'
import { makeSend, makeStillClock, openCheckedGitHub, openReceiver, type Send } from './github-client.ts'

const shop = 'acme/shop'
const actions = `/repos/${shop}/actions`
const clock = makeStillClock()
let github: GitHubSandbox
let receiver: Awaited<ReturnType<typeof openReceiver>>
let send: Send
let installation: number

interface RunPage {
  readonly total_count: number
  readonly workflow_runs: readonly { readonly id: number; readonly run_number: number; readonly created_at: string }[]
}
const runs = async (query = ''): Promise<RunPage> => (await send('GET', `${actions}/runs${query}`)).body as RunPage

beforeEach(async () => {
  receiver = await openReceiver()
  const events = ['workflow_run']
  github = await openCheckedGitHub({ clock, webhookUrl: receiver.url, permissions: { ...EVIDENCE_PERMISSIONS, actions: 'write' }, events })
  await github.createRepository(shop, { 'a.md': 'one\n' })
  installation = await github.installApp('acme')
  send = makeSend(github.apiUrl, github.createInstallationToken(installation))
})
afterEach(async () => {
  await github.close()
  await receiver.close()
  expect(github.violations).toEqual([])
})

describe('a run', () => {
  test('goes on until it is finished, and keeps its birth when it is done again', async () => {
    const id = await github.startRun(shop, { jobs: [{ name: 'build' }, { name: 'lint', conclusion: 'success', seconds: 5 }] })
    expect((await send('GET', `${actions}/runs/${id}`)).body).toMatchObject({ status: 'in_progress', conclusion: null, run_attempt: 1 })
    const born = (await runs()).workflow_runs[0]?.created_at
    clock.move(90_000)
    await github.finishRun(shop, id, 'failure')
    clock.move(3 * 86_400_000)
    send = makeSend(github.apiUrl, github.createInstallationToken(installation))
    expect((await send('POST', `${actions}/runs/${id}/rerun`)).status).toBe(201)
    expect((await send('POST', `${actions}/runs/${id}/rerun`)).status).toBe(403)
    clock.move(60_000)
    await github.finishRun(shop, id, 'success')
    const run = (await send('GET', `${actions}/runs/${id}`)).body as Record<string, string>
    expect(run).toMatchObject({ conclusion: 'success', run_attempt: 2, created_at: born })
    expect(Date.parse(run.updated_at ?? '') - Date.parse(run.run_started_at ?? '')).toBe(60_000)
    expect((await send('GET', `${actions}/runs/${id}/attempts/1`)).body).toMatchObject({ conclusion: 'failure', run_attempt: 1 })
    expect((await runs()).total_count).toBe(1)
    expect((await send('GET', `${actions}/runs/${id}/jobs`)).body).toMatchObject({ total_count: 2, jobs: [{ run_attempt: 2 }, {}] })
    expect((await send('GET', `${actions}/runs/${id}/jobs?filter=all`)).body).toMatchObject({ total_count: 4 })
    expect((await send('GET', `${actions}/runs/${id}/attempts/1/jobs`)).body).toMatchObject({
      jobs: [
        { name: 'build', conclusion: 'failure' },
        { name: 'lint', conclusion: 'success' },
      ],
    })
    expect((await send('GET', `${actions}/runs/${id}/attempts/3/jobs`)).status).toBe(404)
    expect(receiver.received.slice(1).map((one) => one.payload.action)).toEqual(['requested', 'completed', 'requested', 'completed'])
  })

  test('is found by status, conclusion, event, branch, workflow and creation', async () => {
    const fork = await github.createRepository('leaver/shop')
    await github.startRun(shop, { conclusion: 'success', event: 'schedule', createdAt: new Date('2026-01-01T10:00:00Z') })
    await github.startRun(shop, { conclusion: 'failure', branch: 'main', workflow: 'Deploy', createdAt: new Date('2026-02-01T10:00:00Z') })
    await github.startRun(shop, { branch: null, status: 'waiting', headRepositoryId: fork.id, createdAt: new Date('2026-03-01T10:00:00Z') })
    await github.deleteRepository('leaver/shop')
    const count = async (query: string) => (await runs(query)).total_count
    expect(await count('?status=waiting')).toBe(1)
    expect(await count('?status=failure')).toBe(1)
    expect(await count('?status=completed')).toBe(2)
    expect(await count('?event=schedule&branch=main')).toBe(1)
    expect(await count('?created=2026-02-01')).toBe(1)
    expect(await count('?created=2026-01-01T10:00:00Z..2026-02-01T10:00:00Z')).toBe(2)
    expect(await count('?created=%3E2026-01-01T10:00:00Z')).toBe(2)
    expect(await count('?created=%3C%3D2026-01-01T10:00:00Z')).toBe(1)
    expect(await count('?created=*..2026-02-28')).toBe(2)
    expect((await send('GET', `${actions}/workflows/deploy.yml/runs`)).body).toMatchObject({
      total_count: 1,
      workflow_runs: [{ name: 'Deploy' }],
    })
    expect((await send('GET', `${actions}/workflows`)).body).toMatchObject({ total_count: 2 })
    expect((await runs('?status=waiting')).workflow_runs).toMatchObject([{ head_branch: null, head_repository: null }])
    expect((await send('GET', `${actions}/runs?created=yesterday`)).status).toBe(422)
  })

  test('cannot be seen without the permission', async () => {
    const [{ id }] = [{ id: await github.installApp('other') }]
    await github.createRepository('other/x', { a: 'a' })
    await github.acceptPermissions(id, { contents: 'read' })
    const refused = await makeSend(github.apiUrl, github.createInstallationToken(id))('GET', '/repos/other/x/actions/runs')
    expect(refused.status).toBe(403)
    expect(refused.headers.get('x-accepted-github-permissions')).toBe('actions=read')
  })
})

describe('lists of many runs', () => {
  test('end at 1,000 with a filter and at 40,000 without, while the count tells the truth', async () => {
    const oldest = github.seedRuns(shop, 57_000, { everySeconds: 60 })
    expect(await runs('?per_page=100')).toMatchObject({ total_count: 57_000, workflow_runs: { length: 100 } })
    expect((await runs('?per_page=100&page=400')).workflow_runs).toHaveLength(100)
    expect((await runs('?per_page=100&page=401')).workflow_runs).toEqual([])
    const filtered = '?per_page=100&created=%3E%3D2020-01-01'
    const last = await send('GET', `${actions}/runs${filtered}&page=10`)
    expect(last.body).toMatchObject({ total_count: 57_000, workflow_runs: { length: 100 } })
    expect(last.headers.get('link')).not.toContain('rel="next"')
    expect((await runs(`${filtered}&page=11`)).workflow_runs).toEqual([])
    github.setRunCaps({ beyond: 'refuse' })
    expect((await send('GET', `${actions}/runs${filtered}&page=11`)).status).toBe(422)
    expect((await send('GET', `${actions}/runs/${oldest}`)).body).toMatchObject({ run_number: 1 })
  })

  test('are the same each time, newest first, and a window sees exactly its runs', async () => {
    const oldest = github.seedRuns(shop, 3_000, { everySeconds: 3600, until: new Date('2026-06-01T00:00:00Z') })
    const [one, two] = [await runs('?per_page=50&page=3'), await runs('?per_page=50&page=3')]
    expect(one).toEqual(two)
    const day = await runs('?per_page=100&created=2026-05-01')
    expect(day.total_count).toBe(24)
    expect(day.workflow_runs.every((run) => run.created_at.startsWith('2026-05-01'))).toBe(true)
    expect(day.workflow_runs.map((run) => run.id)).toEqual([...day.workflow_runs].map((run) => run.id).sort((a, b) => b - a))
    await github.rerun(shop, oldest)
    expect((await send('GET', `${actions}/runs/${oldest}`)).body).toMatchObject({ status: 'in_progress' })
    expect((await runs('?status=in_progress')).workflow_runs.map((run) => run.id)).toEqual([oldest])
    expect((await runs()).total_count).toBe(3_000)
  })
})

describe('an artifact', () => {
  test('is had by an address that lives a minute and takes no token', async () => {
    const run = await github.startRun(shop, { conclusion: 'success' })
    const id = github.addArtifact(shop, run, 'junit-results', { 'report.xml': '<testsuite/>', '../evil.txt': 'x' })
    expect((await send('GET', `${actions}/runs/${run}/artifacts`)).body).toMatchObject({
      total_count: 1,
      artifacts: [{ id, expired: false }],
    })
    const answer = await send('GET', `${actions}/artifacts/${id}/zip`)
    const location = answer.headers.get('location') ?? ''
    expect(answer.status).toBe(302)
    expect((await send('GET', location)).status).toBe(400)
    const zip = Buffer.from(await (await fetch(location)).arrayBuffer())
    expect(zip.subarray(30, 40).toString()).toBe('report.xml')
    expect(inflateRawSync(zip.subarray(40, 40 + zip.readUInt32LE(18))).toString()).toBe('<testsuite/>')
    expect(zip.includes('../evil.txt')).toBe(true)
    clock.move(60_000)
    expect((await fetch(location)).status).toBe(403)
  })

  test('that has expired is listed and gone', async () => {
    const run = await github.startRun(shop, { conclusion: 'success' })
    const id = github.addArtifact(shop, run, 'old', { a: 'a' }, { expired: true })
    expect((await send('GET', `${actions}/artifacts?name=old`)).body).toMatchObject({ artifacts: [{ id, expired: true }] })
    expect((await send('GET', `${actions}/artifacts/${id}/zip`)).status).toBe(410)
  })
})
