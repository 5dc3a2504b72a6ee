// Why Confluence could not be read: data, so that answers, pages and documents say the same words. A refusal is an answer and not
// a failure: importing never fails a scan.
import type { AbsenceReason } from '../../../integrations/foe/collected.ts'
import { type ErrorCode, toAppError } from '../../../integrations/kernel/errors.ts'
import type { Refusal } from './import-refusal.ts'

type Row = readonly [title: string, recommendation: string, absence: AbsenceReason]

const REFUSALS = {
  'confluence-not-configured': [
    'Confluence is not connected',
    'Set CONFLUENCE_BASE_URL, CONFLUENCE_EMAIL and CONFLUENCE_API_TOKEN, or run katalyst connections:set confluence.',
    'not-collected',
  ],
  'confluence-unauthenticated': [
    'Confluence does not accept the credential',
    'Renew the token, then test the connection: katalyst connections:test confluence.',
    'no-permission',
  ],
  'confluence-no-permission': [
    'Confluence denies reading the space',
    'Grant the account of the token view access to the space, and the token read access to Confluence content.',
    'no-permission',
  ],
  'confluence-space-not-found': [
    'Confluence has no such space, or hides it',
    'Check the space key, and that the account may see the space.',
    'not-found',
  ],
  'confluence-rate-limited': [
    "Confluence's limit is used up",
    'Import again when it is over: the reading goes on at the page where it stopped.',
    'not-collected',
  ],
  'confluence-unreachable': [
    'Confluence cannot be reached',
    'Import again later: the reading goes on at the page where it stopped. If it stays so, check the base URL.',
    'not-collected',
  ],
  'confluence-unreadable': [
    'Confluence answers in another form than documented',
    'Import again later; if it stays so, check the base URL: a proxy or a sign-in page may be answering in its place.',
    'not-collected',
  ],
} as const satisfies Readonly<Record<string, Row>>

export type ConfluenceRefusalCode = keyof typeof REFUSALS

const OF_ERROR: Readonly<Partial<Record<ErrorCode, ConfluenceRefusalCode>>> = {
  'not-configured': 'confluence-not-configured',
  'secret-key-wrong': 'confluence-unauthenticated',
  'provider-unauthenticated': 'confluence-unauthenticated',
  'provider-forbidden': 'confluence-no-permission',
  'provider-not-found': 'confluence-space-not-found',
  'provider-gone': 'confluence-space-not-found',
  'provider-rate-limited': 'confluence-rate-limited',
  'provider-unreachable': 'confluence-unreachable',
  'provider-timeout': 'confluence-unreachable',
  'provider-failed': 'confluence-unreachable',
  'provider-unreadable': 'confluence-unreadable',
  'provider-rejected': 'confluence-unreadable',
}

/** The refusal of a code. @param detail a sentence that says more, such as the provider's own */
export function confluenceRefusalOf(code: ConfluenceRefusalCode, detail?: string): Refusal {
  const [title, recommendation, absence] = REFUSALS[code]
  return { absence, gap: { code, title, recommendation: detail ? `${recommendation} (${detail})` : recommendation, severity: 'high' } }
}

/** What a failure of Confluence means; undefined for a failure of another kind, which is ours. */
export function confluenceRefusalOfError(error: unknown): Refusal | undefined {
  const { code, message, retryAt } = toAppError(error)
  const found = OF_ERROR[code]
  return found && confluenceRefusalOf(found, retryAt ? `${message} Not before ${retryAt.toISOString()}.` : message)
}
