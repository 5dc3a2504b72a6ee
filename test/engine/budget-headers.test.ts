import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readBudget as read } from '../../integrations/engine/budget-headers.ts'
import type { ProviderName } from '../../integrations/engine/provider.ts'

const now = new Date('2026-11-22T10:00:00Z')
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
const epoch = (seconds: number) => String(inSeconds(seconds).getTime() / 1_000)
const readBudget = (provider: ProviderName, headers: Readonly<Record<string, string>>) =>
  read(provider, new Headers(headers), now, { operation: 'x.read', budget: 'core' })

test.each([
  [
    "GitHub's resource, its reset corrected by its clock",
    'github',
    {
      date: inSeconds(120).toUTCString(),
      'x-ratelimit-limit': '5000',
      'x-ratelimit-remaining': '12',
      'x-ratelimit-reset': epoch(720),
      'x-ratelimit-resource': 'search',
    },
    [{ scope: 'search', limit: 5000, remaining: 12, resetAt: inSeconds(600) }],
  ],
  [
    'an Enterprise Server that does not name the resource',
    'github',
    { 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999', 'x-ratelimit-reset': epoch(60) },
    [{ scope: 'core', limit: 5000, remaining: 4999, resetAt: inSeconds(60) }],
  ],
  ['an Enterprise Server with limits off', 'github', { 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0' }, []],
  [
    "an endpoint's bucket on Atlassian Cloud",
    'jira',
    { 'x-ratelimit-limit': '100', 'x-ratelimit-remaining': '7', 'x-ratelimit-reset': inSeconds(1).toISOString() },
    [{ scope: 'operation:x.read', limit: 100, remaining: 7, resetAt: inSeconds(1) }],
  ],
  [
    'a quota that is running out, before it was enforced',
    'jira',
    { 'Beta-RateLimit-Policy': '"global-app-quota";q=65000;w=3600', 'Beta-RateLimit': '"global-app-quota";r=11000;t=600' },
    [{ scope: 'quota:global-app-quota', limit: 65000, remaining: 11000, resetAt: inSeconds(600) }],
  ],
  [
    'two quotas, of which one does not say what is left',
    'confluence',
    {
      'RateLimit-Policy': '"global-app-quota";q=65000;w=3600, "tenant";q=100000;w=3600',
      RateLimit: '"global-app-quota";t=600, "tenant";r=0;t=30',
    },
    [
      { scope: 'quota:global-app-quota', limit: 65000, resetAt: inSeconds(600) },
      { scope: 'quota:tenant', limit: 100000, remaining: 0, resetAt: inSeconds(30) },
    ],
  ],
  [
    "Data Center's bucket, which has something again at its next filling",
    'jira',
    {
      'x-ratelimit-limit': '50',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-interval-seconds': '10',
      'x-ratelimit-fillrate': '5',
      'retry-after': '0',
    },
    [{ scope: '*', limit: 50, remaining: 0, resetAt: inSeconds(10) }],
  ],
  [
    'a blocked account on Data Center',
    'jira',
    { 'x-ratelimit-limit': '0', 'x-ratelimit-remaining': '0', 'x-ratelimit-interval-seconds': '1', 'x-ratelimit-fillrate': '0' },
    [],
  ],
] as const)('%s', (_name, provider, headers, budgets) => {
  expect(readBudget(provider, headers).budgets).toEqual(budgets)
})

test.each([
  ['jira-quota-global-based', 'connection'],
  ['jira-quota-tenant-based', 'connection'],
  ['confluence-quota-global-based', 'connection'],
  ['jira-burst-based', 'operation'],
  ['jira-per-issue-on-write', 'object'],
  ['confluence-burst-based', 'operation'],
  ['something-new', 'connection'],
] as const)('the reason %s stops the %s', (reason, extent) => {
  expect(readBudget('jira', { 'retry-after': '3', 'ratelimit-reason': reason })).toEqual({
    budgets: [],
    retryAt: inSeconds(3),
    reason,
    extent,
  })
})

test('Retry-After is read as seconds and as a date, and never goes back or beyond a day, on Data Center an hour', () => {
  const retryAt = (value: string, more = {}) => readBudget('jira', { 'retry-after': value, ...more }).retryAt
  expect(retryAt('2.5')).toEqual(inSeconds(2.5))
  expect(retryAt(inSeconds(30).toUTCString())).toEqual(inSeconds(30))
  expect(retryAt(inSeconds(-30).toUTCString())).toEqual(now)
  expect(retryAt('99999999999')).toEqual(inSeconds(86_400))
  expect(retryAt('99999999999', { 'x-ratelimit-interval-seconds': '1' })).toEqual(inSeconds(3_600))
  expect(retryAt('soon')).toBeUndefined()
})

test('headers that make no sense are as good as absent', () => {
  const text = fc.stringMatching(/^[ -~]{0,20}$/)
  const provider = fc.constantFrom('github' as const, 'jira' as const)
  fc.assert(
    fc.property(provider, text, text, text, (name, a, b, c) => {
      const reading = readBudget(name, {
        'x-ratelimit-limit': c,
        'x-ratelimit-remaining': a,
        'x-ratelimit-reset': b,
        'retry-after': c,
        date: b,
        ratelimit: `${a};r=${b};t=${c}`,
        'ratelimit-policy': `"a";q=${a}`,
      })
      const dates = [reading.retryAt, ...reading.budgets.map(({ resetAt }) => resetAt)].filter((at) => at !== undefined)
      return (
        dates.every((at) => at >= now && at <= inSeconds(86_400)) &&
        reading.budgets.every(({ limit, remaining }) =>
          [limit, remaining].every((value) => value === undefined || (Number.isSafeInteger(value) && value >= 0)),
        )
      )
    }),
    { numRuns: 200 },
  )
})
