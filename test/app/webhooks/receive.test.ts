import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { DELIVERY_LIMIT_BYTES } from '../../../app/delivery-job.ts'
import { receiveWebhook } from '../../../app/webhooks/receive.ts'
import { listDeliveries, markDelivery } from '../../../integrations/store/deliveries.ts'
import { listJobs } from '../../../integrations/store/jobs.ts'
import { JIRA_SECRET, openTestApp, type TestApp } from '../github-app.ts'

jest.setTimeout(60_000)
const PREVIOUS = 'the-secret-before-the-last-rotation'
let app: TestApp
let made = 0

beforeAll(async () => {
  app = await openTestApp({ previousSecret: PREVIOUS })
})
afterAll(() => app.close())

const signed = (secret: string, body: string, headers: Record<string, string> = {}) => {
  made += 1
  return {
    provider: 'github' as const,
    rawBody: new TextEncoder().encode(body),
    headers: {
      'content-type': 'application/json',
      'x-github-event': 'ping',
      'x-github-delivery': `delivery-${made}`,
      'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      ...headers,
    },
  }
}
const secret = () => app.ctx.config.WEBHOOK_SECRET as string
const stored = async () => {
  const { db } = await app.ctx.store()
  return { deliveries: (await listDeliveries(db, { limit: 200 })).items.length, jobs: (await listJobs(db, { limit: 200 })).items.length }
}

describe('receive-delivery: a delivery', () => {
  test('that is signed is stored with its job and accepted', async () => {
    const before = await stored()
    expect(await receiveWebhook(app.ctx, signed(secret(), '{"zen":"yes"}'))).toEqual({ status: 202, body: { accepted: true } })
    expect(await stored()).toEqual({ deliveries: before.deliveries + 1, jobs: before.jobs + 1 })
  })

  test('signed with the secret before the last rotation is accepted', async () => {
    expect(await receiveWebhook(app.ctx, signed(PREVIOUS, '{"zen":"yes"}'))).toMatchObject({ status: 202 })
  })

  test('that comes again says so and makes no second job', async () => {
    const delivery = signed(secret(), '{"zen":"twice"}')
    await receiveWebhook(app.ctx, delivery)
    await app.settle()
    const before = await stored()
    expect(await receiveWebhook(app.ctx, delivery)).toEqual({ status: 202, body: { accepted: true, duplicate: true } })
    expect(await stored()).toEqual(before)
  })

  test('that failed and comes again is handled again by handle-delivery', async () => {
    const delivery = signed(secret(), '{"zen":"again"}')
    await receiveWebhook(app.ctx, delivery)
    await app.settle()
    const { db } = await app.ctx.store()
    const [kept] = (await listDeliveries(db, { limit: 1 })).items
    await markDelivery(db, kept?.id ?? 0, { status: 'failed', error: 'It broke.', at: new Date() })
    expect(await receiveWebhook(app.ctx, delivery)).toMatchObject({ body: { duplicate: true } })
    await app.settle()
    expect((await listDeliveries(db, { limit: 1 })).items[0]).toMatchObject({ deliveryId: kept?.deliveryId, status: 'handled' })
  })

  test('of Jira is verified with the secret of Jira', async () => {
    const body = '{"timestamp":1,"webhookEvent":"jira:issue_updated"}'
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'x-atlassian-webhook-identifier': 'jira-1',
      'x-hub-signature': `sha256=${createHmac('sha256', JIRA_SECRET).update(body).digest('hex')}`,
    }
    const delivery = { provider: 'jira' as const, rawBody: new TextEncoder().encode(body), headers }
    expect(await receiveWebhook(app.ctx, delivery)).toMatchObject({ status: 202 })
    await app.settle()
    const { db } = await app.ctx.store()
    expect((await listDeliveries(db, { provider: 'jira' })).items).toMatchObject([{ status: 'ignored' }])
  })
})

describe('receive-delivery stores nothing of a delivery', () => {
  const unsigned = () => {
    const { 'x-hub-signature-256': _signature, ...headers } = signed(secret(), '{}').headers
    return { provider: 'github' as const, rawBody: new TextEncoder().encode('{}'), headers }
  }
  test.each([
    ['without a signature', 'signature-invalid', unsigned],
    ['with the signature of another secret', 'signature-invalid', () => signed('another secret altogether', '{}')],
    ['with an empty secret', 'signature-invalid', () => signed('x', '{}', { 'x-hub-signature-256': 'sha256=' })],
    ['whose body was changed', 'signature-invalid', () => ({ ...signed(secret(), '{}'), rawBody: new TextEncoder().encode('{ }') })],
    [
      'that is no JSON by its type',
      'unsupported-media-type',
      () => signed(secret(), '{}', { 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    ['without a type', 'unsupported-media-type', () => signed(secret(), '{}', { 'content-type': '' })],
    ['that is signed but not JSON', 'bad-request', () => signed(secret(), 'payload=1')],
    ['that names no event', 'bad-request', () => signed(secret(), '{}', { 'x-github-event': '' })],
    ['of a provider without a secret', 'signature-invalid', () => ({ ...signed(secret(), '{}'), provider: 'confluence' as const })],
    ['that is too large', 'too-large', () => ({ ...signed(secret(), '{}'), rawBody: new Uint8Array(DELIVERY_LIMIT_BYTES + 1) })],
  ])('%s', async (_case, code, make) => {
    const before = await stored()
    await expect(receiveWebhook(app.ctx, make())).rejects.toMatchObject({ code })
    expect(await stored()).toEqual(before)
  })
})
