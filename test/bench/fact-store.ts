// A hundred thousand facts written and read again, beside a bare pass over the same rows: JSON text, parsed.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { itemsOf } from '../../integrations/foe/collected.ts'
import type { WorkflowRunFact } from '../../integrations/foe/facts/workflow-fact.ts'
import { systemClock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { applyFacts, readFacts } from '../../integrations/store/facts.ts'
import { openStore } from '../../integrations/store/open-store.ts'

const FACTS = 100_000
const BATCH = 1_000
/** Of reading, against a bare pass over the stored texts. */
const MOST_TIMES = 3

const at = new Date('2026-11-22T10:00:00Z')
const fact = (index: number): WorkflowRunFact => ({
  id: String(1_000_000 + index),
  attempt: 1,
  workflowId: '7',
  workflowName: 'CI',
  event: 'push',
  headBranch: 'main',
  headSha: index.toString(16).padStart(40, '0'),
  headRepositoryId: '1',
  repositoryId: '1',
  status: 'completed',
  conclusion: index % 8 === 0 ? 'failure' : 'success',
  createdAt: new Date(at.getTime() - index * 600_000),
  startedAt: new Date(at.getTime() - index * 600_000),
  updatedAt: new Date(at.getTime() - index * 600_000 + 60_000),
})

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const began = performance.now()
  return [await work(), performance.now() - began]
}

/** One row for the table of benchmarks. */
export async function measureFactStore(): Promise<{ readonly over: boolean; readonly cells: readonly string[] }[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'katalyst-facts-'))
  const store = await openStore({ url: `file:${path.join(folder, 'facts.db')}`, log: silentLog, clock: systemClock, migrate: true })
  try {
    const [, writeMs] = await timed(async () => {
      for (let from = 0; from < FACTS; from += BATCH) {
        const runs = Array.from({ length: BATCH }, (_, index) => fact(from + index))
        await store.transaction((db) => applyFacts(db, 1, { lists: { runs } }, at))
      }
    })
    const [facts, readMs] = await timed(() => readFacts(store.db, 1, { kinds: ['runs'] }))
    if (itemsOf(facts.runs).length !== FACTS) throw new Error(`read ${itemsOf(facts.runs).length} of ${FACTS} facts`)
    const [, bareMs] = await timed(async () => {
      const rows = await store.db.prisma.$queryRawUnsafe<{ data: string }[]>('SELECT CAST("data" AS TEXT) AS "data" FROM "facts_runs"')
      for (const { data } of rows) JSON.parse(data)
    })
    const over = readMs > bareMs * MOST_TIMES
    const ms = (value: number) => `${Math.round(value)} ms`
    const cells = [`${FACTS} facts read (written in ${ms(writeMs)})`, ms(readMs), ms(bareMs * MOST_TIMES), '', `bare pass: ${ms(bareMs)}`]
    return [{ over, cells: [...cells, `${(readMs / bareMs).toFixed(1)} x`, over ? 'OVER' : 'ok'] }]
  } finally {
    await store.close()
    rmSync(folder, { recursive: true })
  }
}
