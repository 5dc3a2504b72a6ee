import { expect, test } from '@jest/globals'
import { enqueuePushes, SETTLE_MS } from '../../integrations/engine/push.ts'
import { listJobs } from '../../integrations/store/jobs.ts'
import { startRun } from '../../integrations/store/runs.ts'
import { eachDatabase } from '../store/databases.ts'

const start = new Date('2026-11-22T10:00:00.000Z')
const after = (ms: number) => new Date(start.getTime() + ms)

eachDatabase('edits in a row', (database) => {
  test('become one write a moment after the first, with the last content; asked for by a person it goes at once', async () => {
    const { db } = await database.open()
    const { id: runId } = await startRun(db, { kind: 'jira-export', connectionId: 'jira', at: start })
    const edit = (revision: number, priority: 'webhook' | 'interactive', ms: number) => {
      const item = { artifactId: 'ROAD-1', scope: 'acme/mapper', serialKey: 'road-1', dedupeKey: 'road-1', revision }
      return enqueuePushes(db, { runId, connectionId: 'jira', jobKind: 'push', items: [item], priority }, after(ms))
    }
    await edit(1, 'webhook', 0)
    await edit(2, 'webhook', 1_000)
    await edit(3, 'webhook', 2_900)
    const waiting = async () => (await listJobs(db, { state: 'queued' })).items
    expect(await waiting()).toMatchObject([{ payload: { revision: 3 }, runAt: after(SETTLE_MS) }])

    await edit(4, 'interactive', 2_950)
    expect(await waiting()).toMatchObject([{ payload: { revision: 4 }, runAt: after(2_950) }])
  })
})
