import { z } from 'zod'
import { toAppError } from '../../integrations/kernel/errors.ts'
import { markDelivery, readDelivery } from '../../integrations/store/deliveries.ts'
import { makeUseCase } from '../use-case.ts'

/**
 * Handles one stored delivery: GitHub's go to the App's handlers, which must be on the Probot by then. Handlers are repeatable,
 * so a delivery whose handling broke off is simply handled again. What nobody listens to is marked, not lost.
 */
export const handleDelivery = makeUseCase({
  name: 'handle-delivery',
  summary: 'Gives a stored webhook delivery to its handlers.',
  access: 'internal',
  input: z.object({ delivery: z.number().int() }),
  output: z.object({ status: z.enum(['handled', 'ignored']) }),
  async run(ctx, { delivery: id }) {
    const { db } = await ctx.store()
    const delivery = await readDelivery(db, id)
    // Deleted by age, or handled by an attempt whose worker was thought lost.
    if (!delivery || delivery.status === 'handled') return { status: 'ignored' as const }
    const { provider, deliveryId, event, payload } = delivery
    const mark = (status: 'handled' | 'ignored' | 'failed', error?: string) =>
      markDelivery(db, id, { status, at: ctx.clock.now(), ...(error === undefined ? {} : { error }) })
    if (provider !== 'github') {
      await mark('ignored')
      return { status: 'ignored' as const }
    }
    try {
      const { github } = ctx.providers
      await github.receiveEvent(await github.probot(), { id: deliveryId, name: event, payload: JSON.parse(payload) as unknown })
    } catch (error) {
      const failure = toAppError(error)
      ctx.log.warn({ err: failure, delivery: deliveryId, event }, 'delivery could not be handled')
      await mark('failed', failure.message)
      throw failure
    }
    await mark('handled')
    return { status: 'handled' as const }
  },
})
