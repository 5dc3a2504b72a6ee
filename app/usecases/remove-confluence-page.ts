import { z } from 'zod'
import { AppError } from '../../integrations/kernel/errors.ts'
import { deleteLink, findLink } from '../../integrations/store/links.ts'
import { makeUseCase } from '../use-case.ts'

/** Removes a page that we made, and what we know of it. */
export const removeConfluencePage = makeUseCase({
  name: 'remove-confluence-page',
  summary: 'Puts a page that was published from here into the trash, and forgets it. Pages of others are refused.',
  access: 'admin',
  input: z.strictObject({ id: z.string().regex(/^\d+$/, 'the number of a page').describe('Id of the page') }),
  output: z.object({ pageId: z.string(), status: z.enum(['removed', 'absent']) }),
  http: { method: 'DELETE', path: '/integrations/confluence/pages/{id}' },
  async run(ctx, { id }) {
    const { confluence } = ctx.providers
    const removed = await confluence.removePage(await confluence.connect({ dryRun: false }), id)
    if (removed.kind === 'not-ours') throw new AppError('not-ours', removed.reason, { details: { pageId: id } })
    const { db } = await ctx.store()
    const link = await findLink(db, { connectionId: confluence.connectionId, remoteKind: 'page', remoteId: id })
    if (link) await deleteLink(db, link)
    else if (removed.kind === 'absent') throw new AppError('not-found', `There is no page ${id} that was published from here.`)
    return { pageId: id, status: removed.kind }
  },
})
