import { afterEach, describe, expect, test } from '@jest/globals'
import { makeCreator } from '../../integrations/jira/create-issues.ts'
import { PROPERTY_KEY } from '../../integrations/jira/marker.ts'
import { openTestSite, type TestSite } from './site.ts'

let site: TestSite | undefined
afterEach(async () => {
  const violations = site?.sandbox.violations ?? []
  const unspent = site?.sandbox.faults.pending() ?? 0
  await site?.close()
  site = undefined
  expect({ violations, unspent }).toEqual({ violations: [], unspent: 0 })
})

const markerOf = (number: number) => `katalyst-${String(number).padStart(24, '0')}`
const BULK = { method: 'POST', path: /\/issue\/bulk$/ } as const

async function prepare() {
  const opened = await openTestSite()
  site = opened
  const wanted = { fields: ['labels'], properties: [PROPERTY_KEY] }
  const read: string[] = []
  const create = makeCreator(opened.context, { wanted, onRead: (issues) => read.push(...issues.map(({ key }) => key)) })
  const ask = (number: number, summary = `Issue ${number}`) => {
    const property = { version: 1, marker: markerOf(number), artifactId: 'ROAD-001', artifactKind: 'road-item' }
    const value = { ...property, scope: 'x', file: 'roads/ROAD-001.md', state: 'proposed', labels: [] }
    const fields = { project: { key: 'ROAD' }, issuetype: { name: 'Epic' }, summary, labels: [markerOf(number)] }
    return create(markerOf(number), { fields, properties: [{ key: PROPERTY_KEY, value }] })
  }
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)
  const summaries = () => opened.sandbox.issues().map(({ summary }) => summary)
  return { ...opened, ask, numbers, read, summaries }
}

describe('creates', () => {
  test('asked for together leave together, at most fifty at once, and each gets the issue with its mark', async () => {
    const { ask, numbers, sandbox, sent, read } = await prepare()
    sent()
    const created = await Promise.all(numbers(120).map((number) => ask(number)))
    expect(sent().map((request) => request.replace(/\?.*/, ''))).toEqual([
      'POST issue',
      ...Array.from({ length: 3 }, () => ['POST issue/bulk', 'POST issue/bulkfetch']).flat(),
    ])
    expect(created.map(({ key }) => sandbox.issue(key)?.summary)).toEqual(numbers(120).map((number) => `Issue ${number}`))
    expect([sandbox.issues().length, read.length]).toEqual([120, 119])
  })

  test('that Jira refuses are sorted out singly: each has its own answer, and the others their issues', async () => {
    const { ask, sandbox } = await prepare()
    const outcomes = await Promise.allSettled([ask(0), ask(1), ask(2, ''), ask(3), ask(4, 'x'.repeat(300))])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled', 'rejected'])
    expect([outcomes[2], outcomes[4]]).toMatchObject([
      { reason: { code: 'provider-rejected', message: expect.stringContaining('summary') } },
      { reason: { code: 'provider-rejected', message: expect.stringContaining('255') } },
    ])
    expect(outcomes.flatMap((one) => (one.status === 'fulfilled' ? [sandbox.issue(one.value.key)?.summary] : []))).toEqual([
      'Issue 0',
      'Issue 1',
      'Issue 3',
    ])
    expect(sandbox.issues()).toHaveLength(3)
  })

  test('that are all refused have each their own answer', async () => {
    const { ask, summaries } = await prepare()
    const outcomes = await Promise.allSettled([ask(0), ask(1, ''), ask(2, '')])
    expect(outcomes).toMatchObject([{}, { reason: { code: 'provider-rejected' } }, { reason: { code: 'provider-rejected' } }])
    expect(summaries()).toEqual(['Issue 0'])
  })

  test.each(['after-effect-502', 'after-effect-reset', 'truncated'] as const)(
    'whose answer is lost (%s) are left open for all, and none is sent again',
    async (kind) => {
      const { ask, sandbox, summaries } = await prepare()
      sandbox.faults.next({ kind, match: BULK })
      const outcomes = await Promise.allSettled([ask(0), ask(1), ask(2)])
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
      for (const outcome of outcomes.slice(1))
        expect(['provider-failed', 'provider-unreachable', 'provider-unreadable']).toContain(
          outcome.status === 'rejected' && outcome.reason.code,
        )
      expect(summaries()).toEqual(['Issue 0', 'Issue 1', 'Issue 2'])
    },
  )

  test('that cannot be read back are left open, whatever the reading failed of', async () => {
    const { ask, sandbox, summaries } = await prepare()
    sandbox.faults.next({ kind: 'status', status: 403, match: { method: 'POST', path: /\/issue\/bulkfetch$/ } })
    const outcomes = await Promise.allSettled([ask(0), ask(1), ask(2)])
    expect(outcomes.slice(1)).toMatchObject([{ reason: { code: 'provider-unreadable' } }, { reason: { code: 'provider-unreadable' } }])
    expect(summaries()).toHaveLength(3)
  })

  test('go on after a failure', async () => {
    const { ask, sandbox, summaries } = await prepare()
    sandbox.faults.next({ kind: 'status', status: 403, match: BULK })
    const outcomes = await Promise.allSettled([ask(0), ask(1), ask(2)])
    expect(outcomes.slice(1)).toMatchObject([{ reason: { code: 'provider-forbidden' } }, { reason: { code: 'provider-forbidden' } }])
    await Promise.all([ask(3), ask(4)])
    expect(summaries()).toEqual(['Issue 0', 'Issue 3', 'Issue 4'])
  })
})
