// The inbox. Delivery and job are one transaction, so that nothing accepted is lost; nothing is stored that was not signed.
import { z } from 'zod'
import { AppError } from '../../integrations/kernel/errors.ts'
import { markDelivery, recordDelivery } from '../../integrations/store/deliveries.ts'
import type { AppContext } from '../context.ts'
import { enqueueDelivery } from '../delivery-job.ts'
import { makeUseCase } from '../use-case.ts'

const PROVIDERS = ['github', 'jira', 'confluence'] as const

/** The provider's functions and the secrets that are valid now, or `undefined` where none are set. */
function verifierOf({ config, providers }: AppContext, provider: (typeof PROVIDERS)[number]) {
  const known = {
    github: [() => providers.github, config.WEBHOOK_SECRET, config.WEBHOOK_SECRET_PREVIOUS],
    jira: [() => providers.jira, config.JIRA_WEBHOOK_SECRET, config.JIRA_WEBHOOK_SECRET_PREVIOUS],
    confluence: [() => providers.confluence, config.CONFLUENCE_WEBHOOK_SECRET, config.CONFLUENCE_WEBHOOK_SECRET_PREVIOUS],
  } as const
  const [functions, ...secrets] = known[provider]
  const valid = secrets.filter((secret) => secret !== undefined)
  return valid.length === 0 ? undefined : { functions: functions(), secrets: valid }
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
    if (!verifier || !(await verifier.functions.verifyWebhook(rawBody, headers, verifier.secrets)))
      throw new AppError(
        'signature-invalid',
        'The delivery carries no valid signature. Set the same secret here and in the webhook of the provider.',
      )
    const described = verifier.functions.describeWebhook(rawBody, headers)
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
