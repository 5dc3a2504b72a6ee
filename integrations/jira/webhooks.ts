// Deliveries of Jira's webhooks: those of an administrator are signed over the raw bytes (an app's: webhook-token.ts), repeated up to five times, recognised by an identifier that
// stays the same. What they say is a hint; the issue is read again before anything is done.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

/** Methods that the signature header may name; weaker ones are refused. */
const METHODS = ['sha256', 'sha384', 'sha512'] as const

const Payload = z.object({ webhookEvent: z.string().max(200), issue_event_type_name: z.string().max(200).optional() })

/** True when one of the secrets signed exactly these bytes. Compares in constant time, and with every secret whatever the earlier ones gave. */
export async function verifyWebhook(
  raw: Uint8Array,
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Promise<boolean> {
  const match = /^(\w+)=([0-9a-f]+)$/i.exec(headers['x-hub-signature'] ?? '')
  const method = METHODS.find((one) => one === match?.[1]?.toLowerCase())
  if (!match?.[2] || !method) return false
  const given = Buffer.from(match[2], 'hex')
  const matches = secrets.filter((secret) => {
    const expected = createHmac(method, secret).update(raw).digest()
    return secret !== '' && expected.length === given.length && timingSafeEqual(expected, given)
  })
  return matches.length > 0
}

function parsePayload(raw: Uint8Array): z.output<typeof Payload> | undefined {
  try {
    return Payload.safeParse(JSON.parse(new TextDecoder().decode(raw))).data
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/**
 * Id and event of a delivery; undefined when the headers are not Jira's. The id is the same for repeats and unique per site.
 * Where Jira sends none (a Data Center of old), equal bytes are the same delivery. A body that says no event is `unknown`.
 */
export function describeWebhook(
  raw: Uint8Array,
  headers: Readonly<Record<string, string>>,
): { readonly id: string; readonly event: string; readonly action?: string } | undefined {
  const identifier = headers['x-atlassian-webhook-identifier']
  if (!identifier && headers['x-hub-signature'] === undefined) return undefined
  const id = identifier || `sha256-${createHash('sha256').update(raw).digest('hex')}`
  return { id, ...describePayload(parsePayload(raw)) }
}

const describePayload = (payload: z.output<typeof Payload> | undefined) => {
  const action = payload?.issue_event_type_name
  return { event: payload?.webhookEvent ?? 'unknown', ...(action === undefined ? {} : { action }) }
}

/** The event of a body alone. */
export const describeBody = (body: string): { readonly event: string; readonly action?: string } =>
  describePayload(parsePayload(new TextEncoder().encode(body)))

const id = z.union([z.string(), z.number().transform(String)])
const IssueEvent = z.object({
  webhookEvent: z.string(),
  issue: z.object({ id }).optional(),
  issueLink: z.object({ sourceIssueId: id, destinationIssueId: id }).optional(),
})

/** Ids of the issues that a stored delivery is about; none for events of other things, and for what has no shape we know. */
export function readIssueIds(payload: string): readonly string[] {
  const parsed = IssueEvent.safeParse(parsePayload(new TextEncoder().encode(payload)) === undefined ? undefined : JSON.parse(payload))
  if (!parsed.success) return []
  const { issue, issueLink } = parsed.data
  return [...new Set([issue?.id, issueLink?.sourceIssueId, issueLink?.destinationIssueId].filter((one) => one !== undefined))]
}
