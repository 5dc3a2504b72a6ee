import { createHmac } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { describeWebhook, pageOfWebhook, verifyWebhook } from '../../integrations/confluence/webhooks.ts'

const body = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))
const signed = (raw: Uint8Array, secret: string) => ({
  'x-hub-signature': `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`,
})

describe('the signature', () => {
  const raw = body({ event: 'page_updated' })

  test("is Atlassian's: their published vector verifies", async () => {
    const vector = body('Hello World!')
    const headers = { 'x-hub-signature': 'sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9' }
    expect(await verifyWebhook(vector, headers, ["It's a Secret to Everybody"])).toBe(true)
  })

  test.each([
    ['of the current secret passes', signed(raw, 'current-secret'), true],
    ['of the previous secret passes', signed(raw, 'previous-secret'), true],
    ['of another secret does not', signed(raw, 'somebody-else'), false],
    ['of other bytes does not', signed(body({ event: 'page_removed' }), 'current-secret'), false],
    ['that is cut off does not', { 'x-hub-signature': 'sha256=a477' }, false],
    ['of a weaker method does not', { 'x-hub-signature': 'sha1=a4771c39fbe90f317c7824e83ddef3caae9cb3d9' }, false],
    ['that is missing does not', {}, false],
  ])('%s', async (_name, headers, expected) => {
    expect(await verifyWebhook(raw, headers as Record<string, string>, ['current-secret', 'previous-secret'])).toBe(expected)
  })

  test('of no secret at all is nobody’s', async () => {
    expect(await verifyWebhook(raw, signed(raw, ''), [''])).toBe(false)
    expect(await verifyWebhook(raw, signed(raw, 'x'), [])).toBe(false)
  })
})

describe('a delivery', () => {
  test('is named by its headers, else by its bytes, so that a repeat is known', () => {
    const raw = body({ event: 'page_updated', timestamp: 1, page: { id: 3221225473 } })
    expect(describeWebhook(raw, { 'x-request-id': 'abc', 'x-event-key': 'page_updated' })).toEqual({ id: 'abc', event: 'page_updated' })
    const named = describeWebhook(raw, {})
    expect(named).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), event: 'page_updated' })
    expect(describeWebhook(raw, {})).toEqual(named)
  })

  test('without an event, or that is no JSON, is nobody’s', () => {
    expect(describeWebhook(body({}), {})).toBeUndefined()
    expect(describeWebhook(body('<html>'), {})).toBeUndefined()
  })

  test('says its page as a number or as text', () => {
    expect(pageOfWebhook({ page: { id: 12 } })).toEqual({ id: '12', version: undefined })
    expect(pageOfWebhook({ page: { id: 12, idAsString: '12', version: 3 } })).toEqual({ id: '12', version: 3 })
    expect(pageOfWebhook({ space: {} })).toBeUndefined()
  })
})
