// Facts of a Jira project written by hand, short enough that a reader can compute the figures beside them.
import { collected } from '../../../integrations/foe/collected.ts'
import {
  type ChangeKind,
  type JiraBoardFact,
  type JiraChangeFact,
  type JiraFacts,
  type JiraIssueFact,
  type JiraSprintFact,
  NO_JIRA_FACTS,
} from '../../../integrations/foe/jira/jira-facts.ts'

/** `05T09` is 2026-01-05T09:00:00Z; minutes may follow. */
export const at = (text: string): Date => new Date(`2026-01-${text.length === 5 ? `${text}:00` : text}:00Z`)

export const STATUSES = [
  { id: '1', name: 'To Do', category: 'new' },
  { id: '3', name: 'In Progress', category: 'indeterminate' },
  { id: '4', name: 'In Review', category: 'indeterminate' },
  { id: '5', name: 'Done', category: 'done' },
] as const

export const POINTS = 'customfield_10016'

export interface IssueStory {
  readonly key: string
  readonly created: string
  readonly points?: number | null
  /** `[when, status name]` in order; it begins as To Do. */
  readonly moves?: readonly (readonly [when: string, status: string])[]
  /** Sprints at creation, then `[when, ids]`. */
  readonly sprints?: readonly [first: string, ...rest: (readonly [when: string, ids: string])[]]
  /** `[when, old, new]`. */
  readonly estimates?: readonly (readonly [when: string, from: string | null, to: string | null])[]
  readonly isSubtask?: boolean
  readonly resolved?: string | null
}

let lastHistory = 1000

export const change = (
  issueId: string,
  kind: ChangeKind,
  when: Date,
  sides: Partial<Pick<JiraChangeFact, 'from' | 'fromName' | 'to' | 'toName' | 'fieldId'>>,
): JiraChangeFact => {
  lastHistory += 1
  return { id: `${lastHistory}:0`, issueId, at: when, kind, fieldId: kind, from: null, fromName: null, to: null, toName: null, ...sides }
}

const statusNamed = (name: string) => {
  const found = STATUSES.find((status) => status.name === name)
  if (!found) throw new Error(`no status ${name}`)
  return found
}

/** The issue as it is at the end of its story, with its history. */
export function tell(story: IssueStory): { readonly issue: JiraIssueFact; readonly changes: readonly JiraChangeFact[] } {
  const id = story.key.replace(/^\D+/, '')
  const [firstSprints = '', ...sprintMoves] = story.sprints ?? ['']
  const names = ['To Do', ...(story.moves ?? []).map(([, name]) => name)]
  const sprintTexts = [firstSprints, ...sprintMoves.map(([, ids]) => ids)]
  const changes = [
    ...(story.moves ?? []).map(([when, name], index) => {
      const [from, to] = [statusNamed(names[index] as string), statusNamed(name)]
      return change(id, 'status', at(when), { from: from.id, fromName: from.name, to: to.id, toName: to.name })
    }),
    ...sprintMoves.map(([when, ids], index) => change(id, 'sprint', at(when), { from: sprintTexts[index] as string, to: ids })),
    ...(story.estimates ?? []).map(([when, fromName, toName]) => change(id, 'estimate', at(when), { fieldId: POINTS, fromName, toName })),
  ]
  const now = statusNamed(names.at(-1) as string)
  const issue: JiraIssueFact = {
    id,
    key: story.key,
    projectId: '10000',
    typeName: story.isSubtask ? 'Sub-task' : 'Story',
    isSubtask: story.isSubtask ?? false,
    statusId: now.id,
    statusName: now.name,
    statusCategory: now.category,
    createdAt: at(story.created),
    updatedAt: at('31T00'),
    resolvedAt: story.resolved ? at(story.resolved) : null,
    estimates: { [POINTS]: story.points ?? null },
    sprintIds: (sprintTexts.at(-1) ?? '').split(',').flatMap((one) => one.trim() || []),
  }
  return { issue, changes }
}

export const sprint = (id: string, from: string, to: string, more: Partial<JiraSprintFact> = {}): JiraSprintFact => ({
  id,
  name: `Sprint ${id}`,
  state: 'closed',
  originBoardId: '1',
  startAt: at(from),
  endAt: at(to),
  completeAt: at(to),
  boardIds: ['1'],
  ...more,
})

export const board = (more: Partial<JiraBoardFact> = {}): JiraBoardFact => ({
  id: '1',
  name: 'Team board',
  type: 'scrum',
  columns: [
    { name: 'To do', statusIds: ['1'], min: null, max: null },
    { name: 'Doing', statusIds: ['3', '4'], min: 1, max: 2 },
    { name: 'Done', statusIds: ['5'], min: null, max: null },
  ],
  constraintType: 'issueCountExclSubs',
  estimateFieldId: POINTS,
  issueIds: null,
  ...more,
})

/** Facts of the stories, on one board, with these sprints. */
export function project(stories: readonly IssueStory[], sprints: readonly JiraSprintFact[], boards = [board()]): JiraFacts {
  const told = stories.map(tell)
  return {
    ...NO_JIRA_FACTS,
    issues: collected(told.map(({ issue }) => issue)),
    changes: collected(told.flatMap(({ changes }) => changes)),
    statuses: collected([...STATUSES]),
    sprints: collected(sprints),
    boards: collected(boards),
    versions: collected([]),
  }
}
