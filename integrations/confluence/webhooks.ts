// What Confluence Data Center sends: verified over the exact bytes, named for recognising repeats. Cloud sends nothing to an
// application like this one; it is asked instead (changes.ts).
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

const PREFIX = 'sha256='

const sign = (raw: Uint8Array, secret: string) => createHmac('sha256', secret).update(raw).digest()

/** True when one of the secrets signed exactly these bytes. */
export async function verifyWebhook(
  raw: Uint8Array,
  headers: Readonly<Record<string, string>>,
  secrets: readonly string[],
): Promise<boolean> {
  const given = headers['x-hub-signature'] ?? ''
  if (!given.startsWith(PREFIX)) return false
  const signature = Buffer.from(given.slice(PREFIX.length), 'hex')
  return secrets.reduce((found, secret) => {
    const wanted = sign(raw, secret)
    // Every secret is tried, so that the time says nothing about which one fits.
    return (secret !== '' && signature.length === wanted.length && timingSafeEqual(signature, wanted)) || found
  }, false)
}

/** Payloads differ by version: ids are numbers or texts, and the event stands in the body or in a header. */
const Payload = z.object({
  event: z.string().optional(),
  timestamp: z.number().optional(),
  page: z
    .object({ id: z.union([z.number(), z.string()]).optional(), idAsString: z.string().optional(), version: z.number().optional() })
    .optional(),
})

function parse(raw: Uint8Array): z.output<typeof Payload> | undefined {
  try {
    const parsed = Payload.safeParse(JSON.parse(Buffer.from(raw).toString('utf8')))
    return parsed.success ? parsed.data : undefined
  } catch {
    // Signed, and yet no JSON: nobody's delivery.
    return undefined
  }
}

/** Its id and event; without an id of the sender's the bytes are the id, which carry the time. */
export function describeWebhook(
  raw: Uint8Array,
  headers: Readonly<Record<string, string>>,
): { readonly id: string; readonly event: string; readonly action?: string } | undefined {
  const payload = parse(raw)
  const event = headers['x-event-key'] ?? payload?.event
  if (!payload || !event) return undefined
  const id =
    headers['x-atlassian-webhook-identifier'] ?? headers['x-request-id'] ?? createHash('sha256').update(raw).digest('hex').slice(0, 32)
  return { id, event }
}

/** The page a delivery is about, and its version. Payloads are a hint: the page is read again before anything is done. */
export function pageOfWebhook(payload: unknown): { readonly id: string; readonly version: number | undefined } | undefined {
  const parsed = Payload.safeParse(payload)
  const page = parsed.success ? parsed.data.page : undefined
  const id = page?.idAsString ?? (page?.id === undefined ? undefined : String(page.id))
  return id === undefined ? undefined : { id, version: page?.version }
}
