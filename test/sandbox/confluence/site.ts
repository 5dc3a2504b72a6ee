// The state of one Confluence site: spaces, pages with their versions, labels, properties and attachments. Rules that hold
// however a page is reached (unique titles, version numbers) are here; how they are said over HTTP is the routes'.
import type { Clock } from '../../../integrations/kernel/clock.ts'
import { saveStorage } from './storage-save.ts'

export interface SiteUser {
  readonly id: string
  readonly displayName: string
  readonly email: string
  readonly token: string | undefined
}

export interface PageVersion {
  readonly number: number
  readonly message: string
  readonly authorId: string
  readonly createdAt: Date
  readonly title: string
  readonly body: string
}

export interface SiteProperty {
  readonly id: string
  readonly key: string
  value: unknown
  version: number
}

export interface SiteAttachment {
  readonly id: string
  readonly name: string
  mediaType: string
  comment: string
  bytes: Buffer
  version: number
}

export interface SitePage {
  readonly id: string
  readonly spaceId: string
  title: string
  parentId: string | undefined
  status: 'current' | 'archived' | 'trashed'
  body: string
  readonly createdAt: Date
  readonly authorId: string
  /** Oldest first. */
  readonly versions: PageVersion[]
  labels: string[]
  readonly properties: Map<string, SiteProperty>
  readonly attachments: SiteAttachment[]
  /** The integration may not see it: every answer is 404, and its title is taken all the same. */
  hidden: boolean
}

export interface SiteSpace {
  readonly id: string
  readonly key: string
  readonly name: string
  readonly homepageId: string
  /** Operations the integration may do there. */
  readonly operations: Set<string>
}

export type SiteEvent = {
  readonly kind: 'created' | 'updated' | 'trashed' | 'moved' | 'archived'
  readonly page: SitePage
  readonly actor: SiteUser
}

export interface Site {
  readonly clock: Clock
  readonly users: SiteUser[]
  readonly spaces: Map<string, SiteSpace>
  readonly pages: Map<string, SitePage>
  baseUrl: string
  nextId(): string
  subscribe(listener: (event: SiteEvent) => void): void
  publish(event: SiteEvent): void
}

/** Ids are above 2^31, as they are on sites that are some years old. */
const FIRST_ID = 3_221_225_472

export function makeSite(clock: Clock): Site {
  let last = FIRST_ID
  const listeners: ((event: SiteEvent) => void)[] = []
  return {
    clock,
    users: [],
    spaces: new Map(),
    pages: new Map(),
    baseUrl: '',
    nextId: () => {
      last += 1
      return String(last)
    },
    subscribe: (listener) => void listeners.push(listener),
    publish: (event) => {
      for (const listener of listeners) listener(event)
    },
  }
}

export interface Refusal {
  readonly refused: true
  readonly status: number
  readonly reason: string
}
export const refuse = (status: number, reason: string): Refusal => ({ refused: true, status, reason })
export const isRefusal = (value: unknown): value is Refusal => typeof value === 'object' && value !== null && 'refused' in value

export const versionOf = (page: SitePage): PageVersion => page.versions.at(-1) as PageVersion
export const spaceOf = (site: Site, page: SitePage): SiteSpace =>
  [...site.spaces.values()].find(({ id }) => id === page.spaceId) as SiteSpace

/** The page with a title, archived and hidden ones too: titles are unique among all but the trashed. */
export const titleHolder = (site: Site, spaceId: string, title: string): SitePage | undefined =>
  [...site.pages.values()].find(
    (page) => page.spaceId === spaceId && page.status !== 'trashed' && page.title.toLowerCase() === title.trim().toLowerCase(),
  )

export interface PageInput {
  readonly title: string
  readonly body: string
  /** Undefined leaves it; on creation the homepage is the parent. */
  readonly parentId?: string | undefined
  readonly message?: string | undefined
}

function checkTitle(site: Site, spaceId: string, title: string, but?: SitePage): Refusal | undefined {
  if (title.trim() === '') return refuse(400, 'A page must have a title.')
  if (title.length > 255) return refuse(400, 'The title is longer than 255 characters.')
  const holder = titleHolder(site, spaceId, title)
  return holder && holder !== but
    ? refuse(400, 'A page with this title already exists: A page already exists with the same TITLE in this space')
    : undefined
}

const isBelow = (site: Site, page: SitePage, ancestor: SitePage): boolean => {
  for (let at: SitePage | undefined = page; at; at = at.parentId ? site.pages.get(at.parentId) : undefined) if (at === ancestor) return true
  return false
}

function checkParent(site: Site, spaceId: string, parentId: string | undefined, child?: SitePage): Refusal | undefined {
  if (parentId === undefined) return undefined
  const parent = site.pages.get(parentId)
  if (!parent || parent.hidden || parent.status !== 'current' || parent.spaceId !== spaceId)
    return refuse(404, 'The parent page does not exist in this space.')
  return child && isBelow(site, parent, child) ? refuse(400, 'A page cannot be below itself.') : undefined
}

export function createPage(site: Site, actor: SiteUser, space: SiteSpace, input: PageInput): SitePage | Refusal {
  const parentId = input.parentId ?? (space.homepageId || undefined)
  const refused = checkTitle(site, space.id, input.title) ?? checkParent(site, space.id, parentId)
  if (refused) return refused
  const saved = saveStorage(input.body)
  if (saved.kind === 'refused') return refuse(saved.tooLarge ? 413 : 400, saved.reason)
  const at = site.clock.now()
  const page: SitePage = {
    id: site.nextId(),
    spaceId: space.id,
    title: input.title.trim(),
    parentId,
    status: 'current',
    body: saved.body,
    createdAt: at,
    authorId: actor.id,
    versions: [],
    labels: [],
    properties: new Map(),
    attachments: [],
    hidden: false,
  }
  page.versions.push({ number: 1, message: '', authorId: actor.id, createdAt: at, title: page.title, body: page.body })
  site.pages.set(page.id, page)
  site.publish({ kind: 'created', page, actor })
  return page
}

/** A new version. `number` must be one more than the page's; undefined is for people, who do not say it. */
export function updatePage(
  site: Site,
  actor: SiteUser,
  page: SitePage,
  input: PageInput & { readonly number?: number },
): SitePage | Refusal {
  const current = versionOf(page).number
  if (input.number !== undefined && input.number !== current + 1)
    return refuse(
      409,
      `Version must be incremented when updating a page. Current Version: [${current}]. Provided version: [${input.number}]`,
    )
  const refused = checkTitle(site, page.spaceId, input.title, page) ?? checkParent(site, page.spaceId, input.parentId, page)
  if (refused) return refused
  const saved = saveStorage(input.body)
  if (saved.kind === 'refused') return refuse(saved.tooLarge ? 413 : 400, saved.reason)
  page.title = input.title.trim()
  page.body = saved.body
  if (input.parentId !== undefined) page.parentId = input.parentId
  const [message, authorId, createdAt] = [input.message ?? '', actor.id, site.clock.now()]
  page.versions.push({ number: current + 1, message, authorId, createdAt, title: page.title, body: page.body })
  site.publish({ kind: 'updated', page, actor })
  return page
}

export function movePage(site: Site, actor: SiteUser, page: SitePage, parentId: string): Refusal | undefined {
  const refused = checkParent(site, page.spaceId, parentId, page)
  if (refused) return refused
  page.parentId = parentId
  site.publish({ kind: 'moved', page, actor })
  return undefined
}

/** Children of a page that goes move up to its parent. */
export function removePage(site: Site, actor: SiteUser, page: SitePage, to: 'trashed' | 'archived'): void {
  for (const child of site.pages.values())
    if (child.parentId === page.id && child.status === 'current' && to === 'trashed') child.parentId = page.parentId
  page.status = to
  site.publish({ kind: to, page, actor })
}
