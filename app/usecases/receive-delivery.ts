// The inbox. Delivery and job are one transaction, so that nothing accepted is lost; nothing is stored that was not signed.
import { z } from 'zod'
import { AppError } from '../../integrations/kernel/errors.ts'
import { markDelivery, recordDelivery } from '../../integrations/store/deliveries.ts'
import type { AppContext } from '../context.ts'
import { enqueueDelivery } from '../delivery-job.ts'
import { webhookPathsOf } from '../steps/jira/webhooks.ts'
import { makeUseCase } from '../use-case.ts'

const PROVIDERS = ['github', 'jira', 'confluence'] as const

type Headers = Readonly<Record<string, string>>

/** The provider's functions and a check by the secrets that are valid now, or `undefined` where none are set. */
function verifierOf({ config, providers, clock }: AppContext, provider: (typeof PROVIDERS)[number]) {
  const known = {
    github: [() => providers.github, config.WEBHOOK_SECRET, config.WEBHOOK_SECRET_PREVIOUS],
    jira: [() => providers.jira, config.JIRA_WEBHOOK_SECRET, config.JIRA_WEBHOOK_SECRET_PREVIOUS],
    confluence: [() => providers.confluence, config.CONFLUENCE_WEBHOOK_SECRET, config.CONFLUENCE_WEBHOOK_SECRET_PREVIOUS],
  } as const
  const [functions, ...secrets] = known[provider]
  const valid = secrets.filter((secret) => secret !== undefined)
  // Webhooks that an OAuth app registered itself come with a token of the app's secret instead.
  const clientSecret = provider === 'jira' ? config.ATLASSIAN_CLIENT_SECRET : undefined
  if (valid.length === 0 && !clientSecret) return undefined
  const functionsNow = functions()
  const hasToken = (headers: Headers) =>
    clientSecret !== undefined &&
    providers.jira.verifyWebhookToken(headers, { clientSecret, now: clock.now(), paths: webhookPathsOf(config) })
  return {
    describeWebhook: functionsNow.describeWebhook,
    verify: async (raw: Uint8Array, headers: Headers) => hasToken(headers) || functionsNow.verifyWebhook(raw, headers, valid),
  }
}

export const receiveDelivery = makeUseCase({
  name: 'receive-delivery',
  summary: 'Verifies a webhook delivery and stores it with the job that handles it.',
  access: 'internal',
  input: z.strictObject({
    provider: z.enum(PROVIDERS),
    rawBody: z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'the bytes of the body'),
    headers: z.record(z.string(), z.string()).readonly(),
  }),
  output: z.object({ duplicate: z.boolean() }),
  async run(ctx, { provider, rawBody, headers }) {
    const verifier = verifierOf(ctx, provider)
    if (!verifier) ctx.log.warn({ provider, request: ctx.requestId }, 'delivery refused: no webhook secret is set for this provider')
    if (!verifier || !(await verifier.verify(rawBody, headers)))
      throw new AppError(
        'signature-invalid',
        'The delivery carries no valid signature. Set the same secret here and in the webhook of the provider.',
      )
    const described = verifier.describeWebhook(rawBody, headers)
    if (!described)
      throw new AppError('bad-request', 'The delivery is signed, but its headers do not name it, or its body is not a JSON object.')

    const store = await ctx.store()
    const receivedAt = ctx.clock.now()
    const payload = new TextDecoder().decode(rawBody)
    const { id: deliveryId, event, action } = described
    const duplicate = await store.transaction(async (db) => {
      const recorded = await recordDelivery(db, { provider, deliveryId, event, action, payload, receivedAt })
      // A repeat of one that failed is a second chance: providers keep the id when a person presses "redeliver".
      if (recorded.duplicate && recorded.status !== 'failed') return true
      if (recorded.duplicate) await markDelivery(db, recorded.id, { status: 'received', at: receivedAt })
      await enqueueDelivery(db, recorded.id, 'webhook', receivedAt)
      return recorded.duplicate
    })
    ctx.log.info({ provider, delivery: deliveryId, event, action, duplicate }, 'delivery accepted')
    return { duplicate }
  },
})
