// The places on GitHub that a publication can go to. A row for each; nothing else knows them by name.
import { toAppError } from '../../../integrations/kernel/errors.ts'
import { publishIssues } from './issues.ts'

import { publishPages } from './pages.ts'
import type { GitHubTarget, PublishingTarget, TargetResult } from './publishing.ts'
import { publishWikiPages } from './wiki.ts'

export const PUBLISHING_TARGETS = {
  'github-pages': { contentType: 'governance-report', permission: 'contents: write and pages: write', publish: publishPages },
  wiki: { contentType: 'governance-report', permission: 'contents: write', publish: publishWikiPages },
  issues: { contentType: 'road-items', permission: 'issues: write', takes: true, publish: publishIssues },
} as const satisfies Partial<Readonly<Record<GitHubTarget, PublishingTarget>>>

export type PublishedTarget = keyof typeof PUBLISHING_TARGETS
export const PUBLISHED_TARGETS = Object.keys(PUBLISHING_TARGETS) as readonly PublishedTarget[]

/** What GitHub or a rule denies of a target is an answer; what may work later is thrown again, for the queue. */
export function toRefusal(target: PublishedTarget, thrown: unknown): TargetResult {
  const { code, message } = toAppError(thrown)
  if (code === 'refused') return { target, url: null, status: 'refused', code, reason: message }
  if (code !== 'provider-forbidden' && code !== 'provider-not-found') throw thrown
  const { permission } = PUBLISHING_TARGETS[target]
  return { target, url: null, status: 'refused', code, reason: `${message} Publishing there takes ${permission}.` }
}
