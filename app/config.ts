// The environment, read once, in one place, through one schema. A wrong value stops the start with one message that names
// every variable at fault and what was expected of it, and never prints a value: half of them are secrets.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { AppError } from '../integrations/kernel/errors.ts'
import { parseSecretKey } from '../integrations/kernel/secrets.ts'

const text = z.string().trim().min(1)
const flag = z.enum(['true', 'false']).transform((word) => word === 'true')
const httpUrl = text
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol), 'an http or https address')
  .transform((value) => value.replace(/\/+$/, ''))
const secretKey = text.refine((value) => Buffer.from(value, 'base64').length === 32, '32 bytes in base64')
const whole = (least: number, most: number) => {
  const form = `a whole number from ${least} to ${most}`
  return z.coerce.number(form).int(form).min(least, form).max(most, form)
}
const PORT_FORM = 'a port from 0 to 65535'
const APP_ID_FORM = 'the numeric id of the GitHub App'
const token = z.string().min(16, 'at least 16 characters')

/** Every variable: what it means (the source of `.env.example`), and what it must look like. */
export const VARIABLES = {
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('`production` turns every default that is not safe into a start error'),
  HOST: text.default('127.0.0.1').describe('Address the server listens on'),
  PORT: z.coerce
    .number(PORT_FORM)
    .int(PORT_FORM)
    .min(0, PORT_FORM)
    .max(65_535, PORT_FORM)
    .default(3000)
    .describe('Port the server listens on'),
  PUBLIC_URL: httpUrl.optional().describe('Address people and providers reach the server at; default http://HOST:PORT'),
  DATABASE_URL: text
    .refine((value) => /^(file:.+|postgres(ql)?:\/\/.+)/.test(value), 'file:PATH or postgresql://…')
    .default('file:./data/katalyst.db')
    .describe('`file:…` (SQLite) or `postgresql://…`'),
  REDIS_URL: text
    .refine((value) => URL.canParse(value) && /^rediss?:$/.test(new URL(value).protocol), 'redis://… or rediss://…')
    .optional()
    .describe('Shares rate limits between several processes: `redis://HOST/0`, one numbered database for each installation'),
  APP_ID: z.coerce
    .number(APP_ID_FORM)
    .int(APP_ID_FORM)
    .positive(APP_ID_FORM)
    .optional()
    .describe('The GitHub App; without it App features are off'),
  PRIVATE_KEY: text.optional().describe("The App's private key: PEM, PEM with \\n for line ends, or base64 of it"),
  PRIVATE_KEY_PATH: text.optional().describe("File that holds the App's private key, instead of PRIVATE_KEY"),
  WEBHOOK_SECRET: token.optional().describe("The App's webhook secret; required as soon as APP_ID is set"),
  WEBHOOK_SECRET_PREVIOUS: token.optional().describe('The webhook secret before the last rotation: both are accepted'),
  GITHUB_TOKEN: text.optional().describe('Personal access token, used where no installation covers a repository'),
  GITHUB_API_URL: httpUrl.default('https://api.github.com').describe('GitHub Enterprise Server: https://HOST/api/v3'),
  GITHUB_SERVER_URL: httpUrl.default('https://github.com').describe('Where links to repositories lead'),
  JIRA_BASE_URL: httpUrl.optional().describe('https://SITE.atlassian.net, or the address of a Data Center'),
  JIRA_EMAIL: z.email('an e-mail address').optional().describe('Account of the Jira Cloud API token'),
  JIRA_API_TOKEN: text.optional().describe('Jira Cloud API token'),
  JIRA_PAT: text.optional().describe('Personal access token of a Jira Data Center, instead of e-mail and API token'),
  JIRA_WEBHOOK_SECRET: token.optional().describe('Secret of the Jira webhook; without it /webhooks/jira refuses everything'),
  JIRA_WEBHOOK_SECRET_PREVIOUS: token.optional().describe('The Jira webhook secret before the last rotation'),
  ATLASSIAN_CLIENT_ID: text.optional().describe('Client id of the OAuth 2.0 (3LO) app at developer.atlassian.com'),
  ATLASSIAN_CLIENT_SECRET: text.optional().describe('Client secret of the OAuth 2.0 (3LO) app'),
  ATLASSIAN_AUTH_URL: httpUrl.default('https://auth.atlassian.com').describe('Where people agree, and tokens come from'),
  ATLASSIAN_API_URL: httpUrl.default('https://api.atlassian.com').describe('Gateway to the sites for OAuth and scoped tokens'),
  CONFLUENCE_BASE_URL: httpUrl.optional().describe('https://SITE.atlassian.net/wiki, or the address of a Data Center'),
  CONFLUENCE_EMAIL: z.email('an e-mail address').optional().describe('Account of the Confluence Cloud API token'),
  CONFLUENCE_API_TOKEN: text.optional().describe('Confluence Cloud API token'),
  CONFLUENCE_PAT: text.optional().describe('Personal access token of a Confluence Data Center, instead of e-mail and API token'),
  CONFLUENCE_WEBHOOK_SECRET: token
    .optional()
    .describe('Secret of the Confluence webhook; without it /webhooks/confluence refuses everything'),
  CONFLUENCE_WEBHOOK_SECRET_PREVIOUS: token.optional().describe('The Confluence webhook secret before the last rotation'),
  KATALYST_ADMIN_TOKEN: token.optional().describe('Bearer token of the API that may do everything'),
  KATALYST_READ_TOKEN: token.optional().describe('Bearer token of the API that may only read'),
  KATALYST_SECRET_KEY: secretKey.optional().describe('32 bytes in base64: seals stored credentials. Make one: openssl rand -base64 32'),
  KATALYST_SECRET_KEY_PREVIOUS: secretKey.optional().describe('The secret key before the last rotation: still opens what it sealed'),
  KATALYST_URL: httpUrl.optional().describe('Address of the Katalyst backend that reports are handed to; without it nothing is sent'),
  KATALYST_TOKEN: text.optional().describe('Bearer token for KATALYST_URL; without it none is sent'),
  KATALYST_CONFIG_DIR: text.default('.').describe('Folder of jira-config.json and the other configuration files'),
  DIAGRAM_COMMAND: text
    .optional()
    .describe('Program that draws diagrams for Confluence: language as argument, source on standard input, SVG on standard output'),
  ALLOW_PRIVATE_HOSTS: flag.default(false).describe('`true` lets a provider address be http: or a private address'),
  PUBLIC_PAGES: flag.default(false).describe('`true` lets anyone who can reach the server read the pages; acting still needs a token'),
  WORKER_CONCURRENCY: whole(1, 200).default(8).describe('Jobs at once in this process'),
  JOBS_PER_CONNECTION: whole(1, 200).default(4).describe('Jobs of one connection at once, over all processes'),
  LEASE_SECONDS: whole(1, 3600).default(60).describe('How long a job of a process that died waits for another process to take it over'),
  SHUTDOWN_SECONDS: whole(0, 600).default(20).describe('How long SIGTERM lets requests and jobs under way end; the rest is given back'),
  IMPORT_EVERY_HOURS: whole(0, 8760)
    .default(24)
    .describe('How often every installed repository is imported from GitHub; 0 never. Missed times are made up for once'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info').describe('Least level that is logged'),
  LOG_FORMAT: z.enum(['json', 'pretty']).optional().describe('`json` or `pretty`; default pretty on a terminal'),
} as const

const Environment = z.object(VARIABLES)
type Values = z.infer<typeof Environment>

/** The configuration of one process; secrets stay in here and in the credentials made from it. */
export interface Config extends Omit<Values, 'PUBLIC_URL' | 'LOG_FORMAT' | 'PRIVATE_KEY' | 'PRIVATE_KEY_PATH'> {
  readonly PUBLIC_URL: string
  readonly LOG_FORMAT: 'json' | 'pretty'
  /** PEM text, whichever way it was given. */
  readonly PRIVATE_KEY: string | undefined
}

type Fault = readonly [variable: string, expected: string]

/** PEM from PEM, from PEM with escaped line ends, or from base64. */
function readPrivateKey(values: Values, faults: Fault[]): string | undefined {
  let raw = values.PRIVATE_KEY
  if (!raw && values.PRIVATE_KEY_PATH) {
    if (!existsSync(values.PRIVATE_KEY_PATH)) {
      faults.push(['PRIVATE_KEY_PATH', 'a file that exists and can be read'])
      return undefined
    }
    raw = readFileSync(values.PRIVATE_KEY_PATH, 'utf8')
  }
  if (!raw) return undefined
  const plain = raw.includes('-----BEGIN') ? raw.replaceAll('\\n', '\n') : Buffer.from(raw, 'base64').toString('utf8')
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]+-----END [A-Z ]*PRIVATE KEY-----/.test(plain)) {
    faults.push([values.PRIVATE_KEY ? 'PRIVATE_KEY' : 'PRIVATE_KEY_PATH', 'a PEM private key, or base64 of one'])
    return undefined
  }
  return plain
}

const NAMES = { JIRA: 'Jira', CONFLUENCE: 'Confluence' } as const

/** Faults that only show when variables are seen together. */
function crossCheck(values: Values, privateKey: string | undefined): Fault[] {
  const faults: Fault[] = []
  const needs = (present: unknown, variable: keyof Values, why: string) => {
    if (!present) faults.push([variable, why])
  }
  if (values.APP_ID) {
    needs(privateKey || values.PRIVATE_KEY || values.PRIVATE_KEY_PATH, 'PRIVATE_KEY', 'to be set (or PRIVATE_KEY_PATH), because APP_ID is')
    needs(values.WEBHOOK_SECRET, 'WEBHOOK_SECRET', 'to be set, because APP_ID is: unsigned webhooks are never accepted')
  }
  for (const provider of ['JIRA', 'CONFLUENCE'] as const) {
    const [address, pat] = [`${provider}_BASE_URL`, `${provider}_PAT`] as const
    const token = [`${provider}_EMAIL`, `${provider}_API_TOKEN`] as const
    const hasCredential = [...token, pat].some((name) => values[name])
    if (values[address] && !values[pat])
      for (const name of token) needs(values[name], name, `to be set, because ${address} is and ${pat} is not`)
    else if (hasCredential) needs(values[address], address, `to be set, because a credential for ${NAMES[provider]} is`)
  }
  if (values.ATLASSIAN_CLIENT_ID)
    needs(values.ATLASSIAN_CLIENT_SECRET, 'ATLASSIAN_CLIENT_SECRET', 'to be set, because ATLASSIAN_CLIENT_ID is')
  if (values.NODE_ENV === 'production') {
    needs(values.KATALYST_ADMIN_TOKEN, 'KATALYST_ADMIN_TOKEN', 'to be set in production: no token is made up there')
    needs(values.KATALYST_SECRET_KEY, 'KATALYST_SECRET_KEY', 'to be set in production: 32 bytes in base64')
  }
  if (values.KATALYST_TOKEN) needs(values.KATALYST_URL, 'KATALYST_URL', 'to be set, because KATALYST_TOKEN is')
  if (values.KATALYST_READ_TOKEN && values.KATALYST_READ_TOKEN === values.KATALYST_ADMIN_TOKEN)
    faults.push(['KATALYST_READ_TOKEN', 'another value than KATALYST_ADMIN_TOKEN'])
  return faults
}

const faultMessage = (faults: readonly Fault[]) =>
  [
    'The configuration is not valid; nothing was started.',
    ...faults.map(([variable, expected]) => `  ${variable}: expected ${expected}`),
  ].join('\n')

/**
 * Reads the configuration from an environment. An empty value counts as not set.
 * @throws AppError `config-invalid` with one line per variable at fault; values are never part of it.
 */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>, terminal = false): Config {
  const given = Object.fromEntries(Object.keys(VARIABLES).flatMap((name) => (environment[name]?.trim() ? [[name, environment[name]]] : [])))
  const parsed = Environment.safeParse(given)
  const faults: Fault[] = []
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const allowed =
        issue.code === 'invalid_value' ? `one of ${issue.values.join(', ')}` : issue.message.replace(/^Invalid input: expected /, '')
      faults.push([String(issue.path[0]), allowed])
    }
    throw new AppError('config-invalid', faultMessage(faults), { details: { variables: faults.map(([variable]) => variable) } })
  }
  const values = parsed.data
  const privateKey = readPrivateKey(values, faults)
  faults.push(...crossCheck(values, privateKey))
  if (faults.length > 0)
    throw new AppError('config-invalid', faultMessage(faults), { details: { variables: faults.map(([variable]) => variable) } })
  return Object.freeze({
    ...values,
    PRIVATE_KEY: privateKey,
    PUBLIC_URL: values.PUBLIC_URL ?? `http://${values.HOST}:${values.PORT}`,
    LOG_FORMAT: values.LOG_FORMAT ?? (terminal ? 'pretty' : 'json'),
  })
}

/** The process environment; in development `.env` of the working directory fills what is not set. */
export function readEnvironment(environment: NodeJS.ProcessEnv, directory: string): Record<string, string | undefined> {
  const file = path.join(directory, '.env')
  if (environment.NODE_ENV === 'production' || environment.NODE_ENV === 'test' || !existsSync(file)) return { ...environment }
  return { ...parseEnv(readFileSync(file, 'utf8')), ...environment }
}

/** The keys that seal and open stored credentials, current first. */
export function secretKeysOf(config: Config): readonly Buffer[] {
  const names = ['KATALYST_SECRET_KEY', 'KATALYST_SECRET_KEY_PREVIOUS'] as const
  return names.flatMap((name) => (config[name] ? [parseSecretKey(config[name], name)] : []))
}
