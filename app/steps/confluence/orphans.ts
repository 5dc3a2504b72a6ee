// Pages of ours whose document is gone. They are said, and archived only where the configuration asks for it: never after a
// failure (the source may have been read badly), never one that a person edited or that has pages below it, and never many.

import { deleteLink, type Link, listLinks } from '../../../integrations/store/links.ts'
import type { PageResult, Publishing } from './publishing.ts'

export interface OrphanReport {
  readonly archived: readonly string[]
  readonly notes: readonly string[]
}

async function findOrphans({ push, provider, source, pages }: Publishing, types: readonly string[]): Promise<Link[]> {
  const wanted = new Set(pages.map(({ document }) => document.key))
  const orphans: Link[] = []
  for (let cursor: string | undefined; ; ) {
    const filter = { connectionId: provider.connectionId, scope: source, remoteKind: 'page' }
    const page = await listLinks(push.store.db, { ...filter, limit: 200, ...(cursor ? { cursor } : {}) })
    orphans.push(...page.items.filter((link) => types.includes(link.artifactKind) && !wanted.has(link.artifactId)))
    cursor = page.nextCursor
    if (!cursor) return orphans
  }
}

const nameOf = (link: Link) => `"${link.remoteKey ?? link.remoteId}"`

/** Why a page is left although its document is gone; undefined when it may go. */
async function whyKept({ context, space }: Publishing, link: Link): Promise<string | undefined> {
  const [page] = await context.client.pages([link.remoteId], space)
  if (page && String(page.version.number) !== link.remoteVersion) return 'somebody edited it'
  return page && (await context.client.hasChildren(page.id)) ? 'there are pages below it' : undefined
}

/** Says which pages of these types have lost their document, and archives them where that is wanted and allowed. */
export async function handleOrphans(
  publishing: Publishing,
  types: readonly string[],
  results: readonly PageResult[],
): Promise<OrphanReport> {
  const { config, context, push } = publishing
  const orphans = await findOrphans(publishing, types)
  const notes = orphans.map(
    (link) => `The document of ${nameOf(link)} is gone; the page is left as it is${link.url ? ` (${link.url})` : ''}.`,
  )
  const { policy, atMost } = config.orphans
  if (orphans.length === 0 || policy === 'report' || push.dryRun) return { archived: [], notes }
  if (results.length === 0 || results.some(({ status }) => status === 'failed'))
    return { archived: [], notes: [...notes, 'Nothing is archived after a publication that failed in part.'] }
  if (orphans.length > atMost)
    return {
      archived: [],
      notes: [...notes, `${orphans.length} pages would be archived, more than orphans.atMost (${atMost}) allows, so none is.`],
    }
  const archived: Link[] = []
  const said: string[] = []
  for (const link of orphans) {
    const why = await whyKept(publishing, link)
    if (why) said.push(`The document of ${nameOf(link)} is gone; the page is not archived, because ${why}.`)
    else archived.push(link)
  }
  if (archived.length > 0) await context.client.archivePages(archived.map(({ remoteId }) => remoteId))
  for (const link of archived) await deleteLink(push.store.db, link)
  return {
    archived: archived.map(nameOf),
    notes: [...said, ...archived.map((link) => `${nameOf(link)} was archived: its document is gone.`)],
  }
}
