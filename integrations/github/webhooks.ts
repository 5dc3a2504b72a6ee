// Deliveries are verified over the bytes as they came, before anything of them is read. Two secrets are valid while one is
// being replaced, so all of them are tried, in a time that does not say which one fitted.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Provider } from '../engine/provider.ts'

const SIGNATURE = /^sha256=([0-9a-f]{64})$/
/** Delivery ids are GUIDs and event names are words: anything else did not come from GitHub, and would end up in keys and logs. */
const DELIVERY_ID = /^[0-9A-Za-z-]{1,64}$/
const EVENT_NAME = /^[a-z_]{1,64}$/
const ACTION_NAME = /^[a-z_]{1,64}$/

/**
 * True when one of the secrets made `x-hub-signature-256` over exactly these bytes. An empty secret never verifies.
 * Not octokit's `verify`: it takes text, and text decoded from bytes that are not UTF-8 is no longer what was signed.
 */
export const verifyWebhook: Provider['verifyWebhook'] = async (raw, headers, secrets) => {
  const given = SIGNATURE.exec(headers['x-hub-signature-256'] ?? '')?.[1]
  if (!given) return false
  const signature = Buffer.from(given, 'hex')
  const matches = secrets.map((secret) => secret !== '' && timingSafeEqual(createHmac('sha256', secret).update(raw).digest(), signature))
  return matches.includes(true)
}

/** Id, event and action of a delivery; `undefined` when the headers are not GitHub's or the body is not a JSON object. */
export const describeWebhook: Provider['describeWebhook'] = (raw, headers) => {
  const id = headers['x-github-delivery'] ?? ''
  const event = headers['x-github-event'] ?? ''
  if (!DELIVERY_ID.test(id) || !EVENT_NAME.test(event)) return undefined
  const action = readAction(raw)
  if (action === undefined) return undefined
  return action === '' ? { id, event } : { id, event, action }
}

/** The payload's action, `''` where the event has none, `undefined` where the body is no JSON object. */
function readAction(raw: Uint8Array): string | undefined {
  try {
    const payload: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(raw))
    if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) return undefined
    const action = 'action' in payload && typeof payload.action === 'string' ? payload.action : ''
    return ACTION_NAME.test(action) ? action : ''
  } catch {
    // Not JSON: described as nothing, and refused by the receiver.
    return undefined
  }
}
