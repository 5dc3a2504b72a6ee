import { expect, test } from '@jest/globals'
import { boardQuery, changedQuery, filterProblem, type IssueScope, wholeQuery } from '../../../integrations/jira/import/import-jql.ts'

const scope: IssueScope = { projectId: '10000', filter: undefined, from: new Date(1_700_000_000_000), sprintIds: ['4', '5'] }

test('a whole scan reads what was touched, what is open and what was in the sprints, in an order nobody edits', () => {
  expect(wholeQuery(scope)).toBe(
    'project = 10000 AND (updated >= 1700000000000 OR statusCategory != Done OR sprint in (4, 5)) ORDER BY created ASC, key ASC',
  )
  expect(wholeQuery({ ...scope, sprintIds: [] })).not.toContain('sprint')
})

test('a filter stands in parentheses of its own', () => {
  expect(changedQuery({ ...scope, filter: 'type = Bug OR type = Task' }, new Date(1_700_000_300_000))).toBe(
    'project = 10000 AND updated >= 1700000000000 AND (type = Bug OR type = Task) ORDER BY created ASC, key ASC',
  )
  expect(boardQuery('10000', '7', 'fixVersion in unreleasedVersions()')).toBe(
    'project = 10000 AND filter = 7 AND (fixVersion in unreleasedVersions())',
  )
  expect(boardQuery('10000', '7', ' ')).toBe('project = 10000 AND filter = 7')
})

test.each([
  ['type = Bug', undefined],
  ['summary ~ "a) ORDER BY (\\" b" AND (labels = x)', undefined],
  ['', 'a JQL condition'],
  ['type = Bug) OR (project = SECRET', 'a JQL condition whose parentheses match'],
  ['(type = Bug', 'a JQL condition whose parentheses match'],
  ['type = "Bug', 'a JQL condition whose quotes are closed'],
  ['type = Bug order  by key', 'a JQL condition without ORDER BY: the order is ours'],
  ['x'.repeat(4_001), 'a JQL condition of at most 4000 characters'],
])('%p: %p', (filter, problem) => {
  expect(filterProblem(filter)).toBe(problem)
})
