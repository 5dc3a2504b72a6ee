import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parseConfig, readEnvironment, secretKeysOf, VARIABLES } from '../../app/config.ts'

const pem = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey
const secretKey = randomBytes(32).toString('base64')
const app = { APP_ID: '12', PRIVATE_KEY: pem, WEBHOOK_SECRET: 'a-webhook-secret-of-ours' }

const faultsOf = (environment: Record<string, string>) => {
  try {
    parseConfig(environment)
    return []
  } catch (error) {
    return (error as { message: string }).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim())
  }
}

describe('defaults', () => {
  test('nothing set is a valid development configuration on SQLite', () => {
    expect(parseConfig({})).toMatchObject({
      HOST: '127.0.0.1',
      PORT: 3000,
      PUBLIC_URL: 'http://127.0.0.1:3000',
      DATABASE_URL: 'file:./data/katalyst.db',
      NODE_ENV: 'development',
      LOG_FORMAT: 'json',
    })
    expect(parseConfig({}, true).LOG_FORMAT).toBe('pretty')
  })

  test('an empty value counts as not set', () => {
    const config = parseConfig({ PORT: '', JIRA_BASE_URL: '  ' })
    expect(config.PORT).toBe(3000)
    expect(config.JIRA_BASE_URL).toBeUndefined()
  })
})

describe('faults', () => {
  test.each([
    ['NODE_ENV', 'staging'],
    ['PORT', '70000'],
    ['PORT', 'http'],
    ['PUBLIC_URL', 'katalyst.example.com'],
    ['PUBLIC_URL', 'ftp://example.com'],
    ['DATABASE_URL', 'mysql://x'],
    ['REDIS_URL', '127.0.0.1:6379'],
    ['APP_ID', 'my-app'],
    ['WEBHOOK_SECRET', 'short'],
    ['GITHUB_API_URL', 'api.github.com'],
    ['JIRA_BASE_URL', 'example'],
    ['JIRA_EMAIL', 'nobody'],
    ['KATALYST_ADMIN_TOKEN', 'short'],
    ['KATALYST_SECRET_KEY', 'dG9vIHNob3J0'],
    ['ALLOW_PRIVATE_HOSTS', 'yes'],
    ['LOG_LEVEL', 'loud'],
    ['LOG_FORMAT', 'xml'],
  ])('%s is named when it is wrong, and its value is not shown', (variable, value) => {
    const faults = faultsOf({ [variable]: value })
    expect(faults.join('\n')).toMatch(new RegExp(`^${variable}: expected \\S`, 'm'))
    if (value.length > 4) expect(faults.map((fault) => fault.replace(`${variable}:`, '')).join('\n')).not.toContain(value)
  })

  test('all faults come in one message', () => {
    expect(faultsOf({ PORT: 'x', LOG_LEVEL: 'x', APP_ID: 'x' }).map((fault) => fault.split(':')[0])).toEqual([
      'PORT',
      'APP_ID',
      'LOG_LEVEL',
    ])
  })

  test('variables that need each other say so', () => {
    expect(faultsOf({ APP_ID: '12' }).map((fault) => fault.split(':')[0])).toEqual(['PRIVATE_KEY', 'WEBHOOK_SECRET'])
    expect(faultsOf({ JIRA_BASE_URL: 'https://x.atlassian.net' }).map((fault) => fault.split(':')[0])).toEqual([
      'JIRA_EMAIL',
      'JIRA_API_TOKEN',
    ])
    expect(faultsOf({ JIRA_API_TOKEN: 'token' }).map((fault) => fault.split(':')[0])).toEqual(['JIRA_BASE_URL'])
  })

  test('production refuses to make up tokens and keys', () => {
    expect(faultsOf({ NODE_ENV: 'production' }).map((fault) => fault.split(':')[0])).toEqual([
      'KATALYST_ADMIN_TOKEN',
      'KATALYST_SECRET_KEY',
    ])
    expect(parseConfig({ NODE_ENV: 'production', KATALYST_ADMIN_TOKEN: 'x'.repeat(20), KATALYST_SECRET_KEY: secretKey }).NODE_ENV).toBe(
      'production',
    )
  })
})

describe('the private key', () => {
  test('is read as PEM, as PEM with escaped line ends, as base64 and from a file', () => {
    const directory = mkdtempSync(path.join(tmpdir(), 'katalyst-config-'))
    try {
      const file = path.join(directory, 'key.pem')
      writeFileSync(file, pem)
      const ways = [
        { PRIVATE_KEY: pem },
        { PRIVATE_KEY: pem.replaceAll('\n', '\\n') },
        { PRIVATE_KEY: Buffer.from(pem).toString('base64') },
        { PRIVATE_KEY: '', PRIVATE_KEY_PATH: file },
      ]
      for (const way of ways) expect(parseConfig({ ...app, ...way }).PRIVATE_KEY?.trim()).toBe(pem.trim())
    } finally {
      rmSync(directory, { recursive: true })
    }
  })

  test('that is none is refused without being shown', () => {
    expect(faultsOf({ ...app, PRIVATE_KEY: 'not-a-key-at-all' })).toEqual(['PRIVATE_KEY: expected a PEM private key, or base64 of one'])
    expect(faultsOf({ ...app, PRIVATE_KEY: '', PRIVATE_KEY_PATH: 'no/such.pem' })).toEqual([
      'PRIVATE_KEY_PATH: expected a file that exists and can be read',
    ])
  })
})

test('.env fills what the environment leaves open in development, and is not read in production', () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'katalyst-env-'))
  try {
    writeFileSync(path.join(directory, '.env'), 'PORT=4000\nHOST=0.0.0.0\n')
    expect(readEnvironment({ HOST: '::1' }, directory)).toMatchObject({ PORT: '4000', HOST: '::1' })
    expect(readEnvironment({ NODE_ENV: 'production' }, directory).PORT).toBeUndefined()
  } finally {
    rmSync(directory, { recursive: true })
  }
})

test('both secret keys are offered, current first', () => {
  const previous = randomBytes(32)
  const keys = secretKeysOf(parseConfig({ KATALYST_SECRET_KEY: secretKey, KATALYST_SECRET_KEY_PREVIOUS: previous.toString('base64') }))
  expect(keys.map((key) => key.toString('base64'))).toEqual([secretKey, previous.toString('base64')])
})

test('every variable says what it is for', () => {
  for (const schema of Object.values(VARIABLES)) expect(schema.description?.length).toBeGreaterThan(10)
})
