// Secrets are removed by the name of their key at any depth and by their shape inside any text, because a token can arrive
// inside an error message, a URL or a header dump.

const SECRET_KEYS =
  /^(authorization|proxy-authorization|cookie|set-cookie|x-hub-signature(-256)?|.*(password|passwd|secret|token|api[-_]?key|private[-_]?key|credential|webhook[-_]?secret|client[-_]?secret|pat))$/i
// Keys that end like a secret's and hold none: cursors and counters of the providers.
const PLAIN_KEYS = /^(next_?page_?token|page_?token|tokens?_?(count|used|left))$/i

const SECRET_SHAPES: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[private key]'],
  // GitHub: classic 40-character tokens and the long ghs_<app id>_<JWT> form of 2026, which contains dots.
  [/\bgh[pousr]_[A-Za-z0-9_.-]{10,}/g, '[github token]'],
  [/\bgithub_pat_[A-Za-z0-9_]{10,}/g, '[github token]'],
  [/\bATATT[A-Za-z0-9_=-]{10,}/g, '[atlassian token]'],
  [/\bATCTT[A-Za-z0-9_=-]{10,}/g, '[atlassian token]'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, '[jwt]'],
  [/\b(bearer|basic|token)\s+[A-Za-z0-9+/._~=-]{8,}/gi, '$1 [redacted]'],
  [/(\/\/[^/\s:@]+:)[^@/\s]+@/g, '$1[redacted]@'],
  [/([?&](?:access_token|token|client_secret|code|password|api_key|apikey|key|jwt)=)[^&#\s"']+/gi, '$1[redacted]'],
]

/** Removes everything that looks like a credential from a text. */
export function redactText(text: string): string {
  return SECRET_SHAPES.reduce((clean, [shape, replacement]) => clean.replace(shape, replacement), text)
}

/** A copy of any value with secrets removed by key and by shape. Errors keep name, code, message, details, stack and cause. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return redactText(value)
  if (value === null || typeof value !== 'object') return value
  if (depth > 8) return '[deep]'
  if (value instanceof Date) return value
  if (value instanceof URL) return redactText(value.href)
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return '[bytes]'
  if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
  if (value instanceof Map || value instanceof Set) return redact([...value], depth + 1)
  const plain: Record<string, unknown> = {}
  if (value instanceof Error) {
    plain.name = value.name
    plain.message = redactText(value.message)
    if (value.stack) plain.stack = redactText(value.stack)
    if (value.cause !== undefined) plain.cause = redact(value.cause, depth + 1)
  }
  for (const [key, item] of value instanceof Headers ? value.entries() : Object.entries(value)) {
    const secret = SECRET_KEYS.test(key) && !PLAIN_KEYS.test(key) && typeof item !== 'boolean' && item !== undefined && item !== null
    plain[key] = secret ? '[redacted]' : redact(item, depth + 1)
  }
  return plain
}
