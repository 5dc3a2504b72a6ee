import { afterEach, describe, expect, test } from '@jest/globals'
import { parseJiraConfig } from '../../integrations/jira/config.ts'
import { resolveJira } from '../../integrations/jira/setup.ts'
import type { JiraSandboxOptions } from '../sandbox/jira/sandbox.ts'
import { DEFAULT_PROJECT } from '../sandbox/jira/sandbox.ts'
import { OPEN_WORKFLOW } from '../sandbox/jira/workflow.ts'
import { openTestSite, type TestSite } from './site.ts'

let site: TestSite | undefined
afterEach(async () => {
  const violations = site?.sandbox.violations ?? []
  await site?.close()
  site = undefined
  expect(violations).toEqual([])
})

async function resolve(settings: Readonly<Record<string, unknown>> = {}, options: Partial<JiraSandboxOptions> = {}) {
  site = await openTestSite(options)
  const parsed = parseJiraConfig({ projectKey: 'ROAD', ...settings }, 'jira-config.json')
  if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'))
  return resolveJira(site.context, parsed.config)
}
const problemsOf = async (...given: Parameters<typeof resolve>) => {
  const resolved = await resolve(...given)
  return resolved.kind === 'problems' ? resolved.problems : []
}

describe('a configuration that works', () => {
  test('is resolved to ids with three requests', async () => {
    const resolved = await resolve({ fieldMappings: { 'road-item.phase': 'phase' } })
    expect(resolved).toMatchObject({
      kind: 'ready',
      notes: [],
      setup: {
        issueType: { name: 'Epic' },
        targets: [{ source: 'road-item.phase', name: 'Phase', kind: 'number' }],
        priorities: { critical: { name: 'Highest' }, low: { name: 'Low' } },
        statuses: { proposed: { name: 'To Do' }, nfr_blocked: { name: 'Blocked' }, complete: { name: 'Done' } },
        hasDescription: true,
      },
    })
    expect(site?.sent()).toHaveLength(3)
  })

  test('takes In Progress for blocked items where the workflow has no Blocked', async () => {
    const { Blocked: _, ...statuses } = OPEN_WORKFLOW.statuses
    const transitions = Object.keys(statuses).map((to) => ({ from: 'any', to }) as const)
    const resolved = await resolve({}, { project: { key: 'ROAD', workflow: { ...OPEN_WORKFLOW, statuses, transitions } } })
    expect(resolved).toMatchObject({ kind: 'ready', setup: { statuses: { nfr_blocked: { name: 'In Progress' } } } })
  })

  test('says what it leaves out where the screen lacks it', async () => {
    const resolved = await resolve({}, { project: { key: 'ROAD', screens: { Epic: { description: 'absent', priority: 'absent' } } } })
    expect(resolved).toMatchObject({ kind: 'ready', setup: { hasDescription: false, priorities: undefined } })
    expect(resolved.kind === 'ready' && resolved.notes).toHaveLength(2)
  })
})

describe('a configuration that cannot work is told beforehand', () => {
  test('when the project is not there', async () => {
    expect(await problemsOf({ projectKey: 'NONE' })).toEqual([
      'projectKey: expected a project that the connected account can see, found "NONE"',
    ])
  })

  test('when the type is not there, with those that are', async () => {
    expect(await problemsOf({ issueTypes: { 'road-item': 'Initiative' } })).toEqual([
      expect.stringMatching(/^issueTypes\.road-item: expected an issue type of project ROAD \(Epic, Story, .*\), found "Initiative"$/),
    ])
  })

  test('when statuses and priorities are not there, all at once', async () => {
    const problems = await problemsOf({
      statusMapping: { complete: 'Shipped', proposed: ['Idea', 'Draft'] },
      priorityMapping: { critical: 'Blocker' },
    })
    expect(problems).toEqual([
      expect.stringMatching(/^priorityMapping\.critical: .*Highest, High.*found "Blocker"$/),
      expect.stringMatching(/^statusMapping\.proposed: .*found "Idea", "Draft"$/),
      expect.stringMatching(/^statusMapping\.complete: .*To Do, In Progress.*found "Shipped"$/),
    ])
  })

  test('when a field is nowhere, not on the screen, ambiguous, of the wrong kind, or written already', async () => {
    const fields = [...DEFAULT_PROJECT.fields, { name: 'Twin', type: 'text' }, { name: 'twin', type: 'text' }] as const
    const problems = await problemsOf(
      {
        fieldMappings: {
          'road-item.phase': 'Nowhere',
          'road-item.status': 'Twin',
          'road-item.owner': 'assignee',
          'road-item.title': 'summary',
          'road-item.tags': 'Labels',
          'road-item.created': 'Phase',
          'road-item.updated': 'Phase',
          'road-item.file': 'Resolution',
        },
      },
      { project: { ...DEFAULT_PROJECT, fields } },
    )
    const byPath = Object.fromEntries(problems.map((problem) => [problem.split(': ')[0], problem]))
    expect(byPath['fieldMappings.road-item.phase']).toContain('found "Nowhere"')
    expect(byPath['fieldMappings.road-item.status']).toMatch(/several called "Twin": customfield_\d+, customfield_\d+/)
    expect(byPath['fieldMappings.road-item.owner']).toContain('of type user')
    expect(byPath['fieldMappings.road-item.title']).toContain('not written already')
    expect(byPath['fieldMappings.road-item.updated']).toContain('which road-item.created is mapped to')
    expect(byPath['fieldMappings.road-item.file']).toContain('the screen does not show')
    expect(Object.keys(byPath)).toHaveLength(6)
  })

  test('when Jira demands a field that nothing fills', async () => {
    const fields = [{ name: 'Team', type: 'text', required: true }] as const
    expect(await problemsOf({}, { project: { key: 'ROAD', fields } })).toEqual([
      expect.stringMatching(/^fieldMappings: expected a key for Team \(customfield_\d+\), which Jira demands of every new Epic/),
    ])
    await site?.close()
    expect(await problemsOf({ fieldMappings: { 'road-item.owner': 'Team' } }, { project: { key: 'ROAD', fields } })).toEqual([])
  })

  test('when the screen has no labels to carry the mark', async () => {
    expect(await problemsOf({}, { project: { key: 'ROAD', screens: { Epic: { labels: 'absent' } } } })).toEqual([
      expect.stringContaining('Add Labels to its screen'),
    ])
  })
})
