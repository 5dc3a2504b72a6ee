import { describe, expect, test } from '@jest/globals'
import { parseGitHubConfig } from '../../integrations/github/config.ts'

describe('github-config.json', () => {
  test('needs an owner and a repository; everything else has a default', () => {
    const result = parseGitHubConfig({ owner: 'acme', repo: 'shop' })
    expect(result).toMatchObject({
      ok: true,
      repositories: ['acme/shop'],
      config: {
        governancePath: 'governance',
        lookbackDays: 90,
        sla: { critical: 7, high: 30, medium: 90, low: 180 },
        deploymentEnvironments: '^prod',
        botLogins: [],
      },
    })
  })

  test('takes several repositories', () => {
    expect(parseGitHubConfig({ owner: 'acme', repos: ['shop', 'site'] })).toMatchObject({ repositories: ['acme/shop', 'acme/site'] })
  })

  test.each([
    [{ repo: 'shop' }, 'github-config.json: owner: expected string, found nothing'],
    [{ owner: 'acme' }, 'github-config.json: repo: expected either "repo" or "repos", found nothing'],
    [{ owner: 'acme', repo: 'a', repos: ['b'] }, 'github-config.json: repo: expected either "repo" or "repos", found "a"'],
    [
      { owner: 'acme/shop', repo: 'a' },
      'github-config.json: owner: expected a GitHub name: letters, digits, "-", "_", ".", found "acme/shop"',
    ],
    [{ owner: 'acme', repo: 'a', lookbackDays: '90' }, 'github-config.json: lookbackDays: expected number, found "90"'],
    [{ owner: 'acme', repo: 'a', sla: { critical: 0 } }, 'github-config.json: sla.critical: expected number to be >0, found 0'],
    [
      { owner: 'acme', repo: 'a', governancPath: 'x' },
      'github-config.json: governancPath: expected no such key, found one; check its spelling',
    ],
    [
      { owner: 'acme', repo: 'a', deploymentEnvironments: '(' },
      'github-config.json: deploymentEnvironments: expected a regular expression, found "("',
    ],
    ['text', 'github-config.json: (whole file): expected object, found "text"'],
  ])('%j is refused in words', (value, problem) => {
    expect(parseGitHubConfig(value)).toEqual({ ok: false, problems: [problem] })
  })

  test.each(['/etc', '..', 'a/../../b', 'a\\b'])('the folder %j is not inside the repository', (governancePath) => {
    expect(parseGitHubConfig({ owner: 'acme', repo: 'a', governancePath }).ok).toBe(false)
  })

  test.each(['', 'docs/governance', 'a..b/c'])('the folder %j is', (governancePath) => {
    expect(parseGitHubConfig({ owner: 'acme', repo: 'a', governancePath }).ok).toBe(true)
  })

  test('all faults come at once', () => {
    const result = parseGitHubConfig({ owner: 7, repo: 'a', wiki: 'yes' })
    expect(result.ok ? [] : result.problems).toHaveLength(2)
  })
})
