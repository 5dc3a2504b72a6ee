import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Status, Transition } from '../../integrations/jira/answers.ts'
import { type WalkedIssue, type WalkRequest, type WorkflowGraph, walkTo } from '../../integrations/jira/workflow.ts'
import { AppError } from '../../integrations/kernel/errors.ts'

const STATUSES = {
  'To Do': 'new',
  Backlog: 'new',
  'In Progress': 'indeterminate',
  'In Review': 'indeterminate',
  Blocked: 'indeterminate',
  Done: 'done',
  "Won't Do": 'done',
} as const
type Name = keyof typeof STATUSES
const status = (name: Name): Status => ({ id: name, name, category: STATUSES[name] })

interface Rule {
  readonly from: Name
  readonly to: Name
  readonly required?: readonly string[]
  readonly fails?: readonly AppError[]
}

/** An issue in a workflow made of rules; remembers where it was. */
function makeIssue(rules: readonly Rule[], start: Name) {
  let at: Name = start
  const path: Name[] = [start]
  const given: unknown[] = []
  const failures = new Map(rules.map((rule) => [rule, [...(rule.fails ?? [])]]))
  const issue: WalkedIssue = {
    transitions: async () =>
      rules.flatMap((rule, index): Transition[] => {
        if (rule.from !== at) return []
        const fields = Object.fromEntries(
          (rule.required ?? []).map((id) => [id, { name: id.toUpperCase(), required: true, hasDefaultValue: false }]),
        )
        return [{ id: String(index), name: `to ${rule.to}`, to: status(rule.to), isAvailable: true, fields }]
      }),
    async transition(id, fields) {
      const rule = rules[Number(id)] as Rule
      if (rule.from !== at) throw new AppError('provider-rejected', 'Not a transition of this status.')
      const failure = failures.get(rule)?.shift()
      if (failure) {
        if (failure.details.moved) at = rule.to
        throw failure
      }
      at = rule.to
      path.push(at)
      given.push(fields)
    },
    status: async () => status(at),
  }
  return { issue, path, given, here: () => at, move: (name: Name) => (at = name) }
}

const STANDARD: readonly Rule[] = [
  { from: 'To Do', to: 'In Progress' },
  { from: 'In Progress', to: 'Blocked' },
  { from: 'In Progress', to: 'In Review' },
  { from: 'Blocked', to: 'In Progress' },
  { from: 'In Review', to: 'Done' },
]
const request = (from: Name, target: Name, over: Partial<WalkRequest> = {}): WalkRequest => ({
  from: status(from),
  target: status(target),
  transitionFields: {},
  graph: new Map(),
  ...over,
})
const walk = async (rules: readonly Rule[], from: Name, target: Name, over: Partial<WalkRequest> = {}) => {
  const fake = makeIssue(rules, from)
  return { ...fake, result: await walkTo(fake.issue, request(from, target, over)) }
}

describe('a walk', () => {
  test('of no distance takes no step', async () => {
    const { result, path } = await walk(STANDARD, 'Done', 'Done')
    expect(result).toEqual({ kind: 'arrived', steps: [] })
    expect(path).toEqual(['Done'])
  })

  test('takes the direct transition when there is one', async () => {
    const { path } = await walk([...STANDARD, { from: 'To Do', to: 'Done' }], 'To Do', 'Done')
    expect(path).toEqual(['To Do', 'Done'])
  })

  test('finds a way it does not know yet, out of a dead end too', async () => {
    const { result, path } = await walk(STANDARD, 'To Do', 'Done')
    expect(result.kind).toBe('arrived')
    expect(path).toEqual(['To Do', 'In Progress', 'Blocked', 'In Progress', 'In Review', 'Done'])
  })

  test('is the shortest one once the way was learnt', async () => {
    const graph: WorkflowGraph = new Map()
    await walk(STANDARD, 'To Do', 'Done', { graph })
    const { path } = await walk(STANDARD, 'To Do', 'Done', { graph })
    expect(path).toEqual(['To Do', 'In Progress', 'In Review', 'Done'])
  })

  test('never explores another done status', async () => {
    const { path, result } = await walk([{ from: 'To Do', to: "Won't Do" }, ...STANDARD], 'To Do', 'Done')
    expect(result.kind).toBe('arrived')
    expect(path).not.toContain("Won't Do")
  })

  test('that cannot arrive does not wander: it stays where it is and says what can be reached', async () => {
    const { result, path } = await walk(STANDARD, 'In Review', 'Blocked')
    expect(path).toEqual(['In Review'])
    expect(result).toMatchObject({
      kind: 'refused',
      reachable: ['Done'],
      reason: 'The workflow shows no way from "In Review" to "Blocked". From "In Review" one can reach: "Done".',
    })
  })

  test('back from the end is refused where the workflow has no way back', async () => {
    const { result } = await walk(STANDARD, 'Done', 'In Progress')
    expect(result).toMatchObject({ kind: 'refused', reachable: [], reason: expect.stringContaining('one can reach: no other status') })
  })

  test('that got stuck half way says how far it came', async () => {
    const { result } = await walk([{ from: 'To Do', to: 'In Progress' }], 'To Do', 'Done')
    expect(result).toMatchObject({ kind: 'refused', reason: expect.stringContaining('moved from "To Do" as far as "In Progress"') })
  })

  test('ends for every workflow, arrives where a direct step allows it, and enters no status twice while exploring', async () => {
    const names = Object.keys(STATUSES) as Name[]
    const rule = fc.record({ from: fc.constantFrom(...names), to: fc.constantFrom(...names) })
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(rule, { maxLength: 14, selector: (one) => `${one.from}>${one.to}` }),
        fc.constantFrom(...names),
        fc.constantFrom(...names),
        async (rules, from, target) => {
          const { result, path, here } = await walk(rules, from, target)
          expect(path.length).toBeLessThanOrEqual(16)
          expect(here() === target).toBe(result.kind === 'arrived')
          if (rules.some((one) => one.from === from && one.to === target)) expect(result.kind).toBe('arrived')
          expect(path.slice(1, -1).filter((name) => STATUSES[name] === 'done' && name !== from)).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('a screen on the way', () => {
  const rules: readonly Rule[] = [{ from: 'In Review', to: 'Done', required: ['resolution'] }]

  test('is filled from the configuration, by id or by name, and gets nothing it does not show', async () => {
    const byId = await walk(rules, 'In Review', 'Done', { transitionFields: { done: { resolution: { name: 'Done' }, other: 1 } } })
    expect(byId.given).toEqual([{ resolution: { name: 'Done' } }])
    const named = await walk(rules, 'In Review', 'Done', { transitionFields: { Done: { Resolution: { name: 'Done' } } } })
    expect(named.given).toEqual([{ resolution: { name: 'Done' } }])
  })

  test('without a value is refused with the field, where to give it, and what can be reached', async () => {
    const { result, path } = await walk(rules, 'In Review', 'Done')
    expect(path).toEqual(['In Review'])
    expect(result).toMatchObject({
      kind: 'refused',
      missingFields: ['RESOLUTION'],
      reason:
        'The way into "Done" demands RESOLUTION: give a value under transitionFields."Done" in jira-config.json. From "In Review" one can reach: "Done".',
    })
  })

  test('is avoided where another transition leads to the same status without one', async () => {
    const { path } = await walk([...rules, { from: 'In Review', to: 'Done' }], 'In Review', 'Done')
    expect(path).toEqual(['In Review', 'Done'])
  })
})

describe('when Jira refuses a step', () => {
  const failing = (...fails: AppError[]): readonly Rule[] => [{ from: 'To Do', to: 'Done', fails }]
  const conflict = new AppError('provider-conflict', 'Conflict.')

  test('because of a concurrent change, the issue is read again and the walk goes on', async () => {
    const { result } = await walk(failing(conflict), 'To Do', 'Done')
    expect(result.kind).toBe('arrived')
  })

  test('twice because of concurrent changes, that is an error', async () => {
    await expect(walk(failing(conflict, conflict), 'To Do', 'Done')).rejects.toMatchObject({ code: 'provider-conflict' })
  })

  test('with a reason, the walk is refused with that reason', async () => {
    const { result } = await walk(failing(new AppError('provider-rejected', 'A validator says no.')), 'To Do', 'Done')
    expect(result).toMatchObject({ kind: 'refused', reason: expect.stringContaining('A validator says no.') })
  })

  test.each(['provider-timeout', 'provider-failed', 'provider-unreachable'] as const)(
    'without a clear answer (%s), the issue itself says whether the step was taken',
    async (code) => {
      const taken = await walk(failing(new AppError(code, 'No answer.', { details: { moved: true } })), 'To Do', 'Done')
      expect(taken.result.kind).toBe('arrived')
      await expect(walk(failing(new AppError(code, 'No answer.')), 'To Do', 'Done')).rejects.toMatchObject({ code })
    },
  )

  test('because it may not be done at all, that is an error', async () => {
    await expect(walk(failing(new AppError('provider-forbidden', 'No.')), 'To Do', 'Done')).rejects.toMatchObject({
      code: 'provider-forbidden',
    })
  })
})
