import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { known, unknown } from '../../integrations/foe/metric-value.ts'
import { scoreDimension } from '../../integrations/foe/score/score-dimension.ts'
import type { Db } from '../../integrations/store/db.ts'
import { listEvidenceScopes, saveEvidenceScopes } from '../../integrations/store/evidence-scopes.ts'
import { finishImport, refreshImport, startImport } from '../../integrations/store/imports.ts'
import { findPublication, listPublications, type Publication, savePublication } from '../../integrations/store/publications.ts'
import { findLatestReport, findReport, listReports, markHandedOver, saveReport } from '../../integrations/store/reports.ts'
import { listScores } from '../../integrations/store/scores.ts'
import { eachDatabase } from './databases.ts'

const at = new Date('2026-11-22T10:00:00.123Z')
const later = new Date('2026-11-22T11:00:00.456Z')
const latest = new Date('2026-11-22T12:00:00.789Z')

eachDatabase('scores and reports', (database) => {
  let db: Db
  beforeAll(async () => {
    db = (await database.open()).db
  })
  beforeEach(() => database.clear())

  const scored = (seconds: number) =>
    scoreDimension('feedback', [{ source: 'github', metrics: { buildTimeP50: known(seconds), failureRate: unknown('no-data') }, at }])

  test('an import keeps a row for each time its points moved, and none where only time passed', async () => {
    const window = { from: at, to: later }
    const { id } = await startImport(db, { publicId: 'a', provider: 'github', scope: 'repository:7', input: {}, window, at })
    const end = { result: {}, metrics: {}, gaps: [], requests: 1 }
    await finishImport(db, id, { ...end, state: 'done', scores: scored(60), at })
    await refreshImport(db, id, { ...end, scores: scored(60), at: later })
    await refreshImport(db, id, { ...end, scores: scored(3000), at: latest })
    const rows = await listScores(db, id)
    expect(rows.map((row) => [row.dimension, row.score, row.coverage, row.at])).toEqual([
      ['feedback', 24, 1, at],
      ['feedback', 4, 1, latest],
    ])
    expect(rows[1]?.subscores[0]).toMatchObject({
      name: 'CI Pipeline Speed',
      score: 4,
      confidence: 'medium',
      evidence: [{ metric: 'buildTimeP50', points: 4, max: 24, at: at.toISOString() }],
      deductions: [{ points: 20 }],
    })
  })

  const report = (publicId: string, repository: string, overall: number) =>
    saveReport(db, {
      publicId,
      repository,
      repositoryUrl: `https://github.com/${repository}`,
      imports: { jira: 'x' },
      body: { id: publicId, text: 'NUL \0' },
      scores: { feedback: { score: 1 } },
      overall,
      maturity: 'Emerging',
      feedback: 1,
      understanding: 2,
      confidence: 3,
      createdAt: at,
    })

  test('reports are found by id, listed by repository whatever its letter case, and handed over once', async () => {
    await report('one', 'Acme/App', 30)
    await report('two', 'acme/app', 31)
    await report('three', 'acme/other', 32)
    expect(await findReport(db, 'one')).toMatchObject({
      body: { id: 'one', text: 'NUL \uFFFD' },
      imports: { jira: 'x' },
      handedOverAt: undefined,
    })
    expect(await findReport(db, 'nine')).toBeUndefined()
    expect((await findLatestReport(db, 'ACME/APP'))?.publicId).toBe('two')
    const first = await listReports(db, { repository: 'acme/APP', limit: 1 })
    expect(first.items.map(({ publicId, overall }) => [publicId, overall])).toEqual([['two', 31]])
    const rest = await listReports(db, { repository: 'acme/APP', limit: 1, ...(first.nextCursor ? { cursor: first.nextCursor } : {}) })
    expect([rest.items.map(({ publicId }) => publicId), rest.nextCursor]).toEqual([['one'], undefined])
    expect([await markHandedOver(db, 'one', at), await markHandedOver(db, 'one', later)]).toEqual([true, false])
    expect((await findReport(db, 'one'))?.handedOverAt).toEqual(at)
  })

  test('scopes of a repository are remembered, the one named last first', async () => {
    await saveEvidenceScopes(db, 'Acme/App', [{ provider: 'jira', scope: 'jira:OLD' }], at)
    await saveEvidenceScopes(db, 'acme/app', [{ provider: 'jira', scope: 'jira:NEW' }], later)
    await saveEvidenceScopes(db, 'acme/app', [{ provider: 'jira', scope: 'jira:OLD' }], latest)
    expect(await listEvidenceScopes(db, 'acme/APP')).toEqual([
      { provider: 'jira', scope: 'jira:OLD' },
      { provider: 'jira', scope: 'jira:NEW' },
    ])
    expect(await listEvidenceScopes(db, 'acme/other')).toEqual([])
  })

  test('a publication is one row for its place and content, and a failure forgets nothing about it', async () => {
    const key = { provider: 'confluence', scope: 'KDM', target: 'confluence-page', contentType: 'roadmap' } as const
    const page: Publication = {
      ...key,
      remoteId: '12',
      title: 'Roadmap',
      url: 'https://c.example/12',
      version: '3',
      status: 'updated',
      publishedAt: at,
      updatedAt: at,
    }
    await savePublication(db, page)
    await savePublication(db, { ...key, status: 'failed', updatedAt: later })
    expect(await findPublication(db, key)).toEqual({
      ...page,
      connectionId: undefined,
      contentHash: undefined,
      status: 'failed',
      updatedAt: later,
    })
    expect((await listPublications(db, { provider: 'confluence' })).items).toHaveLength(1)
    expect((await listPublications(db, { provider: 'github' })).items).toEqual([])
  })
})
