// Search and its answers are of version 1 on both products: it reads a property of many pages at once, which version 2 cannot.
import * as answers from './answers.ts'
import type { ConfluenceClient, FoundPage } from './client.ts'
import { everyPage, reading, type Send } from './transport.ts'

const SEARCH_PAGE = 100

/** Content of version 1 as a page, with the value of one property. */
export function toFound(content: answers.ContentV1, propertyKey: string): FoundPage {
  const property = answers.PropertyV1.safeParse(content.metadata?.properties?.[propertyKey])
  return {
    id: content.id,
    title: content.title,
    status: content.status,
    parentId: content.ancestors?.at(-1)?.id,
    version: {
      number: content.version?.number ?? 0,
      message: content.version?.message ?? '',
      authorId: content.version?.by?.accountId ?? content.version?.by?.userKey ?? undefined,
      createdAt: content.version?.when ?? new Date(0),
    },
    path: content._links?.webui,
    property: property.success ? property.data.value : undefined,
  }
}

/** The same on both products; the library has a function for it, whose parameters are not those of the API. */
export function makeSearch(send: Send): Pick<ConfluenceClient, 'search'> {
  return {
    async search(cql, { propertyKey, limit = 10_000 }) {
      const expand = `version,ancestors,metadata.properties.${propertyKey}`
      const found = await everyPage(
        ({ cursor, start }) =>
          send(reading('confluence.search'), answers.ContentsV1, (client) =>
            client.sendRequest({
              url: '/rest/api/content/search',
              searchParams: { cql, expand, limit: Math.min(SEARCH_PAGE, limit), ...(cursor ? { cursor } : start ? { start } : {}) },
            }),
          ),
        limit,
      )
      return found.slice(0, limit).map((content) => toFound(content, propertyKey))
    },
  }
}
