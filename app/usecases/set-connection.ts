import { z } from 'zod'
import { assertAllowedHost } from '../../integrations/engine/allowed-host.ts'
import { reopenConnections } from '../../integrations/engine/breaker.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { CONNECTABLE } from '../connections.ts'
import { ConnectionSummary, toConnectionSummary } from '../steps/connection-answer.ts'
import { makeUseCase } from '../use-case.ts'

const SETTINGS = ['siteUrl', 'projectKey', 'fieldMappings', 'statusMapping', 'spaceKey', 'pageHierarchy', 'conflictPolicy'] as const

/** Stores a connection, its token sealed; it wins over the environment from now on. */
export const setConnection = makeUseCase({
  name: 'set-connection',
  summary: 'Connects a provider: stores address, account and sealed token. Wins over the environment.',
  access: 'admin',
  input: z.strictObject({
    provider: z.enum(CONNECTABLE).describe('Provider'),
    baseUrl: z.string().optional().describe('Address, such as https://SITE.atlassian.net (default for GitHub: GITHUB_API_URL)'),
    authType: z
      .enum(['api-token', 'pat'])
      .optional()
      .describe('What the token is: api-token (Cloud) or pat (personal access token of a Data Center)'),
    email: z.email().optional().describe('Account of the token (Jira Cloud)'),
    token: z.string().min(8).optional().describe('API token or personal access token; left out, the stored one stays'),
    siteUrl: z.url().optional().describe('Where people open the site, where the address is the gateway of a scoped token'),
    projectKey: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]+$/, 'a project key in capitals')
      .optional()
      .describe('Jira project'),
    fieldMappings: z.record(z.string(), z.string()).optional().describe('Artifact key to Jira field'),
    statusMapping: z.record(z.string(), z.string()).optional().describe('Road item state to Jira status'),
    spaceKey: z
      .string()
      .regex(/^~?[A-Za-z0-9]+$/, 'a space key: letters and digits')
      .optional()
      .describe('Confluence space'),
    pageHierarchy: z.record(z.string(), z.string()).optional().describe('Content type to its place, such as Governance/Reports'),
    conflictPolicy: z
      .enum(['warn', 'overwrite', 'managed-region', 'pull'])
      .optional()
      .describe('Who wins where a person edited a page of ours'),
  }),
  output: ConnectionSummary.extend({ status: z.literal('configured') }).loose(),
  http: { method: 'PUT', path: '/integrations/{provider}/config' },
  cli: { command: 'connections:set', arguments: ['provider'], secrets: ['token'] },
  async run(ctx, { provider, baseUrl, email, token, authType, ...rest }) {
    const known = await ctx.connections.effective(provider)
    const address = (baseUrl ?? known?.baseUrl ?? (provider === 'github' ? ctx.config.GITHUB_API_URL : '')).replace(/\/+$/, '')
    if (address === '') throw missing('baseUrl', 'an address')
    assertAllowedHost(address, { allowPrivateHosts: ctx.config.ALLOW_PRIVATE_HOSTS })
    const isDataCenter = authType === 'pat' || (authType === undefined && known?.kind === 'pat')
    const needsEmail = provider !== 'github' && !isDataCenter
    if (needsEmail && !email && !known?.email) throw missing('email', 'the account of the API token')
    const settings = Object.fromEntries(SETTINGS.flatMap((key) => (rest[key] === undefined ? [] : [[key, rest[key]]])))
    const kind = provider === 'github' ? undefined : authType
    await ctx.connections.save(provider, { baseUrl: address, email, token, kind, settings }, ctx.clock.now())
    // Another credential deserves another try; what waited for it goes on.
    await reopenConnections((await ctx.store()).db, provider, ctx.clock.now())
    const stored = await ctx.connections.effective(provider)
    if (!stored) throw new AppError('internal', 'The connection was stored and cannot be found again.')
    return { ...stored.settings, ...toConnectionSummary(stored), status: 'configured' as const }
  },
})

const missing = (path: string, expected: string) =>
  new AppError('bad-request', `The input is not valid: ${path}: expected ${expected}, found nothing.`, {
    details: { issues: [{ path, expected, received: 'nothing' }] },
  })
