import { beforeAll, beforeEach, expect, test } from '@jest/globals'
import { type PulledPage, type PullOptions, type PullPosition, pull } from '../../integrations/engine/pull.ts'
import { estimateSecondsLeft, isStalled, openRun, resumeRun, STALLED_AFTER_MS } from '../../integrations/engine/runs.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findCursor } from '../../integrations/store/cursors.ts'
import { listInstallations, saveInstallation } from '../../integrations/store/installations.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { findRun, requestRunCancel } from '../../integrations/store/runs.ts'
import { eachDatabase } from '../store/databases.ts'
import { makeTestClock } from './clocks.ts'

eachDatabase('pull and runs', (database) => {
  let store: Store
  beforeAll(async () => {
    store = await database.open()
  })
  beforeEach(() => database.clear())

  /** A remote list of numbers, newest first, two on a page; the cursor is the number to go on below. */
  function setUp(change: Partial<PullOptions<number>> = {}) {
    const clock = makeTestClock()
    const remote = { newest: 7, asked: [] as PullPosition[] }
    const fetchPage = async (position: PullPosition): Promise<PulledPage<number>> => {
      remote.asked.push(position)
      const from = position.cursor === undefined ? remote.newest : Number(position.cursor)
      const old = Number(position.watermark ?? 0)
      const items = [from, from - 1].filter((n) => n > old)
      return { items, next: from - 2 > old ? String(from - 2) : undefined, candidate: position.candidate ?? String(remote.newest) }
    }
    const options: PullOptions<number> = {
      store,
      clock,
      signal: new AbortController().signal,
      connectionId: 'c',
      stream: 's',
      fetchPage,
      apply: async (db, items) => {
        for (const id of items) await saveInstallation(db, { id, account: `n${String(id).padStart(3, '0')}`, at: clock.now() })
      },
      ...change,
    }
    return { clock, remote, options }
  }
  const stored = async () => (await listInstallations(store.db)).map(({ id }) => id)
  const cursor = () => findCursor(store.db, 'c', 's')

  test('a scan reads to the end, and the next one only what is new', async () => {
    const { options, remote } = setUp()
    expect(await pull(options)).toEqual({ complete: true, pages: 4, items: 7 })
    expect(await cursor()).toMatchObject({ cursor: undefined, watermark: '7', candidate: undefined, pages: 0 })
    remote.newest = 10
    expect(await pull(options)).toEqual({ complete: true, pages: 2, items: 3 })
    expect(await stored()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(await cursor()).toMatchObject({ watermark: '10' })
  })

  test('a stop goes on at the page, and the watermark waits for the whole scan', async () => {
    const { options, remote } = setUp({ maxPages: 2 })
    expect(await pull(options)).toEqual({ complete: false, pages: 2, items: 4 })
    expect(await cursor()).toMatchObject({ cursor: '3', watermark: undefined, candidate: '7', pages: 2 })
    remote.newest = 9
    expect(await pull(options)).toEqual({ complete: true, pages: 2, items: 3 })
    expect(remote.asked.map((position) => position.cursor)).toEqual([undefined, '5', '3', '1'])
    expect(await cursor()).toMatchObject({ watermark: '7' })
    expect(await pull(options)).toMatchObject({ complete: true, items: 2 })
    expect(await stored()).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('the next page is on its way while this one is saved, and none beyond the end', async () => {
    const { options, remote } = setUp()
    const askedWhileSaving: number[] = []
    await pull({
      ...options,
      apply: async (db, items) => {
        askedWhileSaving.push(remote.asked.length)
        await options.apply(db, items)
      },
    })
    expect(askedWhileSaving).toEqual([2, 3, 4, 4])
    expect(remote.asked).toHaveLength(4)
  })

  test('a page asked for in vain is nobody’s failure', async () => {
    const { options } = setUp()
    const fetchPage = async (position: PullPosition) => {
      if (position.cursor === '5') throw new RangeError('too late to matter')
      return options.fetchPage(position)
    }
    const stopping = async () => {
      throw new AppError('cancelled', 'stop')
    }
    await expect(pull({ ...options, fetchPage, onPage: stopping })).rejects.toMatchObject({ code: 'cancelled' })
    expect(await cursor()).toMatchObject({ cursor: '5' })
  })

  test('a page that cannot be applied leaves neither its items nor a moved cursor', async () => {
    const { options } = setUp()
    const failing = pull({
      ...options,
      apply: async (db, items) => {
        await options.apply(db, items)
        if (items.includes(4)) throw new RangeError('stop')
      },
    })
    await expect(failing).rejects.toThrow(RangeError)
    expect(await stored()).toEqual([6, 7])
    expect(await cursor()).toMatchObject({ cursor: '5' })
    expect(await pull(options)).toEqual({ complete: true, pages: 3, items: 5 })
  })

  test('a provider that goes round in circles is found out', async () => {
    const { options } = setUp()
    const same = pull({ ...options, fetchPage: async () => ({ items: [1], next: 'x' }) })
    await expect(same).rejects.toMatchObject({ code: 'provider-unreadable' })
    const circle = pull({
      ...options,
      stream: 'circle',
      fetchPage: async ({ cursor: at }) => ({ items: [1], next: at === 'a' ? 'b' : 'a' }),
    })
    await expect(circle).rejects.toMatchObject({ code: 'provider-unreadable' })
  })

  test('a cursor that expired while we were away starts the scan over; other failures do not', async () => {
    const { options } = setUp({ maxPages: 1 })
    await pull(options)
    const refusing = (code: 'provider-gone' | 'provider-failed') => ({
      ...options,
      maxPages: 9,
      fetchPage: async (position: PullPosition) => {
        if (position.cursor === '5') throw new AppError(code, 'no')
        return position.cursor === undefined ? { items: [7], next: undefined, candidate: '7' } : options.fetchPage(position)
      },
    })
    await expect(pull(refusing('provider-failed'))).rejects.toMatchObject({ code: 'provider-failed' })
    expect(await pull(refusing('provider-gone'))).toEqual({ complete: true, pages: 1, items: 1 })
  })

  test('an abort stops between pages', async () => {
    const stop = new AbortController()
    const { options } = setUp({ signal: stop.signal, onPage: async () => stop.abort() })
    await expect(pull(options)).rejects.toMatchObject({ code: 'cancelled' })
    expect(await cursor()).toMatchObject({ cursor: '5' })
  })

  test('a run counts what happened and what it cost, and says how long it will take', async () => {
    const clock = makeTestClock()
    const run = await openRun({ store, clock }, { kind: 'jira-export', input: { a: 1 }, total: 4 })
    for (const status of ['created', 'failed']) {
      run.countRequest()
      run.countRequest()
      await run.record({ status, artifactId: 'ROAD-001' })
      clock.advance(30_000)
      await run.advance({ done: 1, phase: 'exporting' })
    }
    const half = await findRun(store.db, run.id)
    expect(half).toMatchObject({ done: 2, total: 4, requests: 4, phase: 'exporting' })
    expect(half && estimateSecondsLeft(half, clock.now())).toBe(60)
    expect(half && isStalled(half, clock.now())).toBe(false)
    clock.advance(STALLED_AFTER_MS + 1)
    expect(half && isStalled(half, clock.now())).toBe(true)
    run.countRequest()
    expect(await run.finish({ ok: true })).toMatchObject({
      state: 'done',
      counts: { created: 1, failed: 1 },
      requests: 5,
      result: { ok: true },
    })
    expect(await resumeRun({ store, clock }, run.id)).toBeUndefined()
  })

  test('a run that is asked to stop does so at its next step, in whichever process it is', async () => {
    const clock = makeTestClock()
    const run = await openRun({ store, clock }, { kind: 'x' })
    const resumed = await resumeRun({ store, clock }, run.id)
    await requestRunCancel(store.db, run.id, clock.now())
    const error = await resumed?.advance({ done: 1 }).catch((failure: unknown) => failure)
    expect(error).toMatchObject({ code: 'cancelled' })
    expect(resumed?.signal.aborted).toBe(true)
    expect(await resumed?.fail(error)).toMatchObject({ state: 'cancelled', errorCode: 'cancelled', done: 1 })
    const failed = await openRun({ store, clock }, { kind: 'x' })
    expect(await failed.fail(new TypeError('private'))).toMatchObject({
      state: 'failed',
      errorCode: 'internal',
      error: expect.not.stringContaining('private'),
    })
  })
})
