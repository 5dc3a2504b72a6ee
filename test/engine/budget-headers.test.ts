import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readBudget } from '../../integrations/engine/budget-headers.ts'

const now = new Date('2026-11-22T10:00:00Z')
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1_000)

test("GitHub's budget is read per resource, with the reset corrected by its clock", () => {
  const date = inSeconds(120).toUTCString()
  const headers = new Headers({
    date,
    'x-ratelimit-limit': '5000',
    'x-ratelimit-remaining': '12',
    'x-ratelimit-reset': String(inSeconds(720).getTime() / 1_000),
    'x-ratelimit-resource': 'search',
  })
  expect(readBudget('github', headers, now)).toEqual({
    scope: 'search',
    limit: 5000,
    remaining: 12,
    resetAt: inSeconds(600),
    extent: 'connection',
  })
})

test.each([
  ['jira-quota-global-based', 'connection'],
  ['jira-quota-tenant-based', 'connection'],
  ['jira-burst-based', 'operation'],
  ['jira-per-issue-on-write', 'object'],
  ['confluence-burst-based', 'operation'],
  ['something-new', 'connection'],
] as const)('the reason %s stops the %s', (reason, extent) => {
  const headers = new Headers({ 'retry-after': '3', 'ratelimit-reason': reason, 'x-ratelimit-reset': inSeconds(9).toISOString() })
  expect(readBudget('jira', headers, now)).toEqual({ retryAt: inSeconds(3), resetAt: inSeconds(9), reason, extent })
})

test('a server with limits off is unlimited, not exhausted', () => {
  expect(readBudget('github', new Headers({ 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0' }), now)).toEqual({
    extent: 'connection',
  })
})

test('Retry-After is read as seconds and as a date, and never goes back or beyond a day', () => {
  const retryAt = (value: string) => readBudget('github', new Headers({ 'retry-after': value }), now).retryAt
  expect(retryAt('2.5')).toEqual(inSeconds(2.5))
  expect(retryAt(inSeconds(30).toUTCString())).toEqual(inSeconds(30))
  expect(retryAt(inSeconds(-30).toUTCString())).toEqual(now)
  expect(retryAt('99999999999')).toEqual(inSeconds(86_400))
  expect(retryAt('soon')).toBeUndefined()
})

test('headers that make no sense are as good as absent', () => {
  const text = fc.stringMatching(/^[ -~]{0,20}$/)
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      const reading = readBudget(
        'github',
        new Headers({ 'x-ratelimit-remaining': a, 'x-ratelimit-reset': b, 'retry-after': c, date: b }),
        now,
      )
      const dates = [reading.resetAt, reading.retryAt].filter((at) => at !== undefined)
      return (
        dates.every((at) => at >= now && at <= inSeconds(86_400)) &&
        (reading.remaining === undefined || Number.isSafeInteger(reading.remaining))
      )
    }),
    { numRuns: 200 },
  )
})
