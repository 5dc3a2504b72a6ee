import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { AppError } from '../../integrations/kernel/errors.ts'
import { openLog } from '../../integrations/kernel/log.ts'
import { redact, redactText } from '../../integrations/kernel/redact.ts'

// Put together at run time, so that no file of the project contains anything shaped like a credential.
const jwt = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0', 'c2lnbmF0dXJlLXBhcnQ'].join('.')
const secrets: Readonly<Record<string, string>> = {
  'a classic GitHub token': `ghp_${'a1B2'.repeat(9)}`,
  'an installation token of the long form': `ghs_123456_${jwt}`,
  'a fine-grained GitHub token': `github_pat_${'11ABC_def'.repeat(6)}`,
  'an Atlassian API token': `ATATT3xFfGF0${'T_-='.repeat(20)}`,
  'a JSON web token': jwt,
  'a bearer value': `Bearer ${'k3y'.repeat(8)}`,
  'a basic value': `Basic ${Buffer.from('somebody@example.com:very-secret-value').toString('base64')}`,
  'a password in an address': 'https://user:pa55word-in-url@db.example.com/x',
  'a token in a query': 'https://example.com/cb?code=abc123secret&state=1',
}

const linesOf = async (write: (log: Awaited<ReturnType<typeof openLog>>) => void) => {
  const lines: string[] = []
  const log = await openLog({ level: 'trace', format: 'json', destination: { write: (line) => void lines.push(line) } })
  write(log)
  return lines.join('')
}

describe('redaction', () => {
  test.each(Object.entries(secrets))('removes %s from any text', (_name, secret) => {
    const core = secret
      .replace(/^(Bearer|Basic) /, '')
      .replace(/.*(pa55word-in-url).*/, '$1')
      .replace(/.*(abc123secret).*/, '$1')
    expect(redactText(`before ${secret} after`)).not.toContain(core)
    expect(redactText(`before ${secret} after`)).toMatch(/^before .*after$/)
  })

  test('removes private keys, whole or cut off', () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 1024,
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    })
    const body = privateKey.split('\n')[3] as string
    expect(redactText(`key: ${privateKey}`)).not.toContain(body)
    expect(redactText(privateKey.slice(0, 300))).not.toContain(body.slice(0, 20))
  })

  test('removes values by the name of their key at any depth, and keeps what is only named alike', () => {
    const clean = redact({
      password: 'p',
      nested: [{ apiToken: 't', JIRA_API_TOKEN: 'x', nextPageToken: 'keep', tokenCount: 3, authorized: true }],
      headers: { Authorization: 'x', 'x-hub-signature-256': 'sha256=1' },
    })
    expect(clean).toEqual({
      password: '[redacted]',
      nested: [{ apiToken: '[redacted]', JIRA_API_TOKEN: '[redacted]', nextPageToken: 'keep', tokenCount: 3, authorized: true }],
      headers: { Authorization: '[redacted]', 'x-hub-signature-256': '[redacted]' },
    })
  })

  test('reaches causes of errors, headers and endless structures', () => {
    const endless: Record<string, unknown> = { name: 'loop' }
    endless.self = endless
    expect(JSON.stringify(redact(endless))).toContain('[deep]')
    expect(JSON.stringify(redact(new AppError('internal', 'outer', { cause: new Error(`inner ${jwt}`) })))).not.toContain('eyJzdWI')
    expect(redact(new Headers({ authorization: 'Bearer abcdefghijkl', accept: 'x' }))).toEqual({ authorization: '[redacted]', accept: 'x' })
  })

  test('leaves ordinary text as it is', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[A-Za-z ,.]{0,60}$/).filter((text) => !/\b(bearer|basic|token)\s/i.test(text)),
        (text) => redactText(text) === text,
      ),
      { numRuns: 200 },
    )
  })
})

describe('the logger', () => {
  test('writes no secret, whether it comes as field, error, child field or message', async () => {
    const token = secrets['an installation token of the long form'] as string
    const text = await linesOf((log) => {
      log.info({ token, request: 'r-1', url: `https://example.com/?token=${token}` }, `sent with ${token}`)
      log.error(new Error(`failed with ${token}`))
      log.child({ delivery: 'd-1' }).warn({ err: new Error(`and ${token}`) }, 'child')
    })
    expect(text).not.toContain('123456_eyJ')
    expect(text).toContain('"request":"r-1"')
    expect(text).toContain('"delivery":"d-1"')
    expect(text.trim().split('\n')).toHaveLength(3)
  })

  test('writes one line of JSON with an ISO instant and a level by name', async () => {
    const line = JSON.parse(await linesOf((log) => log.warn({ run: 7 }, 'stalled')))
    expect(line).toMatchObject({ level: 'warn', run: 7, msg: 'stalled' })
    expect(new Date(line.time).toISOString()).toBe(line.time)
  })
})
