// One logger, pino, whose every line passes the redaction: secrets are removed by the name of their key at any depth and
// by their shape inside any text, because a token can arrive inside an error message, a URL or a header dump.
import pino, { type Logger } from 'pino'

export type Log = Logger
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

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

export interface LogOptions {
  readonly level: LogLevel
  readonly format: 'json' | 'pretty'
  /** Where lines go; standard error by default, so that standard output stays the answer of a command. */
  readonly destination?: { write(line: string): void }
}

/** Opens the process's logger. Constant messages, ids in fields; see docs/glossary.md for the field names. */
export async function openLog(options: LogOptions): Promise<Log> {
  const settings: pino.LoggerOptions = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    hooks: {
      logMethod(args, method) {
        const clean = args.map((argument) => (argument instanceof Error ? { err: redact(argument) } : redact(argument)))
        method.apply(this, clean as Parameters<typeof method>)
      },
    },
    serializers: { err: (error: unknown) => redact(error), error: (error: unknown) => redact(error) },
  }
  if (options.destination) return pino(settings, options.destination)
  if (options.format === 'json') return pino(settings, pino.destination({ dest: 2, sync: true }))
  const { default: pretty } = await import('pino-pretty')
  return pino(settings, pretty({ destination: 2, sync: true, ignore: 'pid,hostname', translateTime: 'HH:MM:ss.l' }))
}

/** A logger that keeps nothing, for tests and for pure callers. */
export const silentLog: Log = pino({ level: 'silent' })
