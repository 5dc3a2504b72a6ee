// References to issues in titles, bodies, branches and commit messages: #12, owner/repo#12, an issue's address, KEY-12.
import { withoutCode, withoutComments } from './written-text.ts'

/** Names of standards and encodings that look like KEY-12 and are no issue. */
export const NO_ISSUE_KEYS = [
  'AES',
  'ASCII',
  'CVE',
  'CWE',
  'ES',
  'GHSA',
  'HTTP',
  'IEC',
  'IEEE',
  'ISO',
  'MD',
  'PEP',
  'RFC',
  'RSA',
  'SHA',
  'SSE',
  'TLS',
  'UTF',
] as const

export interface ReferenceRule {
  /** Prefixes of keys that count; null: any in capitals but those above. */
  readonly issueKeys: readonly string[] | null
  /** Numbers that `#n` does not count for: the pull request itself, or pull requests that a squash names. */
  readonly notIssues: ReadonlySet<number>
}

const NUMBER = /(?:^|[^\w&#/-])(?:[\w.-]{1,100}\/[\w.-]{1,100})?#(\d{1,9})\b|\/issues\/(\d{1,9})\b/g
const KEY = /(?:^|[^A-Za-z0-9])([A-Za-z][A-Za-z0-9_]{0,19})-(\d{1,9})(?![A-Za-z0-9])/g

function hasNumber(text: string, notIssues: ReadonlySet<number>): boolean {
  for (const [whole, number, address] of text.matchAll(NUMBER)) {
    // The own numbers say nothing about another repository's.
    if (whole.includes('/') || address !== undefined || !notIssues.has(Number(number))) return true
  }
  return false
}

function hasKey(text: string, issueKeys: readonly string[] | null): boolean {
  const wanted = issueKeys?.map((key) => key.toUpperCase())
  for (const [, key = ''] of text.matchAll(KEY)) {
    if (wanted) {
      if (wanted.includes(key.toUpperCase())) return true
    } else if (/^[A-Z][A-Z0-9_]+$/.test(key) && !(NO_ISSUE_KEYS as readonly string[]).includes(key)) return true
  }
  return false
}

/** Whether a text names an issue. Hidden comments and code do not count. */
export function referencesIssue(text: string, { issueKeys, notIssues }: ReferenceRule): boolean {
  const visible = withoutCode(withoutComments(text))
  return hasNumber(visible, notIssues) || hasKey(visible, issueKeys)
}

/** Whether a branch is named after an issue: KEY-12-title, feature/KEY-12. A bare number is no reference: it may be anything. */
export const branchReferencesIssue = (branch: string, { issueKeys }: Pick<ReferenceRule, 'issueKeys'>): boolean => hasKey(branch, issueKeys)
