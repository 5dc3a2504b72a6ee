import { z } from 'zod'
import { makeUseCase } from '../use-case.ts'

/** Begins the consent for an OAuth connection: says where in the browser a person agrees. */
export const startOAuth = makeUseCase({
  name: 'start-oauth',
  summary: 'Begins connecting Jira or Confluence by OAuth 2.0: answers the address where a person agrees.',
  access: 'admin',
  input: z.strictObject({
    provider: z.enum(['jira', 'confluence']).describe('Provider'),
    site: z.string().max(300).optional().describe('Address of the site, where the account has several'),
  }),
  output: z.object({ url: z.string(), expiresAt: z.iso.datetime() }),
  http: { method: 'GET', path: '/integrations/{provider}/oauth/start' },
  async run(ctx, { provider, site }) {
    const { url, expiresAt } = ctx.providers[provider].startOAuth(site)
    return { url, expiresAt: expiresAt.toISOString() }
  },
})
