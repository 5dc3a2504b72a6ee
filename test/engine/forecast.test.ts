import { expect, test } from '@jest/globals'
import { forecastRun } from '../../integrations/engine/forecast.ts'
import type { Budget } from '../../integrations/store/budgets.ts'
import type { Run } from '../../integrations/store/runs.ts'

const now = new Date('2026-11-22T10:00:00Z')
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
/** 100 of 500 items in 100 s for 300 requests: 400 s and 1,200 requests are left. */
const run = { state: 'running', startedAt: inSeconds(-100), done: 100, total: 500, requests: 300 } as Run
const budget = (more: Partial<Budget>): Budget => ({
  connectionId: 'c',
  scope: 'core',
  limit: 5_000,
  remaining: 4_000,
  resetAt: inSeconds(1_800),
  pausedUntil: undefined,
  reason: undefined,
  observedAt: now,
  ...more,
})

test.each([
  ['as fast as so far where nothing holds it up', [], { endsAt: inSeconds(400) }],
  ['as fast as so far where the budget is enough', [budget({})], { endsAt: inSeconds(400) }],
  // 300 of 1,200 requests are left for after the reset: a quarter of the 400 s.
  ['after the reset where the budget is not enough', [budget({ remaining: 900 })], { endsAt: inSeconds(1_900), waitsFor: 'core' }],
  // 1,200 requests from nothing at 500 an hour: after the reset two more hours begin, and 200 are sent in the last.
  [
    'after several resets where one hour is not enough',
    [budget({ limit: 500, remaining: 0 })],
    { endsAt: new Date(inSeconds(1_800 + 2 * 3_600).getTime() + (400_000 * 200) / 1_200), waitsFor: 'core' },
  ],
  [
    'after the pause of its connection',
    [budget({ scope: '*', remaining: undefined, pausedUntil: inSeconds(60) })],
    { endsAt: inSeconds(460), waitsFor: '*' },
  ],
  ['without a pause that is over', [budget({ scope: '*', remaining: undefined, pausedUntil: inSeconds(-1) })], { endsAt: inSeconds(400) }],
  ['without a budget whose time is over', [budget({ remaining: 0, resetAt: inSeconds(-1) })], { endsAt: inSeconds(400) }],
  [
    'after the slowest of several',
    [budget({ remaining: 900 }), budget({ scope: 'quota:x', remaining: 0, resetAt: inSeconds(3_000) })],
    { endsAt: inSeconds(3_400), waitsFor: 'quota:x' },
  ],
] as const)('a run ends %s', (_name, budgets, forecast) => {
  expect(forecastRun(run, budgets, now)).toEqual(forecast)
})

test('nothing is said of a run that has just begun, has no known size, or is over', () => {
  for (const more of [{ done: 0 }, { total: undefined }, { state: 'done' as const }])
    expect(forecastRun({ ...run, ...more }, [], now)).toBeUndefined()
})
