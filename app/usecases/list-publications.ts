import { z } from 'zod'
import { listPublications as listStored } from '../../integrations/store/publications.ts'
import { pageInput, pageOf } from '../page.ts'
import { makeUseCase } from '../use-case.ts'

const Publication = z.object({
  provider: z.enum(['confluence', 'github', 'katalyst']),
  scope: z.string().describe('Where to: a space key, owner/name, the address of Katalyst'),
  target: z.string(),
  contentType: z.string(),
  title: z.string().nullable(),
  url: z.string().nullable(),
  version: z.string().nullable(),
  status: z.string().describe('What became of the last attempt'),
  publishedAt: z.iso.datetime().nullable().describe('When its content last changed there; null while it never did'),
  updatedAt: z.iso.datetime(),
})

/** What is published where, and how the last attempt ended. */
export const listPublications = makeUseCase({
  name: 'list-publications',
  summary: 'Lists what is published where, and how the last attempt ended.',
  access: 'read',
  input: z.strictObject({
    ...pageInput,
    provider: z.enum(['confluence', 'github', 'katalyst']).optional().describe('Only at this provider'),
  }),
  output: pageOf(Publication),
  http: { method: 'GET', path: '/integrations/publications' },
  async run(ctx, { provider, ...request }) {
    const { db } = await ctx.store()
    const page = await listStored(db, { ...request, ...(provider === undefined ? {} : { provider }) })
    const items = page.items.map((one) => ({
      provider: one.provider,
      scope: one.scope,
      target: one.target,
      contentType: one.contentType,
      title: one.title ?? null,
      url: one.url ?? null,
      version: one.version ?? null,
      status: one.status,
      publishedAt: one.publishedAt?.toISOString() ?? null,
      updatedAt: one.updatedAt.toISOString(),
    }))
    return { ...page, items }
  },
})
