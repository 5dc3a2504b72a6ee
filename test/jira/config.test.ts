import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { ROAD_STATES } from '../../integrations/governance/artifact.ts'
import {
  byName,
  DEFAULT_STATUS_MAPPING,
  DEFAULT_STORY_STATUS_MAPPING,
  type JiraConfig,
  JiraConfigFile,
  parseJiraConfig,
  toPriority,
} from '../../integrations/jira/config.ts'

const config = (content: unknown): JiraConfig => {
  const parsed = parseJiraConfig(content, 'jira-config.json')
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'))
  return parsed.config
}
const problems = (content: unknown): readonly string[] => {
  const parsed = parseJiraConfig(content, 'jira-config.json')
  return parsed.kind === 'problems' ? parsed.problems : []
}

describe('jira-config.json', () => {
  test('of one line has every default', () => {
    expect(config({ projectKey: 'KAT' })).toEqual({
      projectKey: 'KAT',
      issueTypes: { 'road-item': 'Epic', 'user-story': 'Story', capability: 'Epic' },
      statusMapping: DEFAULT_STATUS_MAPPING,
      storyStatusMapping: DEFAULT_STORY_STATUS_MAPPING,
      inboundStatusMapping: {
        'To Do': 'proposed',
        Backlog: 'proposed',
        'In Progress': 'implementing',
        Blocked: 'nfr_blocked',
        Done: 'complete',
      },
      priorityMapping: { critical: 'Highest', high: 'High', medium: 'Medium', low: 'Low' },
      fieldMappings: {},
      capabilityAs: 'label',
      conflictPolicy: 'manual',
      automaticSync: 'both',
      transitionFields: {},
    })
  })

  test('maps every one of the eight states', () => {
    expect(Object.keys(config({ projectKey: 'KAT', statusMapping: { complete: 'Shipped' } }).statusMapping).sort()).toEqual(
      [...ROAD_STATES].sort(),
    )
  })

  test('changes one mapping and leaves the others', () => {
    const given = config({ projectKey: 'KAT', statusMapping: { complete: ['Released', 'Done'] }, priorityMapping: { low: 'Lowest' } })
    expect(given.statusMapping.complete).toEqual(['Released', 'Done'])
    expect(given.statusMapping.proposed).toEqual(DEFAULT_STATUS_MAPPING.proposed)
    expect(given.priorityMapping).toEqual({ critical: 'Highest', high: 'High', medium: 'Medium', low: 'Lowest' })
  })

  test.each([
    [{}, 'jira-config.json: projectKey: expected string, found nothing'],
    [[], 'jira-config.json: (whole file): expected object, found []'],
    [
      { projectKey: 'kat' },
      'jira-config.json: projectKey: expected capital letters, digits and _, a letter first, such as KAT, found "kat"',
    ],
    [
      { projectKey: 'KAT', boardID: 3 },
      expect.stringMatching(/^jira-config\.json: boardID: expected one of the keys .*boardId.*, found another$/),
    ],
    [{ projectKey: 'KAT', boardId: '3' }, 'jira-config.json: boardId: expected number, found "3"'],
    [
      { projectKey: 'KAT', conflictPolicy: 'mine' },
      'jira-config.json: conflictPolicy: expected one of last-write-wins, prefer-git, prefer-remote, manual, found "mine"',
    ],
    [
      { projectKey: 'KAT', inboundStatusMapping: { Done: 'finished' } },
      'jira-config.json: inboundStatusMapping.Done: expected one of proposed, adr_validated, bdd_pending, bdd_complete, implementing, nfr_validating, nfr_blocked, complete, found "finished"',
    ],
  ])('%j is refused with the file, the path, what was expected and what was found', (content, problem) => {
    expect(problems(content)).toEqual([problem])
  })

  test('names every fault at once, and a key that is not one', () => {
    const found = problems({
      projectKey: 'KAT',
      fieldMappings: { 'road-item.colour': 'x' },
      statusMapping: { done: 'Done' },
      capabilityAs: 'story',
    })
    expect(found).toHaveLength(3)
    expect(found.map((problem) => problem.split(': ')[1]).sort()).toEqual([
      'capabilityAs',
      'fieldMappings.road-item.colour',
      'statusMapping.done',
    ])
  })

  test('that was read once reads the same again, so that a run can keep it', () => {
    const once = config({
      projectKey: 'KAT',
      boardId: 3,
      statusMapping: { complete: 'Shipped' },
      transitionFields: { Done: { resolution: { name: 'Done' } } },
    })
    expect(config(JSON.parse(JSON.stringify(once)))).toEqual(once)
  })

  test('has a JSON Schema for editors', () => {
    const schema = z.toJSONSchema(JiraConfigFile, { io: 'input' })
    expect(schema).toMatchObject({ type: 'object', required: ['projectKey'], additionalProperties: false })
    expect(Object.keys(schema.properties ?? {})).toContain('statusMapping')
  })

  test('cuts a long value that it shows', () => {
    expect(problems({ projectKey: 'x'.repeat(500) })[0]?.length).toBeLessThan(250)
  })
})

test('names are found whatever their case', () => {
  expect(byName({ 'In Progress': 1 }, 'in progress ')).toBe(1)
  expect(byName({ 'In Progress': 1 }, 'constructor')).toBeUndefined()
})

test.each([
  ['Highest', 'critical'],
  ['HIGH', 'high'],
  ['Medium', 'medium'],
  ['Low', 'low'],
  ['Lowest', 'low'],
  ['P1', undefined],
])('the priority %s comes back as %s', (name, priority) => {
  expect(toPriority(name, config({ projectKey: 'KAT' }))).toBe(priority)
})
