// What we published and keep up to date, wherever it is: pages, sites, wiki pages, reports at Katalyst. One row for each place and
// content; pages show it as "last published", and Katalyst reads it through a view.
import type { Publication as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'
import { PAGE_LIMIT, type Page, type PageRequest, parseCursor, toPage } from './page.ts'

export const PUBLICATION_TARGETS = ['confluence-page', 'github-pages', 'wiki', 'issues', 'katalyst-report', 'katalyst-governance'] as const
export type PublicationTarget = (typeof PUBLICATION_TARGETS)[number]

/** What became of the last attempt: the words of the syncs. */
export type PublicationStatus = 'created' | 'updated' | 'unchanged' | 'skipped' | 'conflict' | 'refused' | 'failed'

export interface Publication {
  readonly provider: 'confluence' | 'github' | 'katalyst'
  readonly connectionId?: string | undefined
  /** Where to: a space key, `owner/name`, the address of Katalyst. */
  readonly scope: string
  readonly target: PublicationTarget
  /** What: `governance-report`, `roadmap`, …, or the id of a single thing. */
  readonly contentType: string
  readonly remoteId?: string | undefined
  readonly title?: string | undefined
  readonly url?: string | undefined
  readonly version?: string | undefined
  readonly status: PublicationStatus
  readonly contentHash?: string | undefined
  /** When its content last changed at the remote; undefined while it never did. */
  readonly publishedAt?: Date | undefined
  readonly updatedAt: Date
}

const toPublication = ({ id: _, ...row }: Row): Publication => ({
  ...row,
  provider: row.provider as Publication['provider'],
  target: row.target as PublicationTarget,
  status: row.status as PublicationStatus,
  connectionId: row.connectionId ?? undefined,
  remoteId: row.remoteId ?? undefined,
  title: row.title ?? undefined,
  url: row.url ?? undefined,
  version: row.version ?? undefined,
  contentHash: row.contentHash ?? undefined,
  publishedAt: row.publishedAt ?? undefined,
})

/** Records an attempt. What is left out stays as it was recorded before: a failure does not forget where the page is. */
export async function savePublication(db: Db, publication: Publication): Promise<void> {
  const { provider, scope, target, contentType } = publication
  await db.prisma.publication.upsert({
    where: { provider_scope_target_contentType: { provider, scope, target, contentType } },
    create: publication,
    update: publication,
  })
}

export async function findPublication(
  db: Db,
  key: Pick<Publication, 'provider' | 'scope' | 'target' | 'contentType'>,
): Promise<Publication | undefined> {
  const row = await db.prisma.publication.findUnique({ where: { provider_scope_target_contentType: { ...key } } })
  return row ? toPublication(row) : undefined
}

/** A page of publications, newest first. */
export async function listPublications(
  db: Db,
  { limit = PAGE_LIMIT, cursor, ...filter }: PageRequest & { readonly provider?: Publication['provider']; readonly scope?: string },
): Promise<Page<Publication>> {
  const before = parseCursor(cursor)
  const where = { ...filter, ...(before === undefined ? {} : { id: { lt: before } }) }
  return toPage(await db.prisma.publication.findMany({ where, orderBy: { id: 'desc' }, take: limit + 1 }), limit, toPublication)
}
