// Confluence Data Center: everything under /rest/api. Bulk reading by ids goes through the list of the space, because search
// there lags behind and lists do not.
import type { ProviderContext } from '../engine/provider.ts'
import { AppError } from '../kernel/errors.ts'
import * as answers from './answers.ts'
import type { ConfluenceClient, FullPage, PageSummary } from './client.ts'
import { toUpload } from './files.ts'
import { makeDataCenterEvidence } from './import/evidence-reads.ts'
import { makeSearch, toFound } from './search.ts'
import { anything, everyPage, makeSend, orAbsent, reading, type Send, segment, writing } from './transport.ts'

const PAGE = 200
const SUMMARY = 'version,ancestors'

const toSummary = (content: answers.ContentV1): PageSummary => {
  const { property: _property, ...summary } = toFound(content, '')
  return summary
}

function makeSpaceReads(send: Send): Pick<ConfluenceClient, 'me' | 'space' | 'pageOperations' | 'spacePages' | 'pages' | 'pageByTitle'> {
  const list = (query: Readonly<Record<string, unknown>>) =>
    everyPage(({ start }) =>
      send(reading('confluence.pages.read'), answers.ContentsV1, (client) =>
        client.sendRequest({
          url: '/rest/api/content',
          searchParams: { type: 'page', expand: SUMMARY, limit: PAGE, ...query, ...(start ? { start } : {}) },
        }),
      ),
    )
  return {
    async me() {
      const account = await send(reading('confluence.user.read'), answers.AccountV1, (client) =>
        client.sendRequest({ url: '/rest/api/user/current' }),
      )
      const id = account.userKey ?? account.username ?? ''
      return { id, displayName: account.displayName ?? id }
    },
    async space(key) {
      const url = `/rest/api/space/${segment(key)}`
      const space = await orAbsent(
        send(reading('confluence.space.read'), answers.SpaceV1, (client) =>
          client.sendRequest({ url, searchParams: { expand: 'homepage' } }),
        ),
      )
      return space && { id: space.id, key: space.key, name: space.name, homepageId: space.homepage?.id }
    },
    // Data Center says it nowhere that a token without administration rights could read.
    pageOperations: async () => undefined,
    async pages(ids, space) {
      const wanted = new Set(ids)
      return (await list({ spaceKey: space.key })).filter(({ id }) => wanted.has(id)).map(toSummary)
    },
    spacePages: async (space) => (await list({ spaceKey: space.key, status: 'any' })).map(toSummary),
    async pageByTitle(space, title) {
      const [first] = await list({ spaceKey: space.key, title, status: 'any' })
      return first && toSummary(first)
    },
  }
}

function makePageReads(send: Send): Pick<ConfluenceClient, 'page' | 'hasChildren' | 'attachments'> {
  return {
    async page(id, propertyKey): Promise<FullPage | undefined> {
      const expand = `body.storage,${SUMMARY},metadata.labels,metadata.properties.${propertyKey}`
      const url = `/rest/api/content/${segment(id)}`
      const content = await orAbsent(
        send(reading('confluence.page.read'), answers.ContentV1, (client) => client.sendRequest({ url, searchParams: { expand } })),
      )
      if (!content) return undefined
      const property = answers.PropertyV1.safeParse(content.metadata?.properties?.[propertyKey])
      return {
        ...toSummary(content),
        body: content.body?.storage?.value ?? '',
        labels: (content.metadata?.labels?.results ?? []).map(({ name }) => name),
        property: property.success ? { id: undefined, version: property.data.version.number, value: property.data.value } : undefined,
      }
    },
    async hasChildren(id) {
      const url = `/rest/api/content/${segment(id)}/child/page`
      const { results } = await send(reading('confluence.page.children.read'), answers.ContentsV1, (client) =>
        client.sendRequest({ url, searchParams: { limit: 1 } }),
      )
      return results.length > 0
    },
    async attachments(pageId) {
      const url = `/rest/api/content/${segment(pageId)}/child/attachment`
      const found = await everyPage(({ start }) =>
        send(reading('confluence.page.attachments.read'), answers.AttachmentsV1, (client) =>
          client.sendRequest({ url, searchParams: { limit: PAGE, expand: 'version', ...(start ? { start } : {}) } }),
        ),
      )
      return found.map(({ title, extensions, metadata }) => ({ name: title, comment: extensions?.comment ?? metadata?.comment ?? '' }))
    },
  }
}

const storage = (value: string) => ({ storage: { value, representation: 'storage' } })

function makePageWrites(send: Send): Pick<ConfluenceClient, 'createPage' | 'updatePage' | 'deletePage' | 'archivePages'> {
  return {
    async createPage({ space, title, parentId, body }) {
      const ancestor = parentId ?? space.homepageId
      const page = {
        type: 'page',
        title,
        space: { key: space.key },
        body: storage(body),
        ...(ancestor ? { ancestors: [{ id: ancestor }] } : {}),
      }
      const meta = { operation: 'confluence.page.create', idempotent: false }
      const options = { url: '/rest/api/content', method: 'POST', body: page }
      return toSummary(await send(meta, answers.ContentV1, (client) => client.sendRequest(options)))
    },
    async updatePage(id, { title, body, parentId, version, message }) {
      const page = {
        id,
        type: 'page',
        title,
        body: storage(body),
        version: { number: version, message },
        ...(parentId ? { ancestors: [{ id: parentId }] } : {}),
      }
      const options = { url: `/rest/api/content/${segment(id)}`, method: 'PUT', body: page }
      return toSummary(await send(writing('confluence.page.update', id), answers.ContentV1, (client) => client.sendRequest(options)))
    },
    async deletePage(id) {
      await send(writing('confluence.page.delete', id), anything, (client) =>
        client.sendRequest({ url: `/rest/api/content/${segment(id)}`, method: 'DELETE' }),
      )
    },
    async archivePages() {
      throw new AppError(
        'refused',
        'Confluence Data Center archives spaces, not pages. Set orphans to "report" and remove the pages by hand.',
      )
    },
  }
}

function makePartWrites(send: Send): Pick<ConfluenceClient, 'setProperty' | 'addLabels' | 'removeLabel' | 'upload'> {
  return {
    async setProperty(pageId, key, value, known) {
      const base = `/rest/api/content/${segment(pageId)}/property`
      const options = known
        ? { url: `${base}/${segment(key)}`, method: 'PUT', body: { key, value, version: { number: known.version + 1 } } }
        : { url: base, method: 'POST', body: { key, value } }
      await send(writing('confluence.page.property.write', pageId, known !== undefined), anything, (client) => client.sendRequest(options))
    },
    async addLabels(pageId, labels) {
      const options = {
        url: `/rest/api/content/${segment(pageId)}/label`,
        method: 'POST',
        body: labels.map((name) => ({ prefix: 'global', name })),
      }
      await send(writing('confluence.page.labels.add', pageId, true), anything, (client) => client.sendRequest(options))
    },
    async removeLabel(pageId, name) {
      const options = { url: `/rest/api/content/${segment(pageId)}/label`, method: 'DELETE', searchParams: { name } }
      await send(writing('confluence.page.label.remove', pageId), anything, (client) => client.sendRequest(options))
    },
    async upload(pageId, file) {
      await send(writing('confluence.page.attachment.write', pageId), anything, (client) => client.sendRequest(toUpload(pageId, file)))
    },
  }
}

/** Opens nothing. */
export function makeDataCenterClient(baseUrl: string, context: ProviderContext): ConfluenceClient {
  const send = makeSend(baseUrl, context)
  return Object.freeze({
    product: 'data-center' as const,
    ...makeSpaceReads(send),
    ...makePageReads(send),
    ...makeSearch(send),
    ...makeDataCenterEvidence(send),
    ...makePageWrites(send),
    ...makePartWrites(send),
  })
}
