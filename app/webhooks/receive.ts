// The webhook route of every provider: what can be said from the request alone is said here, everything else by the use case
// `receive-delivery`. No domain work happens while the provider waits; GitHub gives up after ten seconds.
import { AppError } from '../../integrations/kernel/errors.ts'
import type { AppContext } from '../context.ts'
import { DELIVERY_LIMIT_BYTES } from '../delivery-job.ts'
import { receiveDelivery } from '../usecases/receive-delivery.ts'

export interface IncomingDelivery {
  readonly provider: 'github' | 'jira' | 'confluence'
  readonly rawBody: Uint8Array
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Accepts one delivery: 202 with `{ accepted: true }`, and `duplicate: true` for a repeat.
 * @throws AppError `too-large`, `unsupported-media-type`, `signature-invalid`, `bad-request`; then nothing is stored
 */
export async function receiveWebhook(ctx: AppContext, delivery: IncomingDelivery) {
  if (delivery.rawBody.byteLength > DELIVERY_LIMIT_BYTES)
    throw new AppError('too-large', `The delivery is larger than ${DELIVERY_LIMIT_BYTES / 1024 / 1024} MiB.`)
  const type = delivery.headers['content-type'] ?? ''
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type))
    throw new AppError(
      'unsupported-media-type',
      'Deliveries are taken as application/json. Set the content type of the webhook to application/json.',
    )
  const { duplicate } = await receiveDelivery.run(ctx, delivery)
  return { status: 202, body: duplicate ? { accepted: true, duplicate: true } : { accepted: true } }
}
