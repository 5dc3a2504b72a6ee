// Confluence Cloud: version 2, and version 1 for what version 2 does not have (search, labels, uploads, archiving, who we are).
import type * as V1 from 'confluence.js/v1'
import type * as V2 from 'confluence.js/v2'
import type { ProviderContext } from '../engine/provider.ts'
import * as answers from './answers.ts'
import type { ConfluenceClient, FullPage, PageSummary } from './client.ts'
import { toUpload } from './files.ts'
import { makeCloudEvidence } from './import/evidence-reads.ts'
import { makeSearch } from './search.ts'
import { anything, everyPage, makeSend, orAbsent, reading, type Send, segment, writing } from './transport.ts'

/** Page sizes are Confluence's largest. */
const PAGE = 250
const IDS_AT_ONCE = 250

type Library = { readonly v1: typeof V1; readonly v2: typeof V2 }
type Load = () => Promise<Library>

const toSummary = (page: answers.PageV2): PageSummary => ({
  id: page.id,
  title: page.title,
  status: page.status,
  parentId: page.parentId ?? undefined,
  version: { ...page.version, message: page.version.message ?? '', authorId: page.version.authorId ?? undefined },
  path: page._links?.webui,
})

/** Ids are whole numbers in queries, and beyond what the library's types call one: they go as they are. */
const numeric = (ids: readonly string[]): number[] => ids.map(segment) as unknown as number[]

function makeSpaceReads(send: Send, load: Load): Pick<ConfluenceClient, 'me' | 'space' | 'pageOperations' | 'spacePages'> {
  return {
    async me() {
      const { v1 } = await load()
      const account = await send(reading('confluence.user.read'), answers.AccountV1, (client) => v1.getCurrentUser(client, {}))
      const id = account.accountId ?? ''
      return { id, displayName: account.displayName ?? id }
    },
    async space(key) {
      const { v2 } = await load()
      const found = await send(reading('confluence.space.read'), answers.SpacesV2, (client) =>
        v2.getSpaces(client, { keys: [key], limit: 1 }),
      )
      const space = found.results.find((one) => one.key === key)
      return space && { ...space, homepageId: space.homepageId ?? undefined }
    },
    async pageOperations({ id }) {
      const { v2 } = await load()
      const parameters = { id: numeric([id])[0] as number, includeOperations: true }
      const space = await send(reading('confluence.space.operations.read'), answers.SpaceV2, (client) =>
        v2.getSpaceById(client, parameters),
      )
      return space.operations && new Set(space.operations.results.flatMap((one) => (one.targetType === 'page' ? [one.operation] : [])))
    },
    async spacePages({ id }) {
      const { v2 } = await load()
      const pages = await everyPage(({ cursor }) =>
        send(reading('confluence.space.pages.read'), answers.PagesV2, (client) =>
          v2.getPagesInSpace(client, { id: numeric([id])[0] as number, limit: PAGE, ...(cursor ? { cursor } : {}) }),
        ),
      )
      return pages.map(toSummary)
    },
  }
}

function makePageReads(send: Send, load: Load): Pick<ConfluenceClient, 'page' | 'pages' | 'pageByTitle'> {
  return {
    async page(id, propertyKey): Promise<FullPage | undefined> {
      const { v2 } = await load()
      const parameters = {
        id: numeric([id])[0] as number,
        bodyFormat: 'storage',
        includeLabels: true,
        includeProperties: true,
        status: ['current', 'archived'],
      } as const
      const page = await orAbsent(
        send(reading('confluence.page.read'), answers.PageV2, (client) => v2.getPageById(client, parameters as never)),
      )
      if (!page || page.status === 'trashed') return undefined
      const property = page.properties?.results.find(({ key }) => key === propertyKey)
      return {
        ...toSummary(page),
        body: page.body?.storage?.value ?? '',
        labels: (page.labels?.results ?? []).map(({ name }) => name),
        property: property && { id: property.id, version: property.version.number, value: property.value },
      }
    },
    async pages(ids) {
      const { v2 } = await load()
      const found: PageSummary[] = []
      for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
        const parameters = { id: numeric(ids.slice(at, at + IDS_AT_ONCE)), limit: PAGE }
        const { results } = await send(reading('confluence.pages.read'), answers.PagesV2, (client) =>
          v2.getPages(client, parameters as never),
        )
        found.push(...results.map(toSummary))
      }
      return found
    },
    async pageByTitle(space, title) {
      const { v2 } = await load()
      const parameters = { spaceId: numeric([space.id]), title, limit: PAGE }
      const { results } = await send(reading('confluence.page.find'), answers.PagesV2, (client) => v2.getPages(client, parameters as never))
      const [first] = results
      return first && toSummary(first)
    },
  }
}

/** What hangs on a page. */
function makePartReads(send: Send, load: Load): Pick<ConfluenceClient, 'hasChildren' | 'attachments'> {
  return {
    async hasChildren(id) {
      const { v2 } = await load()
      const parameters = { id: numeric([id])[0] as number, limit: 1 }
      const { results } = await send(reading('confluence.page.children.read'), answers.ChildrenV2, (client) =>
        v2.getPageDirectChildren(client, parameters),
      )
      return results.length > 0
    },
    async attachments(pageId) {
      const { v2 } = await load()
      const found = await everyPage(({ cursor }) =>
        send(reading('confluence.page.attachments.read'), answers.AttachmentsV2, (client) =>
          v2.getPageAttachments(client, { id: numeric([pageId])[0] as number, limit: PAGE, ...(cursor ? { cursor } : {}) }),
        ),
      )
      return found.map(({ title, comment }) => ({ name: title, comment: comment ?? '' }))
    },
  }
}

function makePageWrites(send: Send, load: Load): Pick<ConfluenceClient, 'createPage' | 'updatePage' | 'deletePage' | 'archivePages'> {
  const bodyOf = (value: string) => ({ representation: 'storage' as const, value })
  return {
    async createPage({ space, title, parentId, body }) {
      const { v2 } = await load()
      const page = { spaceId: space.id, status: 'current', title, body: bodyOf(body), ...(parentId ? { parentId } : {}) } as const
      const meta = { operation: 'confluence.page.create', idempotent: false }
      return toSummary(await send(meta, answers.PageV2, (client) => v2.createPage(client, { body: page })))
    },
    async updatePage(id, { title, body, parentId, version, message }) {
      const { v2 } = await load()
      const page = {
        id,
        status: 'current',
        title,
        body: bodyOf(body),
        version: { number: version, message },
        ...(parentId ? { parentId } : {}),
      } as const
      return toSummary(
        await send(writing('confluence.page.update', id), answers.PageV2, (client) =>
          v2.updatePage(client, { id: numeric([id])[0] as number, body: page }),
        ),
      )
    },
    async deletePage(id) {
      const { v2 } = await load()
      await send(writing('confluence.page.delete', id), anything, (client) => v2.deletePage(client, { id: numeric([id])[0] as number }))
    },
    async archivePages(ids) {
      const { v1 } = await load()
      // A text id is refused; ids are far below 2^53.
      const pages = ids.map((id) => ({ id: Number(segment(id)) }))
      await send({ operation: 'confluence.pages.archive', idempotent: false }, anything, (client) => v1.archivePages(client, { pages }))
    },
  }
}

function makePartWrites(send: Send, load: Load): Pick<ConfluenceClient, 'setProperty' | 'addLabels' | 'removeLabel' | 'upload'> {
  return {
    async setProperty(pageId, key, value, known) {
      const { v2 } = await load()
      const id = numeric([pageId])[0] as number
      await send(writing('confluence.page.property.write', pageId, known !== undefined), anything, (client) =>
        known?.id
          ? v2.updatePagePropertyById(client, {
              pageId: id,
              propertyId: numeric([known.id])[0] as number,
              key,
              value: value as never,
              version: { number: known.version + 1 },
            })
          : v2.createPageProperty(client, { pageId: id, key, value: value as never }),
      )
    },
    async addLabels(pageId, labels) {
      const { v1 } = await load()
      const body = labels.map((name) => ({ prefix: 'global', name }))
      const parameters = { id: segment(pageId), body }
      await send(writing('confluence.page.labels.add', pageId, true), anything, (client) =>
        v1.addLabelsToContent(client, parameters as never),
      )
    },
    async removeLabel(pageId, name) {
      const { v1 } = await load()
      const parameters = { id: segment(pageId), name }
      await send(writing('confluence.page.label.remove', pageId), anything, (client) =>
        v1.removeLabelFromContentUsingQueryParameter(client, parameters),
      )
    },
    async upload(pageId, file) {
      await send(writing('confluence.page.attachment.write', pageId), anything, (client) => client.sendRequest(toUpload(pageId, file)))
    },
  }
}

/** The library is loaded by the first request: commands that never talk to Confluence do not pay for it. */
export function makeCloudClient(baseUrl: string, context: ProviderContext): ConfluenceClient {
  const send = makeSend(baseUrl, context)
  let library: Promise<Library> | undefined
  const load = () => {
    library ??= (async () => ({ v1: await import('confluence.js/v1'), v2: await import('confluence.js/v2') }))()
    return library
  }
  return Object.freeze({
    product: 'cloud' as const,
    ...makeSpaceReads(send, load),
    ...makePageReads(send, load),
    ...makePartReads(send, load),
    ...makeSearch(send),
    ...makeCloudEvidence(send, load, toSummary),
    ...makePageWrites(send, load),
    ...makePartWrites(send, load),
  })
}
