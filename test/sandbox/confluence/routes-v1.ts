// Version 1 as far as Cloud still has it (labels, attachments, search, moving, archiving, who we are); Data Center answers the
// same requests the same way.
import type { SandboxResponse } from '../http.ts'
import { answer, type ConfluenceRequest, isRecord, pageOf, pageV1, type Route, refusedV1, textAt } from './answer.ts'
import { searchCql } from './cql.ts'
import type { ConfluenceState } from './sandbox.ts'
import { showAttachmentV1, showContent, showLabelsV1 } from './show.ts'
import { isRefusal, movePage, removePage, type SiteAttachment, type SitePage } from './site.ts'

const LABEL = /^[^\s:;,.?&[\]()#^*!@<>A-Z]{1,255}$/
const missing = () => refusedV1({ status: 404, reason: 'No content found' })

export const expandOf = (request: ConfluenceRequest): ReadonlySet<string> =>
  new Set(
    request.query
      .getAll('expand')
      .flatMap((value) => value.split(','))
      .map((value) => value.trim())
      .filter(Boolean),
  )

function onPage(state: ConfluenceState, request: ConfluenceRequest, run: (page: SitePage) => SandboxResponse): SandboxResponse {
  const page = pageOf(state, request.variables.id)
  return page ? run(page) : missing()
}

function addLabels(state: ConfluenceState, page: SitePage, body: unknown): SandboxResponse {
  const names = (Array.isArray(body) ? body : [body]).map((one) => textAt(one, 'name') ?? '')
  const bad = names.find((name) => !LABEL.test(name))
  if (bad !== undefined) return refusedV1({ status: 400, reason: `The label "${bad}" is not valid.` })
  page.labels = [...new Set([...page.labels, ...names])]
  state.index.touch(page)
  return answer(200, showLabelsV1(page))
}

function removeLabel(state: ConfluenceState, page: SitePage, name: string): SandboxResponse {
  page.labels = page.labels.filter((one) => one !== name)
  state.index.touch(page)
  return answer(204)
}

const labelRoutes = (state: ConfluenceState): Route[] => [
  {
    method: 'POST',
    path: '/rest/api/content/{id}/label',
    handle: (request) => onPage(state, request, (page) => addLabels(state, page, request.body)),
  },
  {
    method: 'DELETE',
    path: '/rest/api/content/{id}/label',
    handle: (request) => onPage(state, request, (page) => removeLabel(state, page, request.query.get('name') ?? '')),
  },
  {
    method: 'DELETE',
    path: '/rest/api/content/{id}/label/{label}',
    handle: (request) => onPage(state, request, (page) => removeLabel(state, page, request.variables.label ?? '')),
  },
]

interface Upload {
  readonly name: string
  readonly bytes: Buffer
  readonly mediaType: string
  readonly comment: string
}

/** The file of a multipart form, or why there is none. */
async function readUpload(request: ConfluenceRequest): Promise<Upload | SandboxResponse> {
  if (!/^no-?check$/.test(request.headers['x-atlassian-token'] ?? '')) return answer(403, { message: 'XSRF check failed' })
  const type = request.headers['content-type'] ?? ''
  if (!type.startsWith('multipart/form-data')) return answer(415, { message: 'A multipart form is wanted.' })
  const form = await new Response(new Uint8Array(request.raw), { headers: { 'content-type': type } }).formData()
  const file = form.get('file')
  if (file === null || typeof file === 'string') return refusedV1({ status: 400, reason: 'At least one file is required' })
  if (/[/\\]/.test(file.name) || file.name === '') return refusedV1({ status: 400, reason: 'The file name is not valid.' })
  const bytes = Buffer.from(await file.arrayBuffer())
  return { name: file.name, bytes, mediaType: file.type, comment: String(form.get('comment') ?? '') }
}

async function upload(state: ConfluenceState, request: ConfluenceRequest): Promise<SandboxResponse> {
  const page = pageOf(state, request.variables.id)
  if (!page) return missing()
  const file = await readUpload(request)
  if ('status' in file) return file
  const { site } = state
  const known = page.attachments.find(({ name }) => name === file.name)
  if (known && request.method === 'POST')
    return refusedV1({ status: 400, reason: `Cannot add a new attachment with same file name as an existing attachment: ${file.name}` })
  const attachment: SiteAttachment = known ?? { id: `att${site.nextId()}`, version: 0, ...file }
  Object.assign(attachment, { bytes: file.bytes, comment: file.comment, mediaType: file.mediaType, version: attachment.version + 1 })
  if (!known) page.attachments.push(attachment)
  return answer(
    200,
    pageV1({ ...request, query: new URLSearchParams() }, [attachment], (one) => showAttachmentV1(site, page, one)),
  )
}

const attachmentRoutes = (state: ConfluenceState): Route[] => [
  { method: 'PUT', path: '/rest/api/content/{id}/child/attachment', handle: (request) => upload(state, request) },
  { method: 'POST', path: '/rest/api/content/{id}/child/attachment', handle: (request) => upload(state, request) },
]

function search(state: ConfluenceState, request: ConfluenceRequest): readonly SitePage[] | SandboxResponse {
  const found = searchCql(state.site, state.index.pages(), request.query.get('cql') ?? '', state.timeZoneMinutes)
  return isRefusal(found) ? refusedV1(found) : found.map(({ page }) => page)
}

const searchRoutes = (state: ConfluenceState): Route[] => [
  {
    method: 'GET',
    path: '/rest/api/content/search',
    handle: (request) => {
      const found = search(state, request)
      if ('status' in found) return found
      return answer(
        200,
        pageV1(request, found, (page) => showContent(state.site, page, expandOf(request)), 250),
      )
    },
  },
  {
    method: 'GET',
    path: '/rest/api/search',
    handle: (request) => {
      const found = search(state, request)
      if ('status' in found) return found
      const show = (page: SitePage) => ({
        content: showContent(state.site, page, expandOf(request)),
        title: page.title,
        excerpt: '',
        url: `/spaces/x/pages/${page.id}`,
        breadcrumbs: [],
        entityType: 'content',
        iconCssClass: 'aui-icon content-type-page',
        lastModified: (page.versions.at(-1)?.createdAt ?? page.createdAt).toISOString(),
      })
      return answer(200, {
        ...pageV1(request, found, show),
        totalSize: found.length,
        cqlQuery: request.query.get('cql'),
        searchDuration: 1,
      })
    },
  },
]

function archive(state: ConfluenceState, request: ConfluenceRequest): SandboxResponse {
  const given = isRecord(request.body) ? request.body.pages : undefined
  if (!Array.isArray(given) || given.some((one) => !isRecord(one) || typeof one.id !== 'number'))
    return refusedV1({ status: 400, reason: 'pages: numeric ids are wanted.' })
  const pages = given.map((one: Record<string, unknown>) => pageOf(state, String(one.id), ['current']))
  if (pages.some((page) => page === undefined)) return refusedV1({ status: 400, reason: 'A page cannot be archived.' })
  for (const page of pages) if (page) removePage(state.site, request.user, page, 'archived')
  const id = state.site.nextId()
  return answer(202, { id, links: { status: `/rest/api/longtask/${id}` } })
}

const siteRoutes = (state: ConfluenceState): Route[] => [
  {
    method: 'GET',
    path: '/rest/api/user/current',
    handle: ({ user }) =>
      state.form === 'data-center'
        ? answer(200, {
            type: 'known',
            username: user.displayName.toLowerCase().replaceAll(' ', '.'),
            userKey: user.id,
            displayName: user.displayName,
          })
        : answer(200, {
            type: 'known',
            accountId: user.id,
            accountType: 'atlassian',
            email: user.email,
            publicName: user.displayName,
            displayName: user.displayName,
            timeZone: 'UTC',
          }),
  },
  { method: 'POST', path: '/rest/api/content/archive', handle: (request) => archive(state, request) },
  {
    method: 'GET',
    path: '/rest/api/longtask/{id}',
    handle: ({ variables }) => {
      const name = { key: 'com.atlassian.confluence.archive', args: [] }
      return answer(200, {
        id: variables.id,
        name,
        elapsedTime: 1,
        percentageComplete: 100,
        successful: true,
        finished: true,
        messages: [],
        _links: {},
      })
    },
  },
  {
    method: 'PUT',
    path: '/rest/api/content/{id}/move/{position}/{target}',
    handle: (request) =>
      onPage(state, request, (page) => {
        const target = pageOf(state, request.variables.target)
        if (!target || request.variables.position !== 'append')
          return refusedV1({ status: 400, reason: 'Only append to a page is served.' })
        const refused = movePage(state.site, request.user, page, target.id)
        return refused ? refusedV1(refused) : answer(200, { pageId: page.id })
      }),
  },
]

export const v1Routes = (state: ConfluenceState): Route[] => [
  ...labelRoutes(state),
  ...attachmentRoutes(state),
  ...searchRoutes(state),
  ...siteRoutes(state),
]
