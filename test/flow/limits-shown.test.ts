// What people are told about limits: GET /rate-limits and `katalyst status`, from the same rows.
import { expect, test } from '@jest/globals'
import { openProcess } from '../../app/bootstrap.ts'
import { readRateLimits } from '../../app/usecases/read-rate-limits.ts'
import type { Clock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { saveBudget } from '../../integrations/store/budgets.ts'
import { startRun, updateRunProgress } from '../../integrations/store/runs.ts'
import { eachDatabase } from '../store/databases.ts'
import { katalyst } from './run-katalyst.ts'

const now = new Date('2026-11-22T10:00:00.000Z')
const inSeconds = (seconds: number) => new Date(now.getTime() + seconds * 1_000)
const clock: Clock = { now: () => now, sleep: async () => {} }

eachDatabase('limits are shown', (database) => {
  test('with what is left, when it is there again, and when running work will have ended', async () => {
    const { db } = await database.open()
    const nothing = { limit: undefined, remaining: undefined, resetAt: undefined, pausedUntil: undefined, reason: undefined }
    const budget = { ...nothing, observedAt: now }
    for (const each of [
      { ...budget, connectionId: 'github:1', scope: 'core', limit: 5_000, remaining: 900, resetAt: inSeconds(1_800) },
      { ...budget, connectionId: 'github:1', scope: 'search', limit: 30, remaining: 0, resetAt: inSeconds(-5) },
      { ...budget, connectionId: 'jira', scope: '*', pausedUntil: inSeconds(60), reason: 'jira-quota-global-based' },
      { ...budget, connectionId: 'jira', scope: 'object:issue:1', pausedUntil: inSeconds(-1), reason: 'jira-per-issue-on-write' },
    ])
      await saveBudget(db, each)
    const { id } = await startRun(db, { kind: 'github-import', connectionId: 'github:1', total: 500, at: inSeconds(-100) })
    await updateRunProgress(db, id, { done: 100, requests: 300, at: now })

    const environment = { NODE_ENV: 'test', DATABASE_URL: database.url() }
    const opened = await openProcess({ environment, log: silentLog, clock })
    try {
      const answer = await readRateLimits.run(opened.contextFor({ kind: 'reader', name: 'test' }, 'test'), {})
      const none = { resetAt: null, pausedUntil: null, reason: null }
      expect(readRateLimits.output.parse(answer)).toEqual({
        items: [
          { ...none, connection: 'github:1', scope: 'core', limit: 5_000, remaining: 900, resetAt: inSeconds(1_800).toISOString() },
          { ...none, connection: 'github:1', scope: 'search', limit: 30, remaining: 30 },
          {
            connection: 'jira',
            scope: '*',
            limit: null,
            remaining: null,
            resetAt: null,
            pausedUntil: inSeconds(60).toISOString(),
            reason: 'jira-quota-global-based',
          },
        ],
        running: [
          {
            run: String(id),
            kind: 'github-import',
            connection: 'github:1',
            done: 100,
            total: 500,
            requests: 300,
            endsAt: inSeconds(1_900).toISOString(),
            waitsFor: 'core',
          },
        ],
      })
      const one = await readRateLimits.run(opened.contextFor({ kind: 'reader', name: 'test' }, 'test'), { connection: 'jira' })
      expect(one).toMatchObject({ items: [{ connection: 'jira' }], running: [] })
    } finally {
      await opened.close()
    }

    const ran = await katalyst(['status'], { environment, log: silentLog, clock })
    expect(ran.exit).toBe(0)
    expect(ran.out).toContain('900 of 5000')
    expect(ran.out).toMatch(new RegExp(`run ${id} .*100/500.* ${inSeconds(1_900).toISOString()} +core`))
    expect(ran.out).toContain(inSeconds(60).toISOString())
    expect(ran.out).not.toContain('issue:1')
  })
})
