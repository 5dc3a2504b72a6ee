// Three sprints told issue by issue, with every figure computed beside it by hand: additions, removals, work carried over, an
// issue that came back, issues nobody estimated.
import { describe, expect, test } from '@jest/globals'
import { DEFAULT_JIRA_SETTINGS } from '../../../integrations/foe/jira/jira-settings.ts'
import { measureJira } from '../../../integrations/foe/jira/measure-jira.ts'
import type { SprintReport } from '../../../integrations/foe/jira/sprint-report.ts'
import { at, type IssueStory, project, sprint } from './jira-project.ts'

// Sprint 1 closes as planned, sprint 2 three days late, sprint 3 a day early.
const SPRINTS = [
  sprint('1', '05T09', '09T17'),
  sprint('2', '12T09', '16T17', { completeAt: at('19T10') }),
  sprint('3', '19T11', '23T17', { completeAt: at('22T12') }),
]

const STORIES: readonly IssueStory[] = [
  // Committed to 1, done in it.
  {
    key: 'KAT-1',
    created: '02T09',
    points: 5,
    sprints: ['1'],
    moves: [
      ['05T10', 'In Progress'],
      ['07T10', 'Done'],
    ],
  },
  // Committed to 1, not done, carried to 2 by its closing, done there.
  {
    key: 'KAT-2',
    created: '02T09',
    points: 3,
    sprints: ['1', ['09T17', '1, 2']],
    moves: [
      ['08T09', 'In Progress'],
      ['13T09', 'Done'],
    ],
  },
  // Added to 1 after its start, done in it.
  {
    key: 'KAT-3',
    created: '02T09',
    points: 2,
    sprints: ['', ['06T12', '1']],
    moves: [
      ['06T13', 'In Progress'],
      ['08T13', 'Done'],
    ],
  },
  // Committed to 1, taken out on the third day.
  { key: 'KAT-4', created: '02T09', points: 8, sprints: ['1', ['07T12', '']] },
  // Committed to 1 without an estimate, done.
  {
    key: 'KAT-5',
    created: '02T09',
    points: null,
    sprints: ['1'],
    moves: [
      ['06T09', 'In Progress'],
      ['09T09', 'Done'],
    ],
  },
  // A sub-task of KAT-1: in no figure but its own.
  {
    key: 'KAT-6',
    created: '05T09',
    points: 1,
    sprints: ['1'],
    isSubtask: true,
    moves: [
      ['05T12', 'In Progress'],
      ['05T18', 'Done'],
    ],
  },
  // Committed to 2, done on the 14th, reopened on the 15th, done again on the 16th.
  {
    key: 'KAT-7',
    created: '09T09',
    points: 5,
    sprints: ['2'],
    moves: [
      ['12T10', 'In Progress'],
      ['14T10', 'Done'],
      ['15T10', 'In Progress'],
      ['16T10', 'Done'],
    ],
  },
  // Created inside sprint 2, in it from the start of its life: an addition without any history entry. Carried over to 3, done there.
  {
    key: 'KAT-8',
    created: '13T12',
    points: 3,
    sprints: ['2', ['19T10', '2, 3']],
    moves: [
      ['20T09', 'In Progress'],
      ['21T09', 'Done'],
    ],
  },
  // Committed to 2, done in the days by which it closed late.
  {
    key: 'KAT-9',
    created: '09T09',
    points: 2,
    sprints: ['2'],
    moves: [
      ['16T09', 'In Review'],
      ['18T09', 'Done'],
    ],
  },
  // Committed to 3, done an hour after it was closed early: carried over.
  {
    key: 'KAT-10',
    created: '16T09',
    points: 8,
    sprints: ['3'],
    moves: [
      ['19T12', 'In Progress'],
      ['22T13', 'Done'],
    ],
  },
  // Added to 3 and taken out again.
  { key: 'KAT-11', created: '16T09', points: 1, sprints: ['', ['20T09', '3'], ['20T15', '']] },
]

const WINDOW = { from: at('01T00'), to: at('31T00') }
const HOUR = 3600

const { metrics, gaps, explanation } = measureJira(project(STORIES, SPRINTS), WINDOW, DEFAULT_JIRA_SETTINGS)
const reports = metrics.sprints?.value as readonly SprintReport[]
const sumsOf = ({ committed, added, removed, completed, carriedOver }: SprintReport['issues']) => [
  committed,
  added,
  removed,
  completed,
  carriedOver,
]

describe('sprints', () => {
  test('sprint 1: 5 + 3 + 8 committed, 2 added, 8 removed, 5 + 2 completed, 3 carried over; the unestimated one adds nothing', () => {
    expect(sumsOf(reports[0] as SprintReport)).toEqual([16, 2, 8, 7, 3])
    // KAT-1, 2, 4, 5 committed; KAT-3 added; KAT-4 removed; KAT-1, 3, 5 completed; KAT-2 carried over.
    expect(sumsOf((reports[0] as SprintReport).issues)).toEqual([4, 1, 1, 3, 1])
    expect(reports[0]?.completionRate).toBeCloseTo(7 / (16 + 2 - 8), 12)
    // KAT-5 of the five issues.
    expect(reports[0]?.unestimatedRate).toBe(1 / 5)
  })

  test('sprint 2: what the closing of sprint 1 brought is committed; what was done in its three late days is completed', () => {
    // Committed KAT-2 (3), 7 (5), 9 (2); added KAT-8 (3); completed KAT-2, 7, 9; carried over KAT-8.
    expect(sumsOf(reports[1] as SprintReport)).toEqual([10, 3, 0, 10, 3])
    expect(sumsOf((reports[1] as SprintReport).issues)).toEqual([3, 1, 0, 3, 1])
  })

  test('sprint 3: done after an early close is carried over; added and taken out counts as both', () => {
    // Committed KAT-8 (3), 10 (8); added and removed KAT-11 (1); completed KAT-8; carried over KAT-10.
    expect(sumsOf(reports[2] as SprintReport)).toEqual([11, 1, 1, 3, 8])
  })

  test('what was taken in and not taken out is either completed or carried over', () => {
    for (const report of reports) expect(report.committed + report.added - report.removed).toBe(report.completed + report.carriedOver)
  })

  test('velocity is (7 + 10 + 3) ÷ 3, completion (7 + 10 + 3) ÷ (10 + 13 + 11)', () => {
    expect(metrics.sprintCount).toEqual({ value: 3 })
    expect(metrics.averageVelocity?.value).toBeCloseTo(20 / 3, 12)
    expect(metrics.velocityUnit).toEqual({ value: 'points' })
    expect(metrics.completionRate?.value).toBeCloseTo(20 / 34, 12)
    // 1 of the 5 + 4 + 3 issues that the sprints touched.
    expect(metrics.unestimatedRate?.value).toBeCloseTo(1 / 12, 12)
    expect(explanation).toContain('8 % of the issues in these sprints have no estimate and add no points.')
  })

  test('only the last sprints asked for count', () => {
    const { metrics: two } = measureJira(project(STORIES, SPRINTS), WINDOW, { ...DEFAULT_JIRA_SETTINGS, sprintCount: 2 })
    expect(two.sprintCount?.value).toBe(2)
    expect(two.averageVelocity?.value).toBe((10 + 3) / 2)
  })
})

describe('burndown', () => {
  test('sprint 1 day by day: the addition, the removal and what was done', () => {
    // Begins with 16. 5th: 16. 6th: +2 (KAT-3). 7th: −5 (KAT-1 done) −8 (KAT-4 out). 8th: −2 (KAT-3 done). 9th: 3 left at the close.
    expect(reports[0]?.burndown.map(({ date, remaining }) => [date, remaining])).toEqual([
      ['2026-01-05', 16],
      ['2026-01-06', 18],
      ['2026-01-07', 5],
      ['2026-01-08', 3],
      ['2026-01-09', 3],
    ])
  })

  test('the ideal line falls evenly from the commitment at the start to 0 at the planned end', () => {
    // 104 hours from the 5th 09:00 to the 9th 17:00; the first day ends after 15 of them, the second after 39.
    const ideal = reports[0]?.burndown.map((day) => day.ideal) as number[]
    expect(ideal[0]).toBeCloseTo(16 * (1 - 15 / 104), 9)
    expect(ideal[1]).toBeCloseTo(16 * (1 - 39 / 104), 9)
    expect(ideal.at(-1)).toBe(0)
  })

  test('a reopened issue comes back, and a sprint that closes late has days beyond its plan, with an ideal of 0', () => {
    // 12th: 10. 13th: KAT-2 done −3, KAT-8 in +3. 14th: KAT-7 done −5. 15th: back +5. 16th: −5. 18th: KAT-9 −2. 19th: the close.
    expect(reports[1]?.burndown.map(({ remaining }) => remaining)).toEqual([10, 10, 5, 10, 5, 5, 3, 3])
    expect(reports[1]?.burndown.slice(-3).map(({ ideal }) => ideal)).toEqual([0, 0, 0])
  })

  test('days are those of the zone: what is done at 13:00 UTC is done the next day in Auckland', () => {
    const { metrics: there } = measureJira(project(STORIES, SPRINTS), WINDOW, { ...DEFAULT_JIRA_SETTINGS, timeZone: 'Pacific/Auckland' })
    const first = (there.sprints?.value as SprintReport[] | undefined)?.[0]
    // The 6th ends at 11:00 UTC there, an hour before KAT-3 comes; the 8th two hours before it is done.
    expect(first?.burndown.map(({ date, remaining }) => [date, remaining])).toEqual([
      ['2026-01-05', 16],
      ['2026-01-06', 16],
      ['2026-01-07', 13],
      ['2026-01-08', 5],
      ['2026-01-09', 3],
      ['2026-01-10', 3],
    ])
  })
})

describe('times', () => {
  test('cycle time runs from the first In Progress to the last Done, through a reopening', () => {
    // Hours: KAT-1 48, KAT-2 120, KAT-3 48, KAT-5 72, KAT-7 96 (the reopened one: 12th 10:00 to 16th 10:00), KAT-8 24, KAT-9 48, KAT-10 73.
    const hours = [48, 120, 48, 72, 96, 24, 48, 73]
    expect(metrics.completedIssues?.value).toBe(8)
    expect(metrics.averageCycleTime?.value).toBeCloseTo((hours.reduce((a, b) => a + b, 0) / 8) * HOUR, 6)
    // 24 48 48 48 72 73 96 120: the middle of 48 and 72.
    expect(metrics.medianCycleTime?.value).toBe(60 * HOUR)
    expect(metrics.reopenedRate?.value).toBe(1 / 8)
  })

  test('sub-tasks are apart', () => {
    expect(metrics.averageSubtaskCycleTime?.value).toBe(6 * HOUR)
  })

  test('lead time runs from creation to the last Done', () => {
    // Hours: KAT-1 121, KAT-2 264, KAT-3 148, KAT-5 168, KAT-7 169, KAT-8 189, KAT-9 216, KAT-10 148.
    const hours = [121, 264, 148, 168, 169, 189, 216, 148]
    expect(metrics.averageLeadTime?.value).toBeCloseTo((hours.reduce((a, b) => a + b, 0) / 8) * HOUR, 6)
  })

  test('an issue counts in the window in which it was last done, and not while it is open again', () => {
    // Until the 15th 12:00, KAT-7 is reopened: KAT-1, 2, 3 and 5 are done.
    const { metrics: half } = measureJira(project(STORIES, SPRINTS), { from: at('01T00'), to: at('15T12') }, DEFAULT_JIRA_SETTINGS)
    expect(half.completedIssues?.value).toBe(4)
    const { metrics: later } = measureJira(project(STORIES, SPRINTS), { from: at('16T00'), to: at('31T00') }, DEFAULT_JIRA_SETTINGS)
    expect(later.completedIssues?.value).toBe(4)
  })
})

test('nothing is missing but what the project does not have', () => {
  expect(gaps.map(({ code }) => code)).toEqual(['jira-releases-none'])
})
