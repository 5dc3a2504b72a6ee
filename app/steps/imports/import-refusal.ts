// Why an import could not read what it was asked for: data, so that answers, pages and documents say the same words. A refusal is
// an answer and not a failure: importing never fails a scan.
import type { AbsenceReason } from '../../../integrations/foe/collected.ts'
import type { Gap } from '../../../integrations/foe/gap.ts'
import { type ErrorCode, toAppError } from '../../../integrations/kernel/errors.ts'

export interface Refusal {
  readonly gap: Gap
  /** What it means for kinds of facts that were never collected. */
  readonly absence: AbsenceReason
}

type Row = readonly [title: string, recommendation: string, absence: AbsenceReason]

const REFUSALS = {
  'github-not-configured': [
    'GitHub is not connected',
    'Set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET, or GITHUB_TOKEN, or run katalyst connections:set github.',
    'not-collected',
  ],
  'github-app-not-installed': [
    'The GitHub App does not see the repository',
    'Install the App on the account and select the repository, or set GITHUB_TOKEN, which is used where no installation covers one.',
    'no-permission',
  ],
  'github-installation-suspended': [
    'The installation of the GitHub App is suspended',
    'Unsuspend it: Settings → GitHub Apps → Katalyst Integrations. It goes on by itself.',
    'no-permission',
  ],
  'github-installation-removed': [
    'The GitHub App was removed from the account',
    'Install it again; what was imported is kept.',
    'no-permission',
  ],
  'github-unauthenticated': [
    'GitHub does not accept the credential',
    "Check the App's private key or renew the token, then test the connection: katalyst connections:test github.",
    'no-permission',
  ],
  'github-no-permission': [
    'GitHub denies reading the repository',
    'Grant the App or token at least "metadata: read" and "contents: read" on the repository; where the organisation demands single sign-on or an allowed address, authorise it there.',
    'no-permission',
  ],
  'github-repository-not-found': [
    'GitHub has no such repository, or hides it',
    'Check owner and name, and that the App or token may see the repository ("metadata: read").',
    'not-found',
  ],
  'github-rate-limited': [
    "GitHub's limit is used up",
    'Import again when it is over: the reading goes on at the page where it stopped.',
    'not-collected',
  ],
  'github-unreachable': [
    'GitHub cannot be reached',
    "Import again later: the reading goes on at the page where it stopped. If it stays so, check GITHUB_API_URL and the network's way out.",
    'not-collected',
  ],
  'github-unreadable': [
    'GitHub answers in another form than documented',
    'Import again later; if it stays so, a proxy may be answering in its place, or this version is too old for the server.',
    'not-collected',
  ],
} as const satisfies Readonly<Record<string, Row>>

export type RefusalCode = keyof typeof REFUSALS

const OF_ERROR: Readonly<Partial<Record<ErrorCode, RefusalCode>>> = {
  'not-configured': 'github-not-configured',
  'config-invalid': 'github-unauthenticated',
  'secret-key-wrong': 'github-unauthenticated',
  'provider-unauthenticated': 'github-unauthenticated',
  'provider-forbidden': 'github-no-permission',
  'provider-not-found': 'github-repository-not-found',
  'provider-gone': 'github-repository-not-found',
  'provider-rate-limited': 'github-rate-limited',
  'provider-unreachable': 'github-unreachable',
  'provider-timeout': 'github-unreachable',
  'provider-failed': 'github-unreachable',
  'provider-unreadable': 'github-unreadable',
  'provider-rejected': 'github-unreadable',
}

/** The refusal of a code. @param detail a sentence that says more, such as the provider's own */
export function refusalOf(code: RefusalCode, detail?: string): Refusal {
  const [title, recommendation, absence] = REFUSALS[code]
  return { absence, gap: { code, title, recommendation: detail ? `${recommendation} (${detail})` : recommendation, severity: 'high' } }
}

/** What a failure of the provider means; undefined for a failure of another kind, which is ours. */
export function refusalOfError(error: unknown): Refusal | undefined {
  const { code, message, retryAt } = toAppError(error)
  const found = OF_ERROR[code]
  if (!found) return undefined
  return refusalOf(found, retryAt ? `${message} Not before ${retryAt.toISOString()}.` : message)
}

/** Refusals that concern everything the connection would send next: going on with other lists would meet the same. */
export const STOPS_EVERYTHING: ReadonlySet<ErrorCode> = new Set([
  'provider-unauthenticated',
  'provider-rate-limited',
  'provider-unreachable',
  'not-configured',
  'config-invalid',
  'secret-key-wrong',
])
