import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import {
  CODE_SCANNING_STREAM,
  CodeScanningAlertAnswer,
  DEPENDABOT_STREAM,
  refreshAlert,
  SECRET_SCANNING_STREAM,
  toCodeScanningAlert,
  toDependabotAlert,
} from '../../../integrations/github/import/alerts.ts'
import { daysAgo, type ImportSite, NOW, openImportSite, SHOP, scan } from './import-site.ts'

let site: ImportSite
beforeEach(async () => {
  site = await openImportSite()
  site.sent()
})
afterEach(async () => {
  await site.close()
  expect(site.sandbox.violations).toEqual([])
})

const raise = (kind: 'dependabot' | 'code-scanning' | 'secret-scanning', count: number) => {
  for (let at = 0; at < count; at += 1) site.sandbox.raiseAlert(SHOP, kind, { createdAt: daysAgo(400 - at), severity: 'critical' })
}

describe('alerts', () => {
  test('are read by cursor, all of them, however old: open ones count as long as they are open', async () => {
    raise('dependabot', 230)
    site.sandbox.closeAlert(SHOP, 'dependabot', 7, 'fixed')
    site.sandbox.closeAlert(SHOP, 'dependabot', 8, 'dismissed')
    const scanned = await scan(DEPENDABOT_STREAM, site.github, site.place())
    expect(scanned.facts('dependabotAlerts')).toHaveLength(230)
    const byId = new Map(scanned.facts('dependabotAlerts').map((alert) => [alert.id, alert]))
    expect(byId.get('1')).toEqual({
      ...{ id: '1', severity: 'critical', state: 'open', createdAt: daysAgo(400), fixedAt: null, dismissedAt: null },
    })
    expect(byId.get('7')).toMatchObject({ state: 'fixed', fixedAt: NOW, dismissedAt: null })
    expect(byId.get('8')).toMatchObject({ state: 'dismissed', fixedAt: null, dismissedAt: NOW })
    expect(site.sent()).toHaveLength(3)
  })

  test('that nothing happened to cost one request that is not counted, and one that was fixed brings itself', async () => {
    raise('dependabot', 150)
    const first = await scan(DEPENDABOT_STREAM, site.github, site.place())
    site.sent()
    const second = await scan(DEPENDABOT_STREAM, site.github, site.place(), first.watermark)
    expect(second.batches).toEqual([{ lists: { dependabotAlerts: [] } }])
    expect(site.sandbox.requests.map(({ status }) => status)).toEqual([304])
    expect(second.watermark).toBe(first.watermark)

    site.sandbox.closeAlert(SHOP, 'dependabot', 3, 'fixed')
    const third = await scan(DEPENDABOT_STREAM, site.github, site.place(), second.watermark)
    expect(third.facts('dependabotAlerts').find(({ id }) => id === '3')?.state).toBe('fixed')
  })

  test('of code scanning and secrets are read page by page, and a secret is never asked for', async () => {
    raise('code-scanning', 101)
    raise('secret-scanning', 2)
    site.sandbox.closeAlert(SHOP, 'secret-scanning', 1, 'fixed')
    const code = await scan(CODE_SCANNING_STREAM, site.github, site.place())
    expect(code.facts('codeScanningAlerts')).toHaveLength(101)
    expect(code.facts('codeScanningAlerts')[0]?.severity).toBe('critical')
    site.sent()
    const secrets = await scan(SECRET_SCANNING_STREAM, site.github, site.place())
    expect(secrets.facts('secretAlerts')).toEqual([
      { id: '1', state: 'resolved', createdAt: daysAgo(400), resolvedAt: NOW },
      { id: '2', state: 'open', createdAt: daysAgo(399), resolvedAt: null },
    ])
    expect(site.sent()).toEqual([expect.stringContaining('hide_secret=true')])
  })

  test('lesson 8: a feature that is off, not licensed or never used is absent, and nothing is tried twice', async () => {
    const reasons = []
    for (const stream of [DEPENDABOT_STREAM, CODE_SCANNING_STREAM, SECRET_SCANNING_STREAM]) {
      const { batches } = await scan(stream, site.github, site.place())
      reasons.push(batches)
    }
    expect(reasons).toEqual([
      [{ absent: { dependabotAlerts: 'not-enabled' } }],
      [{ absent: { codeScanningAlerts: 'not-enabled' } }],
      [{ absent: { secretAlerts: 'not-enabled' } }],
    ])
    expect(site.sent()).toHaveLength(3)
    site.sandbox.changeSettings(SHOP, { codeScanning: 'empty' })
    const never = await scan(CODE_SCANNING_STREAM, site.github, site.place())
    expect(never.batches).toEqual([{ absent: { codeScanningAlerts: 'not-enabled' } }])
  })

  test('lesson 8: without the permission they are absent for that reason', async () => {
    raise('dependabot', 1)
    await site.sandbox.acceptPermissions(site.installation, { metadata: 'read' })
    const { batches } = await scan(DEPENDABOT_STREAM, await site.connect(), site.place())
    expect(batches).toEqual([{ absent: { dependabotAlerts: 'no-permission' } }])
  })

  test('that were switched off and on again are read anew: what was "not modified" may be gone here', async () => {
    raise('dependabot', 2)
    const first = await scan(DEPENDABOT_STREAM, site.github, site.place())
    site.sandbox.changeSettings(SHOP, { dependabot: false })
    const off = await scan(DEPENDABOT_STREAM, site.github, site.place(), first.watermark)
    expect(off.batches).toEqual([{ absent: { dependabotAlerts: 'not-enabled' } }])
    site.sandbox.changeSettings(SHOP, { dependabot: true })
    expect((await scan(DEPENDABOT_STREAM, site.github, site.place(), off.watermark)).facts('dependabotAlerts')).toHaveLength(2)
  })

  test('lesson 3: a page that GitHub cannot answer is asked for in halves', async () => {
    raise('dependabot', 120)
    site.sandbox.faults.next({ kind: 'status', status: 502, match: (request) => request.query.get('per_page') === '100', times: 3 })
    const { batches, facts } = await scan(DEPENDABOT_STREAM, site.github, site.place())
    expect(facts('dependabotAlerts')).toHaveLength(120)
    expect(batches.map(({ lists }) => lists?.dependabotAlerts?.length)).toEqual([50, 50, 20])
  })
})

describe('one alert', () => {
  test('is read as it is now, and gone when GitHub says so', async () => {
    raise('dependabot', 2)
    raise('code-scanning', 1)
    raise('secret-scanning', 1)
    site.sandbox.closeAlert(SHOP, 'dependabot', 2, 'fixed')
    const place = site.place()
    expect((await refreshAlert(site.github, place, 'dependabotAlerts', 2)).lists?.dependabotAlerts).toMatchObject([
      { id: '2', state: 'fixed' },
    ])
    expect((await refreshAlert(site.github, place, 'codeScanningAlerts', 1)).lists?.codeScanningAlerts).toMatchObject([{ id: '1' }])
    expect((await refreshAlert(site.github, place, 'secretAlerts', 1)).lists?.secretAlerts).toMatchObject([{ state: 'open' }])
    expect(await refreshAlert(site.github, place, 'dependabotAlerts', 9)).toEqual({ gone: { dependabotAlerts: ['9'] } })
    site.sandbox.changeSettings(SHOP, { dependabot: false })
    expect(await refreshAlert(site.github, place, 'dependabotAlerts', 2)).toEqual({ absent: { dependabotAlerts: 'not-enabled' } })
  })
})

describe('mappers', () => {
  const base = { number: 5, state: 'OPEN', created_at: '2026-01-01T00:00:00Z' }

  test('keep words they do not know, and take what is dismissed by a rule as dismissed', () => {
    expect(toDependabotAlert({ ...base, state: 'auto_dismissed', auto_dismissed_at: '2026-02-01T00:00:00Z' })).toEqual({
      ...{ id: '5', severity: null, state: 'auto_dismissed', createdAt: new Date('2026-01-01T00:00:00Z'), fixedAt: null },
      dismissedAt: new Date('2026-02-01T00:00:00Z'),
    })
    expect(toCodeScanningAlert({ ...base, rule: { severity: 'error', security_severity_level: null } }).severity).toBe('error')
  })

  test('survive what GitHub leaves out', () => {
    const bare = CodeScanningAlertAnswer.parse({ number: 1, state: null, created_at: 'nonsense' })
    expect(toCodeScanningAlert(bare)).toMatchObject({ state: 'unknown', severity: null, createdAt: new Date(0) })
  })
})
