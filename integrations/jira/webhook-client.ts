// The webhooks that an OAuth app registers for itself: version 3 of the REST API alone, and only for apps.
import type * as Cloud from 'jira.js/cloud'
import type { Client } from 'jira.js/core'
import { z } from 'zod'
import type { ProviderContext, RequestMeta } from '../engine/provider.ts'
import { AppError } from '../kernel/errors.ts'
import { pages, parseAnswer, reading } from './requests.ts'
import { makeTransport } from './transport.ts'

const PAGE = 100

const Registered = z.object({
  id: z.number(),
  url: z.string().nullish(),
  jqlFilter: z.string(),
  events: z.array(z.string()),
  expirationDate: z.number().nullish(),
})
export type RegisteredWebhook = z.output<typeof Registered>

const Failed = z.object({ id: z.string(), body: z.string().nullish(), failureTime: z.number() })
export type FailedWebhook = z.output<typeof Failed>

const RegisteredPage = z.object({ values: z.array(Registered).nullish(), total: z.number().nullish(), isLast: z.boolean().nullish() })
const FailedPage = z.object({ values: z.array(Failed) })
const Created = z.object({
  webhookRegistrationResult: z.array(z.object({ createdWebhookId: z.number().nullish(), errors: z.array(z.string()).nullish() })).nullish(),
})
const Expiration = z.object({ expirationDate: z.number() })

export interface WebhookClient {
  /** All of this app and person. */
  list(): Promise<readonly RegisteredWebhook[]>
  /** The id of the new one. @throws AppError `refused` with Jira's reasons: they come with status 200 */
  register(url: string, webhook: { readonly jqlFilter: string; readonly events: readonly string[] }): Promise<number>
  /** Until when they live from now on. */
  refresh(ids: readonly number[]): Promise<Date>
  remove(ids: readonly number[]): Promise<void>
  /** Deliveries that Jira gave up after this instant, oldest first. */
  failed(after: Date): Promise<readonly FailedWebhook[]>
}

type Call = <T>(meta: RequestMeta, answer: z.ZodType<T>, run: (library: typeof Cloud, client: Client) => Promise<unknown>) => Promise<T>

function makeCall(baseUrl: string, context: ProviderContext): Call {
  return async (meta, answer, run) => {
    const library = await import('jira.js/cloud')
    return parseAnswer(await run(library, makeTransport(baseUrl, context, meta, { account: undefined })), answer, meta.operation)
  }
}

export function makeWebhookClient(baseUrl: string, context: ProviderContext): WebhookClient {
  const call = makeCall(baseUrl, context)
  return Object.freeze({
    list: () =>
      pages(async (startAt) => {
        const page = await call(reading('jira.webhooks.read'), RegisteredPage, (jira, client) =>
          jira.getDynamicWebhooksForApp(client, { startAt, maxResults: PAGE }),
        )
        return { items: page.values ?? [], total: page.total ?? undefined, last: page.isLast ?? undefined }
      }),
    async register(url: string, { jqlFilter, events }: { readonly jqlFilter: string; readonly events: readonly string[] }) {
      const meta = { operation: 'jira.webhooks.register', idempotent: false }
      const webhooks = [{ jqlFilter, events: [...events] }]
      const { webhookRegistrationResult } = await call(meta, Created, (jira, client) =>
        jira.registerDynamicWebhooks(client, { url, webhooks: webhooks as never }),
      )
      const [result] = webhookRegistrationResult ?? []
      if (result?.createdWebhookId) return result.createdWebhookId
      const why = result?.errors?.join('; ') || 'it does not say why'
      throw new AppError('refused', `Jira does not register a webhook to ${url}: ${why}.`, { details: { jqlFilter } })
    },
    async refresh(ids: readonly number[]) {
      const meta = { operation: 'jira.webhooks.refresh', idempotent: true }
      const { expirationDate } = await call(meta, Expiration, (jira, client) => jira.refreshWebhooks(client, { webhookIds: [...ids] }))
      return new Date(expirationDate)
    },
    async remove(ids: readonly number[]) {
      const meta = { operation: 'jira.webhooks.remove', idempotent: true }
      await call(meta, z.unknown(), (jira, client) => jira.deleteWebhookById(client, { webhookIds: [...ids] }))
    },
    async failed(after: Date) {
      // The library does not have this one.
      const sending = {
        url: '/rest/api/3/webhook/failed',
        method: 'GET',
        searchParams: { after: after.getTime(), maxResults: PAGE },
      } as const
      const { values } = await call(reading('jira.webhooks.failed.read'), FailedPage, (_, client) => client.sendRequest(sending))
      return values.toSorted((left, right) => left.failureTime - right.failureTime)
    },
  })
}
