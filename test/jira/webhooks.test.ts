import { createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { describeWebhook, verifyWebhook } from '../../integrations/jira/webhooks.ts'

const raw = (text: string) => new TextEncoder().encode(text)
const SECRET = "It's a Secret to Everybody"
const SIGNATURE = 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9'
const body = raw('Hello World!')

describe('a signature', () => {
  test('of the published example is accepted, in either case', async () => {
    expect(await verifyWebhook(body, { 'x-hub-signature': SIGNATURE }, [SECRET])).toBe(true)
    expect(await verifyWebhook(body, { 'x-hub-signature': SIGNATURE.toUpperCase() }, [SECRET])).toBe(true)
  })

  test('is accepted with any of the secrets, so that they can be rotated', async () => {
    expect(await verifyWebhook(body, { 'x-hub-signature': SIGNATURE }, ['new secret', SECRET])).toBe(true)
  })

  test.each([
    ['no header', {}],
    ['an empty header', { 'x-hub-signature': '' }],
    ['no method', { 'x-hub-signature': SIGNATURE.slice(7) }],
    ['a cut digest', { 'x-hub-signature': SIGNATURE.slice(0, -2) }],
    ['a longer digest', { 'x-hub-signature': `${SIGNATURE}00` }],
    ['another digest', { 'x-hub-signature': `${SIGNATURE.slice(0, -1)}0` }],
    ['a weak method', { 'x-hub-signature': `sha1=${createHmac('sha1', SECRET).update('Hello World!').digest('hex')}` }],
    ['an unknown method', { 'x-hub-signature': 'none=00' }],
  ])('with %s is refused', async (_, headers: Record<string, string>) => {
    expect(await verifyWebhook(body, headers, [SECRET])).toBe(false)
  })

  test('is refused for other bytes, without secrets, and for the empty secret', async () => {
    expect(await verifyWebhook(raw('Hello World'), { 'x-hub-signature': SIGNATURE }, [SECRET])).toBe(false)
    expect(await verifyWebhook(body, { 'x-hub-signature': SIGNATURE }, [])).toBe(false)
    const empty = `sha256=${createHmac('sha256', '').update('Hello World!').digest('hex')}`
    expect(await verifyWebhook(body, { 'x-hub-signature': empty }, [''])).toBe(false)
  })
})

describe('a delivery', () => {
  const headers = { 'x-atlassian-webhook-identifier': 'abc', 'x-hub-signature': 'sha256=00' }

  test('is known by its identifier, its event and its kind of change', () => {
    const payload = raw('{"webhookEvent":"jira:issue_updated","issue_event_type_name":"issue_generic"}')
    expect(describeWebhook(payload, headers)).toEqual({ id: 'abc', event: 'jira:issue_updated', action: 'issue_generic' })
  })

  test('without identifier is known by its bytes', () => {
    const first = describeWebhook(raw('{"webhookEvent":"a"}'), { 'x-hub-signature': 'sha256=00' })
    const second = describeWebhook(raw('{"webhookEvent":"b"}'), { 'x-hub-signature': 'sha256=00' })
    expect(first?.id).toMatch(/^sha256-[0-9a-f]{64}$/)
    expect(first?.id).not.toBe(second?.id)
  })

  test.each(['', 'not json', '[]', '{"webhookEvent":7}', '\u0000'])('with the body %j has an unknown event', (text) => {
    expect(describeWebhook(raw(text), headers)).toEqual({ id: 'abc', event: 'unknown' })
  })

  test('of someone else is not ours', () => {
    expect(describeWebhook(raw('{}'), { 'x-github-delivery': '1' })).toBeUndefined()
  })
})
