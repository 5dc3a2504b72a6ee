import { createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { requestHash, verifyWebhookToken } from '../../integrations/jira/webhook-token.ts'

const SECRET = 'the-client-secret'
const NOW = new Date('2026-11-22T10:00:00Z')
const SECONDS = NOW.getTime() / 1000
const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

function token(claims: unknown, { secret = SECRET, header = { alg: 'HS256', typ: 'JWT' } as unknown } = {}): string {
  const signed = `${encoded(header)}.${encoded(claims)}`
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`
}
const accepts = (authorization: string | undefined, clientSecret = SECRET) =>
  verifyWebhookToken(authorization === undefined ? {} : { authorization }, {
    clientSecret,
    now: NOW,
    paths: ['/webhooks/jira', '/k/webhooks/jira'],
  })

describe('the token of a delivery', () => {
  const good = { iss: 'client', iat: SECONDS, exp: SECONDS + 180 }

  test.each([
    ['without a word about the request', good],
    ['for no request in particular', { ...good, qsh: 'context-qsh' }],
    ['for our address', { ...good, qsh: requestHash('/webhooks/jira') }],
    ['for our address behind a proxy', { ...good, qsh: requestHash('/k/webhooks/jira') }],
    ['that ran out a minute ago, by our clock', { ...good, exp: SECONDS - 60 }],
  ])('%s is accepted', (_, claims) => {
    expect(accepts(`Bearer ${token(claims)}`)).toBe(true)
  })

  test.each([
    ['none', undefined],
    ['an empty one', 'Bearer '],
    ['basic authentication', `Basic ${token(good)}`],
    ['one that is no token', 'Bearer a.b.c'],
    ['one without a signature', `Bearer ${token(good).split('.').slice(0, 2).join('.')}.`],
    ['one part more', `Bearer ${token(good)}.x`],
    ['one of another secret', `Bearer ${token(good, { secret: 'another' })}`],
    ['one that names no algorithm', `Bearer ${token(good, { header: { alg: 'none' } })}`],
    ['one of another algorithm', `Bearer ${token(good, { header: { alg: 'HS512' } })}`],
    ['one that ran out', `Bearer ${token({ ...good, exp: SECONDS - 600 })}`],
    ['one that never runs out', `Bearer ${token({ iss: 'client' })}`],
    ['one for another address', `Bearer ${token({ ...good, qsh: requestHash('/elsewhere') })}`],
    ['one whose claims are no object', `Bearer ${token('exp')}`],
  ])('%s is refused', (_, authorization) => {
    expect(accepts(authorization)).toBe(false)
  })

  test('is refused where there is no secret to hold it against', () => {
    expect(accepts(`Bearer ${token(good, { secret: '' })}`, '')).toBe(false)
  })
})
