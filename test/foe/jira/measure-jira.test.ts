import { describe, expect, test } from '@jest/globals'
import { collected } from '../../../integrations/foe/collected.ts'
import { chooseBoard, sprintsOf } from '../../../integrations/foe/jira/board-choice.ts'
import { readEstimate } from '../../../integrations/foe/jira/estimate-number.ts'
import { type JiraFacts, NO_JIRA_FACTS } from '../../../integrations/foe/jira/jira-facts.ts'
import { JIRA_DATA_TYPES, JIRA_METRICS, JIRA_PROMISED } from '../../../integrations/foe/jira/jira-metric-table.ts'
import { DEFAULT_JIRA_SETTINGS } from '../../../integrations/foe/jira/jira-settings.ts'
import { measureJira } from '../../../integrations/foe/jira/measure-jira.ts'
import type { SprintReport } from '../../../integrations/foe/jira/sprint-report.ts'
import { daysBetween, MOST_DAYS } from '../../../integrations/foe/jira/zone-days.ts'
import { scoreDimension } from '../../../integrations/foe/score/score-dimension.ts'
import { at, board, change, type IssueStory, POINTS, project, sprint } from './jira-project.ts'

const WINDOW = { from: at('01T00'), to: at('31T00') }
const measure = (facts: JiraFacts, settings = {}, asked: Parameters<typeof measureJira>[3] = null) =>
  measureJira(facts, WINDOW, { ...DEFAULT_JIRA_SETTINGS, ...settings }, asked)
const sprintsIn = (measured: ReturnType<typeof measure>, name = 'sprints') => measured.metrics[name]?.value as SprintReport[]

const done = (key: string, more: Partial<IssueStory> = {}): IssueStory => ({
  key,
  created: '02T09',
  points: 3,
  moves: [
    ['05T10', 'In Progress'],
    ['06T10', 'Done'],
  ],
  ...more,
})
const withFacts = (facts: JiraFacts, changed: Partial<JiraFacts>): JiraFacts => ({ ...facts, ...changed })
const items = <T>(facts: { state: string; items?: readonly T[] }): readonly T[] => facts.items ?? []

describe('the table', () => {
  test('what is emitted is what the table names, for all data types and for none of the facts', () => {
    for (const facts of [NO_JIRA_FACTS, project([done('KAT-1')], [sprint('1', '05T09', '09T17')])])
      expect(Object.keys(measure(facts).metrics).sort()).toEqual(Object.keys(JIRA_METRICS).sort())
    expect(JIRA_PROMISED.every((name) => Object.hasOwn(JIRA_METRICS, name))).toBe(true)
  })

  test.each(JIRA_DATA_TYPES)('%s brings its own figures and no others', (dataType) => {
    const names = Object.entries(JIRA_METRICS).flatMap(([name, row]) =>
      (row.dataTypes as readonly string[]).includes(dataType) ? [name] : [],
    )
    expect(Object.keys(measure(NO_JIRA_FACTS, {}, [dataType]).metrics).sort()).toEqual(names.sort())
  })

  test('where nothing was collected, counts are 0, the rest is null, and each says why', () => {
    const { metrics, gaps } = measure(NO_JIRA_FACTS)
    for (const [name, { value, reason }] of Object.entries(metrics)) {
      expect(reason).toBe('not-collected')
      expect(value).toBe(JIRA_METRICS[name as keyof typeof JIRA_METRICS].unit === 'count' ? 0 : null)
    }
    expect(gaps.map(({ code }) => code)).toContain('jira-issues-not-collected')
  })
})

describe('statuses', () => {
  const moved = (sides: Parameters<typeof change>[3], back: Parameters<typeof change>[3]) => {
    const facts = project([{ key: 'KAT-1', created: '02T09', moves: [] }], [])
    const issue = { ...items(facts.issues)[0], statusId: '5', statusName: 'Done', statusCategory: 'done' } as never
    return withFacts(facts, {
      issues: collected([issue]),
      changes: collected([
        change('1', 'status', at('05T10'), { from: '1', fromName: 'To Do', ...sides }),
        change('1', 'status', at('06T10'), { to: '5', toName: 'Done', ...back }),
      ]),
    })
  }

  test('the id decides, whatever the status was called then', () => {
    const { metrics } = measure(moved({ to: '3', toName: 'Fertig' }, { from: '3', fromName: 'Fertig' }))
    expect(metrics.averageCycleTime?.value).toBe(86_400)
  })

  test('a status that is gone is known by what it was called: a project-scoped one of the same name', () => {
    const { metrics, explanation } = measure(moved({ to: '10077', toName: 'in progress' }, { from: '10077', fromName: 'in progress' }))
    expect(metrics.averageCycleTime?.value).toBe(86_400)
    expect(explanation.join(' ')).not.toContain('gone')
  })

  test('… or by another name its id had', () => {
    const facts = moved({ to: '10077', toName: 'Hacking' }, { from: '10077', fromName: 'In Review' })
    expect(measure(facts).metrics.averageCycleTime?.value).toBe(86_400)
  })

  test('… else the issue’s present category stands for it, and that is said', () => {
    const { metrics, explanation } = measure(moved({ to: '10077', toName: 'Hacking' }, { from: '10077', fromName: 'Hacking' }))
    expect(metrics.averageCycleTime).toEqual({ value: null, reason: 'no-data' })
    expect(metrics.averageLeadTime?.value).toBe(3 * 86_400 + 3600)
    expect(explanation.join(' ')).toContain('1 entries of histories name a status that is gone')
  })
})

describe('times', () => {
  test('several changes of one history entry apply in their order, whatever order they come in', () => {
    const facts = project([done('KAT-1')], [])
    const moment = at('07T10')
    const back = { ...change('1', 'status', moment, { from: '5', to: '3' }), id: '9000:0' }
    const again = { ...change('1', 'status', moment, { from: '3', to: '5' }), id: '9000:1' }
    for (const changes of [
      [back, again],
      [again, back],
    ]) {
      const both = withFacts(facts, { changes: collected([...changes, ...items(facts.changes)]) })
      expect(measure(both).metrics.averageCycleTime?.value).toBe(2 * 86_400)
    }
  })

  test('an issue without history counts by its resolution date; one without that has no figure', () => {
    const bare = (key: string, resolved: string | null): IssueStory => done(key, { resolved })
    const facts = withFacts(project([bare('KAT-1', '04T09'), bare('KAT-2', null)], []), { changes: collected([]) })
    const { metrics } = measure(facts)
    expect(metrics.completedIssues?.value).toBe(1)
    expect(metrics.averageLeadTime?.value).toBe(2 * 86_400)
    expect(metrics.averageCycleTime).toEqual({ value: null, reason: 'no-data' })
  })

  test('a resolution before the creation is no span', () => {
    const facts = withFacts(project([done('KAT-1', { resolved: '01T09' })], []), { changes: collected([]) })
    expect(measure(facts).metrics.averageLeadTime).toEqual({ value: null, reason: 'no-data' })
  })

  test('from one Done status to another is no new entry', () => {
    const facts = project([done('KAT-1')], [])
    const other = { id: '6', name: 'Closed', category: 'done' }
    const closed = change('1', 'status', at('20T10'), { from: '5', to: '6', toName: 'Closed' })
    const both = withFacts(facts, {
      statuses: collected([...items(facts.statuses), other]),
      changes: collected([...items(facts.changes), closed]),
    })
    expect(measure(both).metrics.averageCycleTime?.value).toBe(86_400)
    expect(measure(both).metrics.reopenedRate?.value).toBe(0)
  })
})

describe('estimates', () => {
  test.each([
    ['3', 3],
    ['-1', -1],
    ['0', 0],
    [' 2,5 ', 2.5],
    [8, 8],
    ['', null],
    ['XL', null],
    [null, null],
    ['1e3', null],
    [Number.NaN, null],
  ])('%p is %p', (value, number) => {
    expect(readEstimate(value)).toBe(number)
  })

  test('where nothing is estimated, sprints count issues and say so', () => {
    const measured = measure(project([done('KAT-1', { points: null, sprints: ['1'] })], [sprint('1', '05T09', '09T17')]))
    expect(measured.metrics.averageVelocity?.value).toBe(1)
    expect(measured.metrics.velocityUnit?.value).toBe('issues')
    expect(measured.explanation.join(' ')).toContain('count issues')
    expect(measured.gaps.map(({ code }) => code)).toContain('jira-estimates-missing')
  })

  test('an estimate that changes in the sprint moves the burndown; the sums take the one at the close, and balance', () => {
    const story = done('KAT-1', { points: 8, sprints: ['1'], moves: [], estimates: [['07T12', '3', '8']] })
    const [report] = sprintsIn(measure(project([story], [sprint('1', '05T09', '09T17')])))
    expect(report?.burndown.map(({ remaining }) => remaining)).toEqual([3, 3, 8, 8, 8])
    expect([report?.committed, report?.carriedOver]).toEqual([8, 8])
  })

  test('a board without an estimate field falls back to the fields known by name; one that nobody fills is passed over', () => {
    const facts = project(
      [done('KAT-1', { sprints: ['1'] })],
      [sprint('1', '05T09', '09T17')],
      [board({ estimateFieldId: 'customfield_1' })],
    )
    expect(measure(facts, { estimateFieldIds: ['customfield_2', POINTS] }).metrics.averageVelocity?.value).toBe(3)
  })
})

describe('boards and sprints', () => {
  const own = sprint('1', '05T09', '09T17')
  const foreign = sprint('2', '05T09', '09T17', { originBoardId: '77' })

  test('sprints of other boards are left out, unless the board has none of its own', () => {
    expect(sprintsOf([own, foreign], { id: '1' })).toEqual({ sprints: [own], foreign: 1, borrowed: false })
    expect(sprintsOf([foreign], { id: '1' })).toEqual({ sprints: [foreign], foreign: 0, borrowed: true })
    expect(sprintsOf([{ ...foreign, boardIds: ['77'] }], { id: '1' }).sprints).toEqual([])
  })

  test('a board with sprints is chosen before one without, the oldest of several; one that was asked for before all', () => {
    const boards = [board({ id: '10', type: 'kanban' }), board({ id: '9', type: 'scrum' }), board({ id: '11', type: 'scrum' })]
    expect(chooseBoard(boards, null)?.id).toBe('9')
    expect(chooseBoard(boards, '10')?.id).toBe('10')
    expect(chooseBoard(boards, '12')).toBeNull()
  })

  test('a kanban board has no sprints, which is a gap and no zero', () => {
    const measured = measure(project([done('KAT-1')], [], [board({ type: 'kanban' })]))
    expect(measured.metrics.averageVelocity).toEqual({ value: null, reason: 'no-data' })
    expect(measured.gaps.map(({ code }) => code)).toContain('jira-sprints-none')
  })

  test('a sprint that was never started, or ends before it begins, is none; one that runs is shown apart', () => {
    const running = sprint('4', '26T09', '30T17', { state: 'active', completeAt: null })
    const measured = measure(
      project(
        [done('KAT-1', { sprints: ['4'] })],
        [sprint('2', '05T09', '09T17', { state: 'future', startAt: null, completeAt: null }), sprint('3', '09T09', '05T17'), running],
      ),
    )
    expect(measured.metrics.sprintCount?.value).toBe(0)
    expect(sprintsIn(measured, 'activeSprints').map(({ id, completed }) => [id, completed])).toEqual([['4', 3]])
  })

  test('the days of a forgotten sprint are limited', () => {
    expect(daysBetween(new Date('2020-01-01T00:00:00Z'), at('01T00'), 'Europe/Berlin')).toHaveLength(MOST_DAYS)
  })

  test('a day with 23 hours ends where its clocks say', () => {
    const days = daysBetween(new Date('2026-03-28T12:00:00Z'), new Date('2026-03-30T12:00:00Z'), 'Europe/Berlin')
    expect(days.map(({ end }) => end.toISOString())).toEqual([
      '2026-03-28T23:00:00.000Z',
      '2026-03-29T22:00:00.000Z',
      '2026-03-30T22:00:00.000Z',
    ])
  })
})

describe('work in progress', () => {
  const doing = (key: string, more: Partial<IssueStory> = {}): IssueStory => ({
    key,
    created: '02T09',
    moves: [['05T10', 'In Progress']],
    ...more,
  })
  const columnsOf = (facts: JiraFacts) =>
    (measure(facts).metrics.wip?.value as { columns: { name: string; current: number; overLimit: boolean }[] } | undefined)?.columns.map(
      (column) => [column.name, column.current, column.overLimit],
    )
  const running = sprint('1', '26T09', '30T17', { state: 'active', completeAt: null })
  const stories = ['KAT-1', 'KAT-2', 'KAT-3'].map((key) => doing(key, { sprints: ['1'] }))

  test('issues of the running sprint count in the column of their status; sub-tasks only where the limit counts them', () => {
    const all = [...stories, doing('KAT-4'), doing('KAT-5', { sprints: ['1'], isSubtask: true })]
    expect(columnsOf(project(all, [running]))).toEqual([
      ['To do', 0, false],
      ['Doing', 3, true],
      ['Done', 0, false],
    ])
    expect(columnsOf(project(all, [running], [board({ constraintType: 'issueCount' })]))?.[1]).toEqual(['Doing', 4, true])
  })

  test('a kanban board shows what its filter lets through, and nothing out of sight', () => {
    const facts = project([...stories, doing('KAT-4')], [], [board({ type: 'kanban', issueIds: ['1', '2', '4'] })])
    const hidden = items(facts.issues).map((issue) => (issue.id === '4' ? { ...issue, outOfSight: true as const } : issue))
    expect(columnsOf(facts)?.[1]).toEqual(['Doing', 3, true])
    expect(columnsOf(withFacts(facts, { issues: collected(hidden) }))?.[1]).toEqual(['Doing', 2, false])
  })
})

describe('releases', () => {
  const version = (id: string, releasedOn: string | null, isReleased = true) => ({
    id,
    name: `v${id}`,
    isReleased,
    isArchived: false,
    releasedOn: releasedOn === null ? null : at(`${releasedOn}T00`),
  })

  test('released versions in the window make the frequency', () => {
    const versions = collected([version('1', '05'), version('2', '20'), version('3', '21', false), version('4', null)])
    const { metrics, gaps } = measure(withFacts(project([], []), { versions }), {}, ['releases'])
    // 2 in 30 days.
    expect((metrics.deploymentFrequency?.value as { daily: number } | undefined)?.daily).toBeCloseTo(2 / 30, 12)
    expect(metrics.releaseCount?.value).toBe(2)
    expect(gaps).toEqual([])
  })

  test('a project that never released has no frequency, and a gap', () => {
    const { metrics, gaps, explanation } = measure(withFacts(project([], []), { versions: collected([version('4', null)]) }), {}, [
      'releases',
    ])
    expect(metrics.deploymentFrequency).toEqual({ value: null, reason: 'no-data' })
    expect(gaps.map(({ code }) => code)).toEqual(['jira-releases-none'])
    expect(explanation[0]).toContain('1 released versions have no date')
  })
})

test('the figures move the feedback score', () => {
  const facts = project([done('KAT-1', { sprints: ['1'] })], [sprint('1', '05T09', '09T17')])
  const { metrics } = measure(facts)
  const scored = scoreDimension('feedback', [{ source: 'jira', metrics, at: WINDOW.to }])
  expect(scored.score).toBeGreaterThan(0)
  const evidence = scored.subscores.flatMap((subscore) => subscore.evidence)
  expect(evidence.map(({ metric }) => metric)).toEqual(expect.arrayContaining(['averageCycleTime', 'averageLeadTime', 'completionRate']))
})
