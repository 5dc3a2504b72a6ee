import { createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { describeWebhook, verifyWebhook } from '../../integrations/github/webhooks.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const sign = (secret: string, raw: Uint8Array) => `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`
const headers = (signature: string) => ({ 'x-hub-signature-256': signature })

describe('a signature', () => {
  const raw = bytes('{"zen":"Ünïcode ✓"}')

  test("verifies GitHub's published example", async () => {
    const example = '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17'
    expect(await verifyWebhook(bytes('Hello, World!'), headers(`sha256=${example}`), ["It's a Secret to Everybody"])).toBe(true)
  })

  test('verifies with the current and with the previous secret', async () => {
    for (const secret of ['current', 'previous'])
      expect(await verifyWebhook(raw, headers(sign(secret, raw)), ['current', 'previous'])).toBe(true)
  })

  test('covers the bytes, also those that are no text', async () => {
    const broken = Uint8Array.from([0x7b, 0xff, 0xfe, 0x7d])
    expect(await verifyWebhook(broken, headers(sign('s', broken)), ['s'])).toBe(true)
    expect(await verifyWebhook(Uint8Array.from([0x7b, 0xfd, 0xfe, 0x7d]), headers(sign('s', broken)), ['s'])).toBe(false)
  })

  test.each([
    ['missing', {}],
    ['empty', headers('')],
    ['of another secret', headers(sign('other', raw))],
    ['of SHA-1', headers(`sha1=${createHmac('sha1', 'current').update(raw).digest('hex')}`)],
    ['cut', headers(sign('current', raw).slice(0, -2))],
    ['longer', headers(`${sign('current', raw)}00`)],
    ['in capitals', headers(sign('current', raw).toUpperCase())],
    ['without its prefix', headers(sign('current', raw).slice(7))],
  ])('%s does not verify', async (_case, given) => {
    expect(await verifyWebhook(raw, given as Record<string, string>, ['current'])).toBe(false)
  })

  test('never verifies without a secret, not even one made with an empty key', async () => {
    expect(await verifyWebhook(raw, headers(sign('', raw)), [])).toBe(false)
    expect(await verifyWebhook(raw, headers(sign('', raw)), [''])).toBe(false)
  })

  test('of a body that differs in one bit does not verify', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.nat(), async (body, at) => {
        const changed = Uint8Array.from(body)
        changed[at % body.length] = (changed[at % body.length] as number) ^ 1
        expect(await verifyWebhook(changed, headers(sign('s', body)), ['s'])).toBe(false)
      }),
      { numRuns: 50 },
    )
  })
})

describe('a delivery', () => {
  const given = { 'x-github-delivery': '72d3162e-cc78-11e3-81ab-4c9367dc0958', 'x-github-event': 'pull_request' }

  test('is named by its headers and its action', () => {
    expect(describeWebhook(bytes('{"action":"opened"}'), given)).toEqual({
      id: given['x-github-delivery'],
      event: 'pull_request',
      action: 'opened',
    })
  })

  test('without an action has none', () => {
    expect(describeWebhook(bytes('{"ref":"refs/heads/main"}'), { ...given, 'x-github-event': 'push' })).toEqual({
      id: given['x-github-delivery'],
      event: 'push',
    })
  })

  test.each([
    ['no id', bytes('{}'), { 'x-github-event': 'push' }],
    ['no event', bytes('{}'), { 'x-github-delivery': 'a' }],
    ['an id with a line feed', bytes('{}'), { ...given, 'x-github-delivery': 'a\nb' }],
    ['an event that is no word', bytes('{}'), { ...given, 'x-github-event': '../push' }],
    ['a body that is not JSON', bytes('payload=%7B%7D'), given],
    ['a body that is not text', Uint8Array.from([0xff]), given],
    ['a body that is a list', bytes('[]'), given],
    ['no body', bytes(''), given],
  ])('with %s is not one of GitHub', (_case, raw, headersGiven) => {
    expect(describeWebhook(raw, headersGiven as Record<string, string>)).toBeUndefined()
  })

  test.each(['{"action":7}', '{"action":"drop table; --"}', '{"action":null}'])('keeps no action that is none: %s', (body) => {
    expect(describeWebhook(bytes(body), given)).not.toHaveProperty('action')
  })
})
