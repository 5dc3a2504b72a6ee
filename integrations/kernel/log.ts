// One logger, pino, whose every line passes the redaction: secrets are removed by the name of their key at any depth and
// by their shape inside any text, because a token can arrive inside an error message, a URL or a header dump.
import pino, { type Logger } from 'pino'
import { redact } from './redact.ts'

export type Log = Logger
export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent'

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
