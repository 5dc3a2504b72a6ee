// Why an import of Jira could not read what it was asked for: data, so that answers, pages and documents say the same words.
import type { AbsenceReason } from '../../../integrations/foe/collected.ts'
import { type ErrorCode, toAppError } from '../../../integrations/kernel/errors.ts'
import type { Refusal } from './import-refusal.ts'

type Row = readonly [title: string, recommendation: string, absence: AbsenceReason]

const JIRA_REFUSALS = {
  'jira-not-configured': [
    'Jira is not connected',
    'Set JIRA_BASE_URL with JIRA_EMAIL and JIRA_API_TOKEN, or with JIRA_PAT, or run katalyst connections:set jira.',
    'not-collected',
  ],
  'jira-unauthenticated': [
    'Jira does not accept the credential',
    'Renew the API token, then test the connection: katalyst connections:test jira.',
    'no-permission',
  ],
  'jira-no-permission': [
    'Jira denies reading the project',
    'Grant the account of the integration the permission "Browse Projects" in the project.',
    'no-permission',
  ],
  'jira-project-not-found': [
    'Jira has no such project, or hides it',
    'Check the project key, and that the account of the integration may browse the project.',
    'not-found',
  ],
  'jira-board-not-found': ['The project has no such board', 'Name one of its boards, or leave boardId out.', 'not-found'],
  'jira-request-refused': [
    'Jira does not take the query',
    'Correct the JQL of the filter: try it in Jira’s own search first.',
    'not-collected',
  ],
  'jira-rate-limited': [
    "Jira's limit is used up",
    'Import again when it is over: the reading goes on at the page where it stopped.',
    'not-collected',
  ],
  'jira-unreachable': [
    'Jira cannot be reached',
    'Import again later: the reading goes on at the page where it stopped. If it stays so, check JIRA_BASE_URL and the network’s way out.',
    'not-collected',
  ],
  'jira-unreadable': [
    'Jira answers in another form than documented',
    'Import again later; if it stays so, a proxy may be answering in its place.',
    'not-collected',
  ],
} as const satisfies Readonly<Record<string, Row>>

export type JiraRefusalCode = keyof typeof JIRA_REFUSALS

const OF_ERROR: Readonly<Partial<Record<ErrorCode, JiraRefusalCode>>> = {
  'not-configured': 'jira-not-configured',
  'config-invalid': 'jira-unauthenticated',
  'secret-key-wrong': 'jira-unauthenticated',
  'bad-request': 'jira-board-not-found',
  'provider-unauthenticated': 'jira-unauthenticated',
  'provider-forbidden': 'jira-no-permission',
  'provider-not-found': 'jira-project-not-found',
  'provider-gone': 'jira-project-not-found',
  'provider-rejected': 'jira-request-refused',
  'provider-rate-limited': 'jira-rate-limited',
  'provider-unreachable': 'jira-unreachable',
  'provider-timeout': 'jira-unreachable',
  'provider-failed': 'jira-unreachable',
  'provider-unreadable': 'jira-unreadable',
}

/** The refusal of a code. @param detail a sentence that says more, such as Jira's own */
export function jiraRefusalOf(code: JiraRefusalCode, detail?: string): Refusal {
  const [title, recommendation, absence] = JIRA_REFUSALS[code]
  return { absence, gap: { code, title, recommendation: detail ? `${recommendation} (${detail})` : recommendation, severity: 'high' } }
}

/** What a failure of Jira means to an import; undefined for a failure of another kind, which is ours. */
export function jiraRefusalOfError(error: unknown): Refusal | undefined {
  const { code, message, retryAt } = toAppError(error)
  const found = OF_ERROR[code]
  return found && jiraRefusalOf(found, retryAt ? `${message} Not before ${retryAt.toISOString()}.` : message)
}
