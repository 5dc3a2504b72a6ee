// The requests of an import, on Cloud (version 2, search by version 1) and on Data Center.
import type * as V2 from 'confluence.js/v2'
import * as answers from '../answers.ts'
import type { PageSummary } from '../client.ts'
import { toFound } from '../search.ts'
import { reading, type Send, segment } from '../transport.ts'
import type { EvidencePage, EvidenceReads, LabelledPage } from './evidence-client.ts'

const CLOUD_PAGE = 250
const DATA_CENTER_PAGE = 200
const SEARCH_PAGE = 250

/** The cursor or start of the next page's address. */
function nextOf(links: { readonly next?: string | undefined } | undefined): string | undefined {
  if (!links?.next) return undefined
  const query = new URL(links.next, 'http://next.invalid').searchParams
  return query.get('cursor') ?? query.get('start') ?? undefined
}

const toLabelled = (content: answers.ContentV1): LabelledPage => {
  const { property: _property, ...summary } = toFound(content, '')
  return { summary, labels: (content.metadata?.labels?.results ?? []).map(({ name }) => name) }
}

const numeric = (ids: readonly string[]): number[] => ids.map(segment) as unknown as number[]

/** Search is the same on both but for how its pages are told: a cursor on Cloud, `start` on Data Center. */
const labelledPages =
  (send: Send, place: 'cursor' | 'start'): EvidenceReads['labelledPages'] =>
  async (cql, cursor) => {
    const searchParams = { cql, expand: 'version,ancestors,metadata.labels', limit: SEARCH_PAGE, ...(cursor ? { [place]: cursor } : {}) }
    const found = await send(reading('confluence.search'), answers.ContentsV1, (client) =>
      client.sendRequest({ url: '/rest/api/content/search', searchParams }),
    )
    return { items: found.results.map(toLabelled), next: nextOf(found._links) }
  }

/** @param toSummary how the client reads a page of version 2 */
export function makeCloudEvidence(
  send: Send,
  load: () => Promise<{ readonly v2: typeof V2 }>,
  toSummary: (page: answers.PageV2) => PageSummary,
): EvidenceReads {
  return {
    async pageList(space, cursor): Promise<EvidencePage<PageSummary>> {
      const { v2 } = await load()
      const parameters = { id: numeric([space.id])[0] as number, status: ['current'], limit: CLOUD_PAGE, ...(cursor ? { cursor } : {}) }
      const found = await send(reading('confluence.space.pages.read'), answers.PagesV2, (client) =>
        v2.getPagesInSpace(client, parameters as never),
      )
      return { items: found.results.map(toSummary), next: nextOf(found._links) }
    },
    labelledPages: labelledPages(send, 'cursor'),
    async pageBodies(ids) {
      const { v2 } = await load()
      const parameters = { id: numeric(ids), bodyFormat: 'storage', limit: CLOUD_PAGE }
      const { results } = await send(reading('confluence.pages.read'), answers.PagesV2, (client) =>
        v2.getPages(client, parameters as never),
      )
      return results.map(({ id, version, body }) => ({ id, version: version.number, body: body?.storage?.value ?? '' }))
    },
  }
}

export function makeDataCenterEvidence(send: Send): EvidenceReads {
  const list = (query: Readonly<Record<string, unknown>>) =>
    send(reading('confluence.pages.read'), answers.ContentsV1, (client) =>
      client.sendRequest({ url: '/rest/api/content', searchParams: { type: 'page', limit: DATA_CENTER_PAGE, ...query } }),
    )
  return {
    async pageList(space, cursor): Promise<EvidencePage<PageSummary>> {
      const found = await list({ spaceKey: space.key, expand: 'version,ancestors', ...(cursor ? { start: cursor } : {}) })
      return { items: found.results.map((content) => toLabelled(content).summary), next: nextOf(found._links) }
    },
    labelledPages: labelledPages(send, 'start'),
    async pageBodies(ids) {
      const bodies: { id: string; version: number; body: string }[] = []
      for (const id of ids) {
        const url = `/rest/api/content/${segment(id)}`
        const content = await send(reading('confluence.page.read'), answers.ContentV1, (client) =>
          client.sendRequest({ url, searchParams: { expand: 'body.storage,version' } }),
        )
        bodies.push({ id: content.id, version: content.version?.number ?? 0, body: content.body?.storage?.value ?? '' })
      }
      return bodies
    },
  }
}
