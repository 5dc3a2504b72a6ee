import { z } from 'zod'
import { DELIVERY_STATUSES, listDeliveries as listStored } from '../../integrations/store/deliveries.ts'
import { pageInput, pageOf } from '../page.ts'
import { makeUseCase } from '../use-case.ts'

/** Webhook deliveries that were accepted, newest first, without their payloads. */
export const listDeliveries = makeUseCase({
  name: 'list-deliveries',
  summary: 'Lists accepted webhook deliveries, newest first.',
  access: 'read',
  input: z.strictObject({ ...pageInput, status: z.enum(DELIVERY_STATUSES).optional().describe('Only deliveries in this state') }),
  output: pageOf(
    z.object({
      id: z.string(),
      provider: z.string(),
      deliveryId: z.string(),
      event: z.string(),
      action: z.string().optional(),
      status: z.enum(DELIVERY_STATUSES),
      error: z.string().optional(),
      receivedAt: z.iso.datetime(),
      handledAt: z.iso.datetime().optional(),
    }),
  ),
  http: { method: 'GET', path: '/deliveries' },
  async run(ctx, request) {
    const page = await listStored((await ctx.store()).db, request)
    return {
      ...page,
      items: page.items.map((delivery) => ({
        ...delivery,
        id: String(delivery.id),
        receivedAt: delivery.receivedAt.toISOString(),
        handledAt: delivery.handledAt?.toISOString(),
      })),
    }
  },
})
