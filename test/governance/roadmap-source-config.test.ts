import { describe, expect, test } from '@jest/globals'
import { parseRoadmapSource, sourceProblem } from '../../integrations/governance/roadmap-source-config.ts'

const problems = (content: unknown) => {
  const parsed = parseRoadmapSource(content)
  return parsed.kind === 'problems' ? parsed.problems : []
}

describe('roadmap-source.json', () => {
  test('needs little, and says the rest by default', () => {
    expect(parseRoadmapSource({})).toMatchObject({ kind: 'config', config: { source: 'local', writeTo: 'pull-request', removed: 'keep' } })
    expect(parseRoadmapSource({ source: 'jira', jira: { projectKey: 'KAT' } })).toMatchObject({
      config: { jira: { issueType: 'Epic', statusField: 'Status', phase: { field: 'Phase', default: 1 }, tasks: true } },
    })
  })

  test('with a fault says the file, the path, what was expected and what was found', () => {
    expect(problems({ source: 'jira' })).toEqual([
      'roadmap-source.json: source: expected a source whose own section is in the file, found "jira"',
    ])
    expect(problems({ source: 'jira', jira: { projectKey: 'kat' } })).toEqual([
      'roadmap-source.json: jira.projectKey: expected a project key such as KAT, found "kat"',
    ])
    expect(problems({ source: 'github', github: { owner: 'acme', project: 1, status: { Done: 'done' } } })[0]).toMatch(
      /^roadmap-source\.json: github\.status\.Done: expected .*found "done"$/,
    )
    expect(problems({ source: 'local', sorce: 1 })).toEqual([
      'roadmap-source.json: sorce: expected no such key, found one; check its spelling',
    ])
    expect(problems({ source: 'github', github: { owner: 'acme', project: 1, phase: { label: '(' } } })[0]).toContain(
      'a regular expression',
    )
  })

  test('serves the sources that it has settings for', () => {
    const parsed = parseRoadmapSource({ source: 'jira', jira: { projectKey: 'KAT' } })
    if (parsed.kind === 'problems') throw new Error('unexpected')
    expect(sourceProblem(parsed.config, 'jira')).toBeUndefined()
    expect(sourceProblem(parsed.config, 'github')).toContain('github: expected the settings of this source')
    expect(sourceProblem({ ...parsed.config, source: 'local' }, 'jira')).toContain('the roadmap is kept in git')
  })
})
