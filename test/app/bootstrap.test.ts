import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { openProcess } from '../../app/bootstrap.ts'
import { silentLog } from '../../integrations/kernel/log.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'katalyst-bootstrap-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = (environment: Record<string, string> = {}) =>
  openProcess({ environment: { NODE_ENV: 'test', DATABASE_URL: `file:${folder}/db/katalyst.db`, ...environment }, log: silentLog })
const contextOf = (opened: Awaited<ReturnType<typeof open>>) => opened.contextFor({ kind: 'terminal', name: 'test' }, 'r')

describe('a process', () => {
  test('opens nothing before it is asked for, and then one thing for everyone who asks', async () => {
    const idle = await open()
    await idle.close()
    expect(existsSync(path.join(folder, 'db'))).toBe(false)
    const used = await open()
    const store = await contextOf(used).store()
    expect(await contextOf(used).store()).toBe(store)
    await used.close()
  })

  test.each([
    ['JIRA_BASE_URL', 'http://example.atlassian.net'],
    ['JIRA_BASE_URL', 'https://10.0.0.7'],
    ['JIRA_BASE_URL', 'https://localhost:8080'],
    ['GITHUB_API_URL', 'https://[::1]/api/v3'],
    ['GITHUB_API_URL', 'http://169.254.169.254/latest'],
  ])('does not start with %s=%s unless private hosts are wanted', async (name, value) => {
    const environment = {
      JIRA_EMAIL: 'bot@example.com',
      JIRA_API_TOKEN: 'token',
      JIRA_BASE_URL: 'https://example.atlassian.net',
      [name]: value,
    }
    await expect(open(environment)).rejects.toMatchObject({
      code: 'config-invalid',
      message: expect.stringContaining(`  ${name}: expected`),
    })
    await (await open({ ...environment, ALLOW_PRIVATE_HOSTS: 'true' })).close()
  })
})

describe('the secret key of development', () => {
  const keyFile = () => path.join(folder, 'db/secret.key')

  test('is made when something is sealed, for its owner only, and found again by the next process', async () => {
    const first = await open()
    const sealed = contextOf(first).secrets.seal('token', 'row')
    await first.close()
    expect(statSync(keyFile()).mode & 0o777).toBe(0o600)
    const second = await open()
    expect(contextOf(second).secrets.open(sealed, 'row')).toBe('token')
    await second.close()
  })

  test('that was damaged stops with what to do, and is not replaced', async () => {
    const opened = await open()
    contextOf(opened).secrets.seal('x', 'row')
    writeFileSync(keyFile(), 'damaged')
    const again = await open()
    expect(() => contextOf(again).secrets.seal('x', 'row')).toThrow(
      expect.objectContaining({ code: 'secret-key-wrong', message: expect.stringContaining('KATALYST_SECRET_KEY') }),
    )
    expect(readFileSync(keyFile(), 'utf8')).toBe('damaged')
    await opened.close()
    await again.close()
  })
})
