// The places on GitHub that a publication can go to. A row for each; nothing else knows them by name, and what publishes there is
// loaded when it does.
import { toAppError } from '../../../integrations/kernel/errors.ts'
import type { GitHubTarget, PublishingTarget, TargetResult } from './publishing.ts'

export const PUBLISHING_TARGETS = {
  'github-pages': {
    contentType: 'governance-report',
    permission: 'contents: write and pages: write',
    publish: async (...given) => (await import('./pages.ts')).publishPages(...given),
  },
  wiki: {
    contentType: 'governance-report',
    permission: 'contents: write',
    publish: async (...given) => (await import('./wiki.ts')).publishWikiPages(...given),
  },
  issues: {
    contentType: 'road-items',
    permission: 'issues: write',
    takes: true,
    publish: async (...given) => (await import('./issues.ts')).publishIssues(...given),
  },
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
