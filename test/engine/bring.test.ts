import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type PushContext, type PushItem, type PushTarget, pushOne, type RemoteRef } from '../../integrations/engine/push.ts'
import { RECONCILE_POLICIES, type ReconcilePolicy } from '../../integrations/governance/reconcile.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { listConflicts, resolveConflict } from '../../integrations/store/conflicts.ts'
import { deleteLink, findLink } from '../../integrations/store/links.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { eachDatabase } from '../store/databases.ts'
import { makeTestClock, makeTestRandom } from './clocks.ts'
import { planOneField } from './one-field-plan.ts'

const KEY = { connectionId: 'c', scope: 's', artifactId: 'ROAD-001', artifactKind: 'road-item', remoteKind: 'thing' }

/** One object with one field, that people edit too; a write on another version than was read is refused where `strict`. */
function makeRemote(policy: ReconcilePolicy) {
  const state = { value: 'A', version: 1, exists: false, changedAt: new Date(0), writes: 0, refuse: false, strict: true }
  /** Called before a write, once. */
  const before: (() => Promise<void> | void)[] = []
  const ref = (): RemoteRef => ({ id: '1', key: 'R-1', version: String(state.version) })
  const target: PushTarget<string, { value: string; version: number }> = {
    remoteKind: 'thing',
    find: async () => (state.exists ? { kind: 'found', ref: ref() } : { kind: 'absent' }),
    read: async () => (state.exists ? { ref: ref(), remote: { value: state.value, version: state.version } } : undefined),
    async create(item) {
      Object.assign(state, { exists: true, value: item.desired, version: 1 })
      return ref()
    },
    plan: (item, remote, agreement) => planOneField('title', item, remote.value, agreement, policy),
    changedAt: async () => ({ title: state.changedAt }),
    async apply(item, _ref, remote) {
      await before.shift()?.()
      if (state.refuse) throw new AppError('refused', 'the workflow has no way')
      if (state.strict && remote.version !== state.version) throw new AppError('provider-conflict', 'changed meanwhile')
      Object.assign(state, { value: item.desired, version: state.version + 1, writes: state.writes + 1 })
      return ref()
    },
  }
  const edit = (value: string, at = new Date(0)) => Object.assign(state, { value, version: state.version + 1, changedAt: at })
  return { state, target, before, edit }
}

const itemOf = (desired: string, changedAt?: Date): PushItem<string> => ({
  artifactId: 'ROAD-001',
  artifactKind: 'road-item',
  scope: 's',
  desired,
  hash: `hash of ${desired}`,
  marker: 'm',
  changedAt,
})

eachDatabase('bringing into step', (database) => {
  let store: Store
  beforeAll(async () => {
    store = await database.open()
  })
  beforeEach(() => database.clear())

  async function linked(policy: ReconcilePolicy = 'manual') {
    const remote = makeRemote(policy)
    const context: PushContext = {
      store,
      connectionId: 'c',
      clock: makeTestClock(),
      random: makeTestRandom(),
      dryRun: false,
      force: false,
      runId: 7,
    }
    const push = (desired: string, changedAt?: Date, also: Partial<PushContext> = {}) =>
      pushOne({ ...context, ...also }, remote.target, itemOf(desired, changedAt))
    await push('A')
    return { ...remote, push }
  }
  const open = async () => (await listConflicts(store.db, {})).items
  const closed = async () => (await listConflicts(store.db, { state: 'closed' })).items

  test('a conflict is one row, kept up to date, with every value, and closed when the sides agree', async () => {
    const { push, edit, state } = await linked()
    edit('R')
    expect(await push('B')).toMatchObject({ status: 'conflict', changes: [], decisions: [{ outcome: 'conflict' }] })
    edit('R2')
    expect(await push('B')).toMatchObject({ status: 'conflict' })
    expect(await open()).toMatchObject([
      {
        artifactId: 'ROAD-001',
        remoteKey: 'R-1',
        field: 'title',
        base: { shown: 'A' },
        git: { shown: 'B' },
        remote: { shown: 'R2' },
        runId: 7,
        keep: undefined,
      },
    ])
    expect(await push('R2')).toMatchObject({ status: 'unchanged' })
    expect([await open(), (await closed())[0]?.keep, state.writes]).toEqual([[], undefined, 0])
  })

  test('several processes that find one conflict at once list it once', async () => {
    const { push, edit } = await linked()
    edit('R')
    const results = await Promise.all(Array.from({ length: 4 }, () => push('B')))
    expect(results.map(({ status }) => status)).toEqual(['conflict', 'conflict', 'conflict', 'conflict'])
    expect(await open()).toHaveLength(1)
  })

  test('a dry run names the conflict and records nothing', async () => {
    const { push, edit } = await linked()
    edit('R')
    expect(await push('B', undefined, { dryRun: true })).toMatchObject({ status: 'conflict' })
    expect(await open()).toEqual([])
  })

  test('a decision is carried out for the values it was made about', async () => {
    const { push, edit, state } = await linked()
    edit('R')
    await push('B')
    const [conflict] = await open()
    const decide = (id = 0) => resolveConflict(store.db, id, { keep: 'git', by: 'paula', at: new Date() })
    expect(await decide(conflict?.id)).toMatchObject({ keep: 'git', resolvedBy: 'paula' })
    expect(await decide(conflict?.id)).toBeUndefined()
    expect(await push('B')).toMatchObject({ status: 'updated', changes: [{ from: 'R', to: 'B' }] })
    expect([state.value, await open()]).toEqual(['B', []])
    expect(await closed()).toHaveLength(1)
  })

  test('the history of the remote is asked only where both sides changed', async () => {
    const { push, edit, target } = await linked('last-write-wins')
    let asked = 0
    const { changedAt } = target
    Object.assign(target, {
      changedAt: (...args: Parameters<NonNullable<typeof changedAt>>) => {
        asked += 1
        return changedAt?.(...args)
      },
    })
    await push('B')
    expect(asked).toBe(0)
    edit('R', new Date(5_000))
    expect(await push('C', new Date(4_000))).toMatchObject({ status: 'unchanged', decisions: [{ outcome: 'keep' }] })
    expect(await push('D', new Date(6_000))).toMatchObject({ status: 'updated' })
    expect(asked).toBe(2)
  })

  test('what is about to be written over is in the database before the write, so a process that dies loses nothing', async () => {
    const { push, edit, before, state } = await linked('prefer-git')
    edit('R')
    before.push(() => {
      throw new Error('the process dies here')
    })
    await expect(push('B')).rejects.toThrow('dies here')
    expect([state.value, await closed()]).toMatchObject(['R', [{ keep: 'git', resolvedBy: 'policy', remote: { shown: 'R' } }]])
    await push('B')
    expect([state.value, (await closed()).length]).toEqual(['B', 1])
  })

  test('a write whose process died before it said so is ours: git moving on is no conflict', async () => {
    const { push, state, target } = await linked()
    const { apply } = target
    Object.assign(target, {
      apply: async (...args: Parameters<typeof apply>) => {
        await apply(...args)
        throw new Error('the process dies here')
      },
    })
    await expect(push('B')).rejects.toThrow('dies here')
    Object.assign(target, { apply })
    expect(await push('C')).toMatchObject({ status: 'updated', changes: [{ from: 'B', to: 'C' }] })
    expect([state.value, await open()]).toEqual(['C', []])
  })

  test.each(['provider-failed', 'refused'] as const)('a walk that ended halfway (%s) goes on from where it is, as ours', async (code) => {
    const { push, state, target } = await linked()
    const { apply } = target
    Object.assign(target, {
      stepwise: ['title'],
      apply: async () => {
        Object.assign(state, { value: 'halfway', version: state.version + 1 })
        throw new AppError(code, 'no further')
      },
    })
    // A refusal is the item's result; a provider that is away is thrown, for the job to try again.
    const endsSo = async () => {
      if (code === 'refused') expect(await push('B')).toMatchObject({ status: 'refused' })
      else await expect(push('B')).rejects.toMatchObject({ code })
    }
    await endsSo()
    await endsSo()
    Object.assign(target, { apply })
    expect(await push('B')).toMatchObject({ status: 'updated', changes: [{ from: 'halfway', to: 'B' }] })
    expect([state.value, await open()]).toEqual(['B', []])
  })

  test('an edit between reading and writing is met: the plan is made again', async () => {
    const { push, edit, before, state } = await linked()
    before.push(() => void edit('R'))
    expect(await push('B')).toMatchObject({ status: 'conflict' })
    expect(state.value).toBe('R')
  })

  test('what arrived before a refusal is agreed on: a later edit of it by a person is theirs alone', async () => {
    const { push, edit, state } = await linked()
    state.refuse = true
    edit('B')
    state.version = 9
    expect(await push('B')).toMatchObject({ status: 'unchanged' })
    edit('R')
    expect(await push('B')).toMatchObject({ status: 'unchanged', decisions: [{ outcome: 'keep', reason: 'only-remote-changed' }] })
  })

  test('a process that was overtaken writes nothing of its own and goes on from what the other left', async () => {
    const { push, before, state } = await linked()
    // While the first is about to write B, another process brings C.
    before.push(async () => {
      await push('C')
    })
    const result = await push('B')
    expect(['updated', 'unchanged']).toContain(result.status)
    await push('C')
    expect([state.value, (await findLink(store.db, KEY))?.localHash, await open()]).toEqual(['C', 'hash of C', []])
  })

  test('an object that is found after its link was lost is not written over where somebody may have worked on it', async () => {
    const { push, edit, state } = await linked()
    edit('R')
    await deleteLink(store.db, KEY)
    expect(await push('A')).toMatchObject({ status: 'conflict', decisions: [{ base: undefined }] })
    expect(state.value).toBe('R')
  })

  describe('any edits, with two processes at once', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('remote' as const), value: fc.constantFrom('B', 'C', 'D') }),
      fc.record({ kind: fc.constant('git' as const), value: fc.constantFrom('B', 'C', 'D') }),
      fc.record({ kind: fc.constantFrom('push' as const, 'both' as const) }),
    )
    test.each(RECONCILE_POLICIES)('%s: a value of a person is there, or agreed, or recorded; and it comes to rest', async (policy) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 8 }), async (steps) => {
          await database.clear()
          const { push, edit, state } = await linked(policy)
          let [git, second] = ['A', 1]
          let gitAt = new Date(0)
          const written = new Set(['A'])
          const theirs = new Set<string>()
          for (const one of steps) {
            second += 1
            const at = new Date(second * 1_000)
            if (one.kind === 'remote') {
              // A person sees what is there and replaces it.
              theirs.delete(state.value)
              edit(one.value, at)
              theirs.add(one.value)
            } else if (one.kind === 'git') {
              ;[git, gitAt] = [one.value, at]
              written.add(git)
            } else if (one.kind === 'push') await push(git, gitAt)
            else await Promise.all([push(git, gitAt), push(git, gitAt)])
          }
          for (let run = 0; run < 2; run += 1) await push(git, gitAt)
          const recorded = (await listConflicts(store.db, { state: 'all', limit: 200 })).items.map(({ remote }) => remote.shown)
          for (const value of theirs) expect([state.value, ...written, ...recorded]).toContain(value)
          const writes = state.writes
          const { status, decisions = [] } = await push(git, gitAt)
          expect(state.writes).toBe(writes)
          expect(status).toBe(decisions.some(({ outcome }) => outcome === 'conflict') ? 'conflict' : 'unchanged')
          // Where nobody keeps or disputes a value of the remote, both say the same.
          if (decisions.length === 0) expect(state.value).toBe(git)
        }),
        { numRuns: 12 },
      )
    })
  })
})
