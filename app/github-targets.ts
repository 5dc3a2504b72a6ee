// The places on GitHub that a publication can go to. A row for each; nothing else knows them by name.
import { publishPages } from './github-pages.ts'
import type { GitHubTarget, PublishingTarget } from './github-publishing.ts'
import { publishWikiPages } from './github-wiki.ts'

export const PUBLISHING_TARGETS = {
  'github-pages': { contentType: 'governance-report', permission: 'contents: write and pages: write', publish: publishPages },
  wiki: { contentType: 'governance-report', permission: 'contents: write', publish: publishWikiPages },
} as const satisfies Partial<Readonly<Record<GitHubTarget, PublishingTarget>>>

export type PublishedTarget = keyof typeof PUBLISHING_TARGETS
export const PUBLISHED_TARGETS = Object.keys(PUBLISHING_TARGETS) as readonly PublishedTarget[]
