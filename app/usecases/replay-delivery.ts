import { z } from 'zod'
import { AppError } from '../../integrations/kernel/errors.ts'
import { markDelivery, readDelivery } from '../../integrations/store/deliveries.ts'
import { enqueueDelivery } from '../delivery-job.ts'
import { makeUseCase } from '../use-case.ts'

/** Handles a stored delivery again, whatever became of it; handlers are repeatable, so nothing happens twice. */
export const replayDelivery = makeUseCase({
  name: 'replay-delivery',
  summary: 'Handles a stored webhook delivery again.',
  access: 'admin',
  input: z.strictObject({
    id: z
      .string()
      .regex(/^\d{1,9}$/, 'the number of a delivery')
      .describe('Number of the delivery, as GET /deliveries lists it'),
  }),
  output: z.object({ id: z.string(), deliveryId: z.string(), event: z.string(), status: z.literal('received') }),
  http: { method: 'POST', path: '/deliveries/{id}/replay', status: 202 },
  cli: { command: 'deliveries:replay', arguments: ['id'] },
  async run(ctx, { id }) {
    const at = ctx.clock.now()
    return (await ctx.store()).transaction(async (db) => {
      const delivery = await readDelivery(db, Number(id))
      if (!delivery) throw new AppError('not-found', `There is no delivery ${id}; deliveries are kept for a limited time.`)
      await markDelivery(db, delivery.id, { status: 'received', at })
      await enqueueDelivery(db, delivery.id, 'interactive', at)
      return { id, deliveryId: delivery.deliveryId, event: delivery.event, status: 'received' as const }
    })
  },
})
