import { afterEach, describe, expect, test } from '@jest/globals'
import { parseJiraConfig } from '../../integrations/jira/config.ts'
import { jiraProvider } from '../../integrations/jira/index.ts'
import { DEFAULT_PROJECT, type JiraSandboxOptions } from '../sandbox/jira/sandbox.ts'
import { OPEN_WORKFLOW, STANDARD_WORKFLOW, STRICT_WORKFLOW } from '../sandbox/jira/workflow.ts'
import { openTestSite, type TestSite } from './site.ts'

let site: TestSite | undefined
afterEach(async () => {
  const violations = site?.sandbox.violations ?? []
  await site?.close()
  site = undefined
  expect(violations).toEqual([])
})

type Project = Exclude<JiraSandboxOptions['project'], false | undefined>
const FORMS = ['cloud', 'data-center'] as const

async function examine(
  settings: Readonly<Record<string, unknown>> = {},
  project: Partial<Project> = {},
  prepare: (opened: TestSite) => void = () => {},
  form: (typeof FORMS)[number] = 'cloud',
) {
  site = await openTestSite({ form, searchLag: { ms: 0 }, project: { ...DEFAULT_PROJECT, ...project } })
  prepare(site)
  const parsed = parseJiraConfig({ projectKey: 'ROAD', ...settings }, 'jira-config.json')
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'))
  return jiraProvider.examine(site.context, parsed.config)
}

/** An epic in each of these statuses, by way of the ones before. */
const epicsIn =
  (...walks: readonly (readonly string[])[]) =>
  ({ sandbox }: TestSite) => {
    for (const walk of walks) {
      const key = sandbox.createAsPerson('ROAD', 'Epic', { summary: 'e' })
      for (const status of walk) sandbox.transitionAsPerson(key, status)
    }
  }

describe('a test of the configuration', () => {
  test.each(FORMS)('finds nothing where everything works (%s), sends nothing that writes, and says what it could not try', async (form) => {
    const { missing, problems, notes } = await examine({ fieldMappings: { 'road-item.phase': 'Phase' } }, {}, undefined, form)
    expect([missing, problems]).toEqual([[], []])
    expect(notes).toEqual(expect.arrayContaining([expect.stringContaining('There is no Epic in "To Do"')]))
    const isRead = (line: string) => line.startsWith('GET ') || /^POST search/.test(line)
    expect(site?.sent().filter((line) => !isRead(line))).toEqual([])
  })

  test.each([
    [
      'a field that is not on the screen',
      { fieldMappings: { 'road-item.phase': 'Phase' } },
      { screens: { Epic: { Phase: 'absent' } } },
      ['fieldMappings.road-item.phase: expected a field on the create screen', 'Add it to the screen'],
    ],
    [
      'a status that the workflow has not',
      { statusMapping: { complete: 'Shipped' } },
      {},
      ['statusMapping.complete: expected a status of the workflow of Epic', 'found "Shipped"'],
    ],
    [
      'a status that the workflow of stories has not',
      { storyStatusMapping: { draft: 'Idea' } },
      {},
      ['storyStatusMapping.draft: expected a status of the workflow of Story'],
    ],
    [
      'a type that is missing',
      { issueTypes: { 'user-story': 'Need' } },
      {},
      ['issueTypes.user-story: expected an issue type of project ROAD', 'found "Need"'],
    ],
    [
      'a project that is not there',
      { projectKey: 'NOPE' },
      {},
      ['projectKey: expected a project that the connected account can see, found "NOPE"'],
    ],
    [
      'a required field that nothing fills',
      {},
      { fields: [{ name: 'Cost centre', type: 'text', required: true }] },
      ['expected a key for Cost centre'],
    ],
  ] as const)('names %s, with its place in the file', async (_, settings, project, words) => {
    const { problems = [] } = await examine(settings, project as Partial<Project>)
    for (const word of words) expect(problems.join('\n')).toContain(word)
    for (const problem of problems) expect(problem.startsWith('jira-config.json: ')).toBe(true)
  })

  test('names a permission that is missing and what it is needed for, and tries no transitions without that one', async () => {
    const { missing, problems } = await examine({}, {}, ({ sandbox }) => sandbox.revoke('ROAD', 'TRANSITION_ISSUES'))
    expect(missing).toEqual([expect.stringContaining('TRANSITION_ISSUES in project ROAD: needed to move issues')])
    expect([problems, site?.sent().filter((line) => line.includes('transitions'))]).toEqual([[], []])
  })

  test('names a screen that demands what the configuration gives no value for', async () => {
    const seen = epicsIn([], ['In Progress'], ['In Progress', 'In Review'])
    const { problems } = await examine({}, { workflow: STRICT_WORKFLOW }, seen)
    expect(problems).toEqual([
      'jira-config.json: transitionFields.Done: expected a value for Resolution, which every way into "Done" demands, found none',
    ])
    await site?.close()
    const given = await examine({ transitionFields: { Done: { resolution: { name: 'Done' } } } }, { workflow: STRICT_WORKFLOW }, seen)
    expect(given.problems).toEqual([])
  })

  test('names a step that an artifact may take and its issue cannot', async () => {
    const transitions = STANDARD_WORKFLOW.transitions.filter(({ to }) => to !== 'In Review')
    const workflow = { ...OPEN_WORKFLOW, name: 'Short', transitions }
    const { problems } = await examine({}, { workflow }, epicsIn([], ['In Progress'], ['In Progress', 'Blocked']))
    expect(problems).toEqual([
      'jira-config.json: statusMapping.complete: expected a status that the workflow of Epic leads to from "In Progress", found "Done". Map another status, or add a transition',
    ])
  })

  test('does not take a part of a workflow that nobody was seen in for a dead end', async () => {
    const { problems } = await examine({}, {}, epicsIn([], ['In Progress'], ['In Progress', 'In Review', 'Done']))
    expect(problems).toEqual([])
  })
})
