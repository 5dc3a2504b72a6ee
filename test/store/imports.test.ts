import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Db } from '../../integrations/store/db.ts'
import {
  findImport,
  findLatestImport,
  finishImport,
  listImports,
  readImportMetrics,
  refreshImport,
  startImport,
} from '../../integrations/store/imports.ts'
import { eachDatabase } from './databases.ts'

const at = new Date('2026-11-22T10:00:00.123Z')
const later = new Date('2026-11-22T11:00:00.456Z')
const window = { from: new Date('2026-08-24T00:00:00Z'), to: new Date('2026-11-22T00:00:00Z') }

eachDatabase('imports', (database) => {
  let db: Db
  beforeAll(async () => {
    db = (await database.open()).db
  })
  beforeEach(() => database.clear())

  const start = (publicId: string, over: object = {}) =>
    startImport(db, {
      publicId,
      provider: 'github',
      scope: 'repository:7',
      repository: 'acme/app',
      dimension: 'feedback',
      input: { owner: 'acme' },
      window,
      at,
      ...over,
    })
  const end = {
    state: 'done',
    result: { metrics: { workflowRuns: 3, at } },
    metrics: {
      workflowRuns: { value: 3 },
      failureRate: { value: null, reason: 'no-data' },
      deployments: { value: { production: 1, text: 'NUL \0' } },
      openAlerts: { value: 0, reason: 'no-permission' },
    },
    gaps: [{ code: 'deployments-none' }],
    requests: 12,
    at: later,
  } as const

  test('an import is found by its public id, running and then done with its answer and figures', async () => {
    const { id } = await start('a')
    expect(await findImport(db, 'a')).toMatchObject({ state: 'running', window, repository: 'acme/app', finishedAt: undefined, result: {} })
    expect(await finishImport(db, id, end)).toBe(true)
    expect(await findImport(db, 'a')).toMatchObject({
      state: 'done',
      requests: 12,
      finishedAt: later,
      result: { metrics: { workflowRuns: 3, at: at.toISOString() } },
      gaps: [{ code: 'deployments-none' }],
    })
    expect(await readImportMetrics(db, id)).toEqual({ ...end.metrics, deployments: { value: { production: 1, text: 'NUL \ufffd' } } })
    expect(await findImport(db, 'b')).toBeUndefined()
  })

  test('an import ends once', async () => {
    const { id } = await start('a')
    await finishImport(db, id, end)
    expect(await finishImport(db, id, { ...end, state: 'failed', metrics: {} })).toBe(false)
    expect(await findImport(db, 'a')).toMatchObject({ state: 'done' })
    expect(Object.keys(await readImportMetrics(db, id))).toHaveLength(4)
  })

  test('figures computed anew replace the old ones, and only of an import that is done', async () => {
    const { id } = await start('a')
    await refreshImport(db, id, { result: {}, metrics: { workflowRuns: { value: 9 } }, gaps: [], window, at })
    expect(await readImportMetrics(db, id)).toEqual({})
    await finishImport(db, id, end)
    await refreshImport(db, id, {
      result: { x: 1 },
      metrics: { workflowRuns: { value: 4 } },
      gaps: [],
      window: { from: window.from, to: later },
      at: later,
    })
    expect(await readImportMetrics(db, id)).toEqual({ workflowRuns: { value: 4 } })
    expect(await findImport(db, 'a')).toMatchObject({ result: { x: 1 }, gaps: [], finishedAt: later, window: { to: later } })
  })

  test('the newest of a repository and dimension is found, and all are listed newest first', async () => {
    await start('a')
    const { id } = await start('b')
    await start('c', { dimension: 'confidence' })
    await start('d', { scope: 'jira:KAT', provider: 'jira', repository: undefined, dimension: undefined })
    await finishImport(db, id, end)
    expect((await findLatestImport(db, { scope: 'repository:7', dimension: 'feedback' }))?.publicId).toBe('b')
    expect((await findLatestImport(db, { scope: 'repository:7', dimension: 'feedback', state: 'running' }))?.publicId).toBe('a')
    const first = await listImports(db, { provider: 'github', limit: 2 })
    expect(first.items.map(({ publicId }) => publicId)).toEqual(['c', 'b'])
    const rest = await listImports(db, { provider: 'github', limit: 2, ...(first.nextCursor ? { cursor: first.nextCursor } : {}) })
    expect(rest.items.map(({ publicId }) => publicId)).toEqual(['a'])
  })
})
