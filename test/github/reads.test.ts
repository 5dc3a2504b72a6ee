// The small reads: who we are, settings, pull requests.
import { describe, expect, test } from '@jest/globals'
import { identify } from '../../integrations/github/identify.ts'
import { missingPermissions, PERMISSIONS } from '../../integrations/github/permissions.ts'
import { findPullsByHead, readPull } from '../../integrations/github/pulls.ts'
import { readSettingsText } from '../../integrations/github/settings-file.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { makeGitHubApi, REPOSITORY } from './github-api.ts'

const HEAD = 'a'.repeat(40)
const granted = Object.fromEntries(PERMISSIONS.map(({ permission, level }) => [permission, level]))
const missing = () => Promise.reject(new AppError('provider-not-found', 'Not there.'))

describe('who we are', () => {
  test('is the App, with the permissions it lacks', async () => {
    const api = makeGitHubApi({
      'GET /app': () => ({ json: { slug: 'katalyst', name: 'Katalyst', permissions: { ...granted, checks: 'read' } } }),
    })
    const identity = await identify(await api.clients.asApp())
    expect(identity).toMatchObject({ account: 'katalyst', displayName: 'Katalyst' })
    expect(identity.missing).toEqual([expect.stringMatching(/^checks: write is not granted, so the check on pull requests is off/)])
  })

  test('is the person behind a token, who cannot publish checks', async () => {
    const api = makeGitHubApi(
      { 'GET /user': () => ({ json: { login: 'ada', name: null } }) },
      { personalToken: async () => ({ token: 'github_pat_example_of_a_token', apiUrl: 'https://api.github.com' }) },
    )
    expect(await identify(await api.clients.asToken())).toMatchObject({
      account: 'ada',
      displayName: 'ada',
      missing: [expect.stringContaining('checks')],
    })
  })
})

test('a higher level covers a lower one, a lower one does not', () => {
  expect(missingPermissions({ ...granted, contents: 'admin', metadata: 'admin' })).toEqual([])
  expect(missingPermissions({})).toHaveLength(PERMISSIONS.length)
})

describe('settings of a repository', () => {
  const read = async (handler: () => { json: unknown } | Promise<never>) => {
    const api = makeGitHubApi({ 'GET /repos/acme/shop/contents/.github/katalyst.yml': handler })
    return { text: await readSettingsText(await api.clients.asInstallation(1), REPOSITORY, HEAD), api }
  }

  test('are read at the given commit', async () => {
    const content = Buffer.from('governancePath: docs\n').toString('base64')
    const { text, api } = await read(() => ({ json: { type: 'file', encoding: 'base64', content } }))
    expect(text).toBe('governancePath: docs\n')
    expect(api.reads()[0]).toMatchObject({ query: { ref: HEAD }, path: '/repos/acme/shop/contents/.github/katalyst.yml' })
  })

  test('may be absent', async () => {
    expect((await read(missing)).text).toBeUndefined()
  })

  test('are not taken for absent when GitHub fails', async () => {
    await expect(read(() => Promise.reject(new AppError('provider-failed', '502')))).rejects.toMatchObject({ code: 'provider-failed' })
  })
})

describe('pull requests', () => {
  const pull = (number: number, sha: string) => ({ number, state: 'open', head: { sha }, base: { ref: 'main', sha: 'b'.repeat(40) } })

  test('are read by number, and may be gone', async () => {
    const api = makeGitHubApi({
      'GET /repos/acme/shop/pulls/12': () => ({ json: pull(12, HEAD) }),
      'GET /repos/acme/shop/pulls/13': missing,
    })
    const context = await api.clients.asInstallation(1)
    expect(await readPull(context, REPOSITORY, 12)).toEqual({ number: 12, isOpen: true, headSha: HEAD, baseBranch: 'main' })
    expect(await readPull(context, REPOSITORY, 13)).toBeUndefined()
  })

  test('are found by their head, on whichever page they stand', async () => {
    const next = { link: '<https://api.github.com/?page=2>; rel="next"' }
    const api = makeGitHubApi({
      'GET /repos/acme/shop/pulls': ({ query }) =>
        query.page === '1' ? { json: [pull(1, 'c'.repeat(40))], ...next } : { json: [pull(2, HEAD)] },
    })
    expect((await findPullsByHead(await api.clients.asInstallation(1), REPOSITORY, HEAD)).map(({ number }) => number)).toEqual([2])
  })
})
