// An import against the stand-in, every request held against Atlassian's descriptions.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { collected } from '../../../integrations/foe/collected.ts'
import type { JiraFactBatch } from '../../../integrations/foe/jira/jira-fact-batch.ts'
import { type JiraFactKind, type JiraFacts, NO_JIRA_FACTS } from '../../../integrations/foe/jira/jira-facts.ts'
import { DEFAULT_JIRA_SETTINGS } from '../../../integrations/foe/jira/jira-settings.ts'
import { measureJira } from '../../../integrations/foe/jira/measure-jira.ts'
import type { SprintReport } from '../../../integrations/foe/jira/sprint-report.ts'
import type { IssueScope } from '../../../integrations/jira/import/import-jql.ts'
import { makeJiraReads } from '../../../integrations/jira/import/import-reads.ts'
import { readHistories, readIssuePage, readUnseen } from '../../../integrations/jira/import/read-issues.ts'
import {
  type ImportPlace,
  openImportPlace,
  readBoards,
  readStatuses,
  readVersions,
  sprintsToMeasure,
} from '../../../integrations/jira/import/read-project.ts'
import { OPEN_WORKFLOW } from '../../sandbox/jira/workflow.ts'
import { openTestSite, type TestSite } from '../site.ts'

const DAY_MS = 86_400_000
const ALL = new Set<JiraFactKind>(['issues', 'changes', 'statuses', 'sprints', 'boards', 'versions'])
const PROJECT = { key: 'KAT', workflow: OPEN_WORKFLOW, fields: [{ name: 'Story Points', type: 'number' }] } as const

let site: TestSite
beforeEach(async () => {
  site = await openTestSite({ project: PROJECT })
})
afterEach(async () => {
  expect(site.sandbox.violations).toEqual([])
  await site.close()
})

const reads = () => makeJiraReads(site.context, site.sandbox.url, 'cloud')
const points = () => site.sandbox.project?.fieldIds['Story Points'] ?? ''
const addIssue = (estimate: number | null, type = 'Story', parent?: string) =>
  site.sandbox.createAsPerson('KAT', type, {
    summary: `An issue of ${estimate} points`,
    ...(estimate === null ? {} : { [points()]: estimate }),
    ...(parent === undefined ? {} : { parent: { key: parent } }),
  })

interface Import {
  readonly facts: JiraFacts
  readonly place: ImportPlace
  readonly watermark: string | undefined
}

/** All that an import reads, kept in memory. */
async function importAll(
  { boardId = null, watermark, filter }: { boardId?: string | null; watermark?: string | undefined; filter?: string } = {},
  needs = ALL,
): Promise<Import> {
  const asked = reads()
  let place = await openImportPlace(asked, 'KAT', needs)
  const batches: JiraFactBatch[] = [await readStatuses(asked)]
  if (needs.has('versions')) batches.push(await readVersions(asked, place))
  const now = site.clock.now()
  let sprints: ReturnType<typeof sprintsToMeasure> = { ids: [], from: undefined }
  if (needs.has('boards')) {
    const board = await readBoards(asked, place, boardId)
    batches.push(board.batch)
    const own = board.estimateFieldId === null ? [] : [board.estimateFieldId]
    place = { ...place, fieldIds: { ...place.fieldIds, estimates: [...new Set([...own, ...place.fieldIds.estimates])] } }
    sprints = sprintsToMeasure(board.sprints, 5, now)
  }
  const from = new Date(Math.min(now.getTime() - 90 * DAY_MS, sprints.from?.getTime() ?? now.getTime()))
  const scope: IssueScope = { projectId: place.projectId, filter, from, sprintIds: sprints.ids }
  let candidate: string | undefined
  for (let cursor: string | undefined; ; ) {
    const page = await readIssuePage(asked, place, scope, { cursor, watermark, candidate }, now)
    batches.push(...page.items)
    candidate = page.candidate ?? candidate
    cursor = page.next
    if (cursor === undefined) break
  }
  const ids = batches.flatMap(({ lists }) => lists?.issues ?? []).map(({ id }) => id)
  if (ids.length > 0) batches.push(await readHistories(asked, place, ids))
  const gathered = Object.fromEntries(
    [...ALL].map((kind) => [kind, collected(batches.flatMap(({ lists }) => (lists?.[kind] ?? []) as readonly unknown[]))]),
  )
  return { facts: { ...NO_JIRA_FACTS, ...gathered } as JiraFacts, place, watermark: candidate }
}

const measure = ({ facts, place }: Import, settings = {}) =>
  measureJira(
    facts,
    { from: new Date(site.clock.now().getTime() - 90 * DAY_MS), to: new Date(site.clock.now().getTime() + 1) },
    { ...DEFAULT_JIRA_SETTINGS, estimateFieldIds: place.fieldIds.estimates, ...settings },
  )
const reportsOf = (measured: ReturnType<typeof measure>) => (measured.metrics.sprints?.value ?? []) as readonly SprintReport[]

const pass = (days: number) => site.clock.advance(days * DAY_MS)

/** A sprint with one done, one carried over, one added and one taken out. */
function runSprint(boardId: number, next?: number) {
  const { sandbox } = site
  const id = sandbox.createSprint(boardId, 'Sprint')
  const [first, second, third, fourth] = [addIssue(5), addIssue(3), addIssue(2), addIssue(null)] as [string, string, string, string]
  for (const key of [first, second, fourth]) sandbox.putInSprint(key, id)
  pass(1)
  sandbox.startSprint(id, new Date(site.clock.now().getTime() + 5 * DAY_MS))
  pass(1)
  sandbox.transitionAsPerson(first, 'In Progress')
  sandbox.putInSprint(third, id)
  pass(1)
  sandbox.putInSprint(fourth, undefined)
  sandbox.transitionAsPerson(first, 'Done')
  pass(1)
  sandbox.closeSprint(id, next)
  pass(1)
  return { id, first, second, third, fourth }
}

describe('a project', () => {
  test('its sprint comes out as it was lived, with the board’s estimates', async () => {
    const boardId = site.sandbox.createBoard({ projectKey: 'KAT', estimateFieldId: points() })
    runSprint(boardId)
    const [report] = reportsOf(measure(await importAll()))
    expect(report).toMatchObject({
      committed: 8,
      added: 2,
      removed: 0,
      completed: 5,
      carriedOver: 5,
      unit: 'points',
      unestimatedRate: 1 / 4,
    })
    expect(report?.issues).toEqual({ committed: 3, added: 1, removed: 1, completed: 1, carriedOver: 2 })
    expect(report?.burndown.at(-1)?.remaining).toBe(5)
  })

  test('cycle time, releases, columns and their limits come with it', async () => {
    const boardId = site.sandbox.createBoard({ projectKey: 'KAT', type: 'kanban' })
    for (const key of [addIssue(1), addIssue(1), addIssue(1), addIssue(1)]) site.sandbox.transitionAsPerson(key, 'In Progress')
    const done = addIssue(1)
    site.sandbox.transitionAsPerson(done, 'In Progress')
    pass(2)
    site.sandbox.transitionAsPerson(done, 'Done')
    site.sandbox.createVersion('KAT', { name: '1.0', released: true, releaseDate: site.clock.now().toISOString().slice(0, 10) })
    pass(1)
    const { metrics, gaps } = measure(await importAll())
    expect(metrics.averageCycleTime?.value).toBe((2 * DAY_MS) / 1000)
    expect(metrics.releaseCount?.value).toBe(1)
    expect(metrics.wip?.value).toMatchObject({ columns: [{}, { name: 'In Progress', max: 3, current: 4, overLimit: true }, {}] })
    expect(metrics.board?.value).toMatchObject({ id: String(boardId), type: 'kanban' })
    expect(gaps.map(({ code }) => code)).toEqual(['jira-sprints-none'])
  })

  test('a history of more than forty entries is read whole', async () => {
    const key = addIssue(1)
    for (let turn = 0; turn < 30; turn += 1) {
      site.sandbox.transitionAsPerson(key, 'In Progress')
      pass(0.1)
      site.sandbox.transitionAsPerson(key, 'To Do')
      pass(0.1)
    }
    site.sandbox.transitionAsPerson(key, 'Done')
    pass(0.1)
    const imported = await importAll({}, new Set(['issues', 'changes']))
    expect(imported.facts.changes.state === 'present' ? imported.facts.changes.items : []).toHaveLength(61)
    expect(measure(imported).metrics.averageCycleTime?.value).toBeCloseTo(6 * 86_400, 3)
  })

  test('sprints of another board that show here are left out, and that is said', async () => {
    const [own, other] = [1, 2].map(() => site.sandbox.createBoard({ projectKey: 'KAT', estimateFieldId: points() })) as [number, number]
    runSprint(own)
    runSprint(other)
    const measured = measure(await importAll({ boardId: String(own) }), { boardId: String(own) })
    expect(measured.metrics.sprintCount?.value).toBe(1)
    expect(measured.explanation.join(' ')).toContain('1 sprints of other boards')
  })

  test('a project without boards has no sprints and no columns, which is a gap', async () => {
    addIssue(1)
    pass(1)
    const { gaps } = measure(await importAll())
    expect(gaps.map(({ code }) => code)).toEqual(['jira-sprints-none', 'jira-board-none', 'jira-releases-none'])
  })

  test('a board that is none of the project’s is refused with those it has', async () => {
    const boardId = site.sandbox.createBoard({ projectKey: 'KAT' })
    await expect(importAll({ boardId: '9' })).rejects.toThrow(`Project KAT has no board 9. Its boards: ${boardId} (KAT board).`)
  })

  test('a project that nobody may see is not there', async () => {
    site.sandbox.revoke('KAT', 'BROWSE_PROJECTS')
    await expect(importAll()).rejects.toMatchObject({ code: 'provider-not-found' })
  })
})

describe('requests', () => {
  test('1,000 issues with their histories cost 12 at most, for cycle and lead times', async () => {
    for (let count = 0; count < 1_000; count += 1) {
      const key = addIssue(1)
      site.sandbox.transitionAsPerson(key, 'In Progress')
      site.sandbox.transitionAsPerson(key, 'Done')
    }
    pass(1)
    site.sent()
    const { facts } = await importAll({}, new Set(['issues', 'changes']))
    const sent = site.sent()
    const ofIssues = sent.filter((request) => request.includes('search/jql') || request.includes('changelog/bulkfetch'))
    expect(ofIssues).toHaveLength(11)
    // And the project and its statuses around them.
    expect(sent).toHaveLength(13)
    expect(facts.issues.state === 'present' && facts.issues.items.length).toBe(1_000)
    expect(facts.changes.state === 'present' && facts.changes.items.length).toBe(2_000)
  }, 60_000)

  test('a second scan asks only for what changed since the first began, with some overlap', async () => {
    const keys = [addIssue(1), addIssue(2), addIssue(3)]
    pass(1)
    const first = await importAll({}, new Set(['issues', 'changes']))
    pass(0.5)
    site.sandbox.transitionAsPerson(keys[1] ?? '', 'In Progress')
    pass(0.1)
    site.sent()
    const second = await importAll({ watermark: first.watermark }, new Set(['issues', 'changes']))
    expect(second.facts.issues.state === 'present' && second.facts.issues.items.map(({ key }) => key)).toEqual([keys[1]])
    pass(1)
    const whole = await importAll({ watermark: second.watermark }, new Set(['issues', 'changes']))
    expect(whole.facts.issues.state === 'present' && whole.facts.issues.items).toHaveLength(3)
  })

  test('a filter narrows the issues; one that Jira does not take is Jira’s refusal', async () => {
    const bug = addIssue(1, 'Bug')
    addIssue(2)
    pass(1)
    const { facts } = await importAll({ filter: 'type = Bug OR summary ~ "nothing"' }, new Set(['issues', 'changes']))
    expect(facts.issues.state === 'present' && facts.issues.items.map(({ key }) => key)).toEqual([bug])
    await expect(importAll({ filter: 'colour = red' }, new Set(['issues']))).rejects.toMatchObject({ code: 'provider-rejected' })
  })
})

test('of issues that are no longer met, Jira says which moved; the others are out of sight, deleted or hidden alike', async () => {
  site.sandbox.createProject('OPS', { workflow: OPEN_WORKFLOW })
  const [moved, gone, hidden, here] = [addIssue(1), addIssue(2), addIssue(3), addIssue(4)] as [string, string, string, string]
  const idOf = (key: string) => site.sandbox.issue(key)?.id ?? ''
  const ids = { moved: idOf(moved), gone: idOf(gone), hidden: idOf(hidden), here: idOf(here) }
  site.sandbox.moveIssue(moved, 'OPS')
  site.sandbox.deleteIssue(gone)
  site.sandbox.hideIssue(hidden)
  pass(1)
  const asked = reads()
  const place = await openImportPlace(asked, 'KAT', new Set(['issues']))
  const batch = await readUnseen(asked, place, Object.values(ids))
  expect(batch.movedAway).toEqual([ids.moved])
  expect(batch.outOfSight).toEqual([ids.gone, ids.hidden])
  expect(batch.lists?.issues?.map(({ id }) => id)).toEqual([ids.here])
})
