// What of ours is in a space, by the pages themselves: for orphans, and after the database is lost.
import type { ConfluenceContext } from './context.ts'
import { PAGE_LABEL, PROPERTY_KEY, readProperty } from './marker.ts'

export interface PublishedPage {
  readonly id: string
  readonly title: string
  readonly scope: string
  readonly artifactId: string
  readonly artifactKind: string
  readonly version: number
  readonly publishedVersion: number
}

/** Pages of one source that carry our mark, as far as search knows. */
export async function readPublished({ client }: ConfluenceContext, spaceKey: string, scope: string): Promise<readonly PublishedPage[]> {
  const found = await client.search(`label = "${PAGE_LABEL}" AND space = "${spaceKey}" AND type = page`, { propertyKey: PROPERTY_KEY })
  return found.flatMap((page) => {
    const property = readProperty(page.property, page.id)
    if (property?.scope !== scope) return []
    const { artifactId, artifactKind, publishedVersion } = property
    return [{ id: page.id, title: page.title, scope, artifactId, artifactKind, version: page.version.number, publishedVersion }]
  })
}
