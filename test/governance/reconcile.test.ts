import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type Comparable,
  type FieldSides,
  RECONCILE_POLICIES,
  RECONCILE_REASONS,
  type ReconcileInput,
  type ReconcilePolicy,
  reconcileFields,
  samePlain,
} from '../../integrations/governance/reconcile.ts'

const side = (value: Comparable['key']): Comparable => ({ key: value, shown: value })
const sides = (base: Comparable['key'] | undefined, git: Comparable['key'], remote: Comparable['key']): FieldSides => ({
  base: base === undefined ? undefined : side(base),
  git: side(git),
  remote: side(remote),
})
const one = (field: FieldSides, rest: Partial<ReconcileInput> = {}) => reconcileFields({ fields: { f: field }, policy: 'manual', ...rest })
const outcomeOf = (...given: Parameters<typeof one>) => {
  const [decision] = one(...given).decisions
  return decision ? `${decision.outcome}: ${decision.reason}` : 'agreed'
}
const at = (second: number, ms = 0) => new Date(Date.UTC(2026, 10, 22, 10, 0, second, ms))

describe('one side that moved flows, whatever the policy', () => {
  test.each(RECONCILE_POLICIES)('%s', (policy) => {
    expect(outcomeOf(sides('a', 'b', 'a'), { policy })).toBe('write: only-git-changed')
    expect(outcomeOf(sides('a', 'a', 'b'), { policy })).toBe('keep: only-remote-changed')
    expect(outcomeOf(sides('a', 'b', 'b'), { policy })).toBe('agreed')
    expect(outcomeOf(sides('a', 'a', 'a'), { policy })).toBe('agreed')
  })

  test('a value that was taken away has moved like any other', () => {
    expect(outcomeOf(sides('a', null, 'a'))).toBe('write: only-git-changed')
    expect(outcomeOf(sides('a', 'a', null))).toBe('keep: only-remote-changed')
    expect(outcomeOf(sides('a', null, 'b'))).toBe('conflict: manual')
    expect(outcomeOf(sides('a', null, null))).toBe('agreed')
  })

  test('where the two never agreed, an empty side has nothing to lose and a full one may be somebody’s', () => {
    expect(outcomeOf(sides(undefined, 'a', null))).toBe('write: only-git-changed')
    expect(outcomeOf(sides(undefined, 'a', []))).toBe('write: only-git-changed')
    expect(outcomeOf(sides(undefined, '', 'b'))).toBe('keep: only-remote-changed')
    expect(outcomeOf(sides(undefined, 'a', 'b'))).toBe('conflict: manual')
    expect(outcomeOf(sides(undefined, 'a', 'a'))).toBe('agreed')
  })
})

describe('both moved', () => {
  const both = sides('a', 'b', 'c')
  test('the policy decides', () => {
    expect(outcomeOf(both, { policy: 'prefer-git' })).toBe('write: prefer-git')
    expect(outcomeOf(both, { policy: 'prefer-remote' })).toBe('keep: prefer-remote')
    expect(outcomeOf(both, { policy: 'manual' })).toBe('conflict: manual')
  })

  test.each([
    [at(2), at(1), 'write: git-is-later'],
    [at(1), at(2), 'keep: remote-is-later'],
    [at(1), at(1, 999), 'conflict: tie'],
    [undefined, at(1), 'conflict: times-unknown'],
    [at(1), undefined, 'conflict: times-unknown'],
  ])('the later one wins: git at %s, the remote at %s', (git, remote, expected) => {
    const times = { git, ...(remote ? { remote: { f: remote } } : {}) }
    const given = { policy: 'last-write-wins', times } as const
    expect(outcomeOf(both, given)).toBe(expected)
    expect(one(both, given).undated).toEqual(expected.endsWith('unknown') ? ['f'] : [])
  })

  test('a person’s decision goes before the policy, for the values it was made about and no others', () => {
    const resolutions = { f: { keep: 'remote', git: 'b', remote: 'c' } } as const
    for (const policy of RECONCILE_POLICIES) expect(outcomeOf(both, { policy, resolutions })).toBe('keep: resolved-for-remote')
    expect(outcomeOf(both, { resolutions: { f: { ...resolutions.f, keep: 'git' } } })).toBe('write: resolved-for-git')
    expect(outcomeOf(sides('a', 'b', 'd'), { resolutions })).toBe('conflict: manual')
    expect(outcomeOf(sides('a', 'x', 'c'), { resolutions })).toBe('conflict: manual')
  })

  test('what is kept or open stays with what was agreed before, the rest is agreed anew', () => {
    const fields = {
      kept: sides('a', 'a', 'b'),
      open: sides('a', 'b', 'c'),
      written: sides('a', 'b', 'a'),
      new: sides(undefined, 'a', 'b'),
    }
    const { base, writeRemote, keepRemote, conflicts } = reconcileFields({ fields, policy: 'manual' })
    expect(base).toEqual({ kept: side('a'), open: side('a'), written: side('b') })
    expect([Object.keys(writeRemote), Object.keys(keepRemote), conflicts.map(({ field }) => field)]).toEqual([
      ['written'],
      ['kept'],
      ['open', 'new'],
    ])
  })
})

test('values are compared as JSON: the order of keys says nothing, that of lists does', () => {
  expect(samePlain({ a: 1, b: [1, { c: null }] }, { b: [1, { c: null }], a: 1 })).toBe(true)
  expect(samePlain([1, 2], [2, 1])).toBe(false)
  expect(samePlain([], {})).toBe(false)
  expect(samePlain(null, {})).toBe(false)
  expect(samePlain({ a: 1 }, { b: 1 })).toBe(false)
  fc.assert(
    fc.property(fc.jsonValue(), (value) => samePlain(value as never, JSON.parse(JSON.stringify(value)))),
    { numRuns: 100 },
  )
})

test('any fields with any names come out decided once, and the same again', () => {
  const value = fc.option(fc.string({ maxLength: 2 }), { nil: null })
  const field = fc.tuple(fc.option(value, { nil: undefined }), value, value).map(([base, git, remote]) => sides(base, git, remote))
  const names = fc.oneof(fc.constantFrom('__proto__', 'constructor', 'hasOwnProperty', 'summary'), fc.string({ maxLength: 3 }))
  fc.assert(
    fc.property(fc.array(fc.tuple(names, field), { maxLength: 6 }), fc.constantFrom(...RECONCILE_POLICIES), (entries, policy) => {
      const fields = Object.fromEntries(entries)
      const result = reconcileFields({ fields, policy, times: { git: at(1), remote: {} }, resolutions: {} })
      expect(reconcileFields({ fields, policy, times: { git: at(1), remote: {} }, resolutions: {} })).toEqual(result)
      const { writeRemote, keepRemote, conflicts, decisions } = result
      expect(Object.keys(writeRemote).length + Object.keys(keepRemote).length + conflicts.length).toBe(decisions.length)
      const differing = Object.entries(fields).filter(([, { git, remote }]) => git.key !== remote.key)
      expect(decisions.map(({ field: name }) => name)).toEqual(differing.map(([name]) => name))
      for (const { reason } of decisions) expect(RECONCILE_REASONS[reason]).toBeTruthy()
    }),
    { numRuns: 200 },
  )
})

// A two-way sync in memory, for the claims about whole histories: what git says flows to the remote, what is kept flows into
// git (as the import does), people edit both sides at any moment, and two processes work at once and may be killed between
// any two steps. Each write says what it has seen, and is refused when that is no longer so.
const FIELDS = ['title', 'status'] as const
type Values = Record<(typeof FIELDS)[number], string>
interface Versioned {
  values: Values
  revision: number
}
interface World {
  readonly git: Versioned
  readonly remote: Versioned
  readonly base: { values: Partial<Values>; pending: Readonly<Record<string, readonly string[]>>; revision: number }
  /** Every value that a process wrote over or kept, with its other side. */
  readonly records: { readonly field: string; readonly git: string; readonly remote: string }[]
  /** Every value that git ever held. */
  readonly history: Set<string>
  readonly changedAt: { git: Date; remote: Record<string, Date> }
  second: number
  writes: number
}

const makeWorld = (): World => ({
  git: { values: { title: 'a', status: 'a' }, revision: 0 },
  remote: { values: { title: 'a', status: 'a' }, revision: 0 },
  base: { values: { title: 'a', status: 'a' }, pending: {}, revision: 0 },
  records: [],
  history: new Set(['title:a', 'status:a']),
  changedAt: { git: at(0), remote: {} },
  second: 0,
  writes: 0,
})

const asValues = (values: Readonly<Record<string, Comparable>>): Partial<Values> =>
  Object.fromEntries(Object.entries(values).map(([name, { key }]) => [name, String(key)]))

/** Replaces a side that is still as it was seen. */
function put(holder: Versioned, seen: number, change: Partial<Values>): boolean {
  if (holder.revision !== seen) return false
  Object.assign(holder, { values: { ...holder.values, ...change }, revision: seen + 1 })
  return true
}

/** One sync, step by step; whoever drives it may stop it between any two. */
function* syncOnce(world: World, policy: ReconcilePolicy): Generator<void, void> {
  const [git, base] = [{ ...world.git }, { ...world.base }]
  yield
  const remote = { ...world.remote }
  const times = { git: world.changedAt.git, remote: { ...world.changedAt.remote } }
  const baseOf = (name: keyof Values) =>
    base.pending[name]?.includes(remote.values[name]) ? remote.values[name] : (base.values[name] ?? undefined)
  const fields = Object.fromEntries(FIELDS.map((name) => [name, sides(baseOf(name), git.values[name], remote.values[name])]))
  const plan = reconcileFields({ fields, policy, times })
  const [written, kept] = [asValues(plan.writeRemote), asValues(plan.keepRemote)]
  yield
  for (const { field: name, git: ours, remote: theirs, remoteChanged } of plan.decisions)
    if (remoteChanged) world.records.push({ field: name, git: String(ours.key), remote: String(theirs.key) })
  const pending = { ...base.pending }
  for (const [name, value] of Object.entries(written)) pending[name] = [...(pending[name] ?? []), value]
  if (world.base.revision !== base.revision) return
  Object.assign(world.base, { pending, revision: base.revision + 1 })
  yield
  if (Object.keys(written).length > 0) {
    if (!put(world.remote, remote.revision, written)) return
    for (const name of Object.keys(written)) world.changedAt.remote[name] = at(world.second)
    world.writes += 1
  }
  yield
  if (Object.keys(kept).length > 0) {
    if (!put(world.git, git.revision, kept)) return
    for (const [name, value] of Object.entries(kept)) {
      world.history.add(`${name}:${value}`)
      // What is taken over keeps the time at which it was written: the taking over is nobody's edit.
      const writtenAt = times.remote[name] ?? at(0)
      if (writtenAt > world.changedAt.git) world.changedAt.git = writtenAt
    }
    world.writes += 1
  }
  yield
  if (world.base.revision === base.revision + 1)
    Object.assign(world.base, { values: { ...asValues(plan.base), ...kept }, pending: {}, revision: base.revision + 2 })
}

type Action =
  | { readonly kind: 'git' | 'remote'; readonly field: keyof Values; readonly value: string }
  | { readonly kind: 'step' | 'kill'; readonly process: 0 | 1 }

const field = fc.constantFrom(...FIELDS)
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom<'git' | 'remote'>('git', 'remote'), field, value: fc.constantFrom('b', 'c', 'd') }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('step' as const), process: fc.constantFrom(0 as const, 1 as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), process: fc.constantFrom(0 as const, 1 as const) }) },
)

/** Plays the actions; `check` sees the remote before and after every step of a process. */
function play(world: World, policy: ReconcilePolicy, actions: readonly Action[], check: (before: Values) => void): void {
  const processes: (Generator<void, void> | undefined)[] = [undefined, undefined]
  for (const one of actions) {
    if (one.kind === 'step') {
      const running = processes[one.process] ?? syncOnce(world, policy)
      const before = { ...world.remote.values }
      processes[one.process] = running.next().done ? undefined : running
      check(before)
    } else if (one.kind === 'kill') processes[one.process] = undefined
    else if (one.kind === 'git' || one.kind === 'remote') edit(world, one.kind, one.field, one.value)
  }
}

function edit(world: World, kind: 'git' | 'remote', name: keyof Values, value: string): void {
  world.second += 1
  const now = at(world.second)
  const holder = world[kind]
  Object.assign(holder, { values: { ...holder.values, [name]: value }, revision: holder.revision + 1 })
  if (kind === 'remote') world.changedAt.remote[name] = now
  else {
    world.changedAt.git = now
    world.history.add(`${name}:${value}`)
  }
}

const settle = (world: World, policy: ReconcilePolicy) => {
  for (const _step of syncOnce(world, policy));
}

describe('any history of edits, with two processes at once and kills', () => {
  const automatic = ['last-write-wins', 'prefer-git', 'prefer-remote'] as const

  test.each(automatic)(
    '%s: with no further edits both sides converge, nothing disappears without a record, again changes nothing',
    (policy) => {
      fc.assert(
        fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
          const world = makeWorld()
          play(world, policy, actions, (before) => {
            for (const name of FIELDS) {
              const [was, is] = [before[name], world.remote.values[name]]
              const isKnown =
                world.history.has(`${name}:${was}`) || world.records.some(({ field: of, remote }) => of === name && remote === was)
              if (was !== is) expect({ name, was, isKnown }).toEqual({ name, was, isKnown: true })
            }
          })
          settle(world, policy)
          settle(world, policy)
          expect(world.git.values).toEqual(world.remote.values)
          const { writes, records } = world
          const count = records.length
          settle(world, policy)
          expect([world.writes, world.records.length]).toEqual([writes, count])
          expect(world.base.values).toEqual(world.git.values)
        }),
        { numRuns: 1_000 },
      )
    },
  )

  test('manual: what a person wrote at the remote is never written over', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const world = makeWorld()
        play(world, 'manual', actions, (before) => {
          for (const name of FIELDS)
            if (before[name] !== world.remote.values[name]) expect(world.history.has(`${name}:${before[name]}`)).toBe(true)
        })
        settle(world, 'manual')
        settle(world, 'manual')
        const writes = world.writes
        settle(world, 'manual')
        expect(world.writes).toBe(writes)
      }),
      { numRuns: 1_000 },
    )
  })
})
