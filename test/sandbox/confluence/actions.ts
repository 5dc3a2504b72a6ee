// What a test does to the site without going through the API: looking, and what people do in the browser.
import { randomUUID } from 'node:crypto'
import type { ConfluenceState } from './sandbox.ts'
import { createPage, isRefusal, movePage, removePage, type SitePage, type SiteUser, titleHolder, updatePage, versionOf } from './site.ts'
import { markComment } from './storage-save.ts'

export interface SeenPage {
  readonly id: string
  readonly title: string
  readonly parentId: string | undefined
  readonly parentTitle: string | undefined
  readonly status: SitePage['status']
  readonly version: number
  readonly message: string
  readonly body: string
  readonly labels: readonly string[]
  readonly properties: Readonly<Record<string, unknown>>
  readonly attachments: readonly { readonly name: string; readonly version: number; readonly mediaType: string; readonly text: string }[]
}

export interface ConfluenceActions {
  /** Pages that are there, oldest first; the homepage is one of them. */
  pages(): readonly SeenPage[]
  /** By id or by title. */
  page(idOrTitle: string): SeenPage | undefined
  writePage(
    title: string,
    body: string,
    options?: { readonly parent?: string; readonly labels?: readonly string[]; readonly spaceKey?: string },
  ): SeenPage
  /** Somebody edits in the browser. */
  editPage(id: string, change: { readonly body?: string; readonly title?: string }): SeenPage
  movePage(id: string, parentId: string): void
  labelPage(id: string, ...labels: readonly string[]): void
  /** Selects the text and comments on it: the marker goes into the body, and no version is made. Returns the comment's ref. */
  commentPage(id: string, quoted: string): string
  trashPage(id: string): void
  /** Takes the page out of the integration's sight. */
  hidePage(id: string): void
  /** A copy as the browser makes it, with labels, and properties where that is chosen. */
  copyPage(id: string, title: string, withProperties: boolean): SeenPage
}

const look = ({ site }: ConfluenceState, page: SitePage): SeenPage => {
  const { number: version, message } = versionOf(page)
  const { id, title, parentId, status, body, labels } = page
  const properties = Object.fromEntries([...page.properties].map(([key, property]) => [key, property.value]))
  const attachments = page.attachments.map(({ name, version: of, mediaType, bytes }) => ({
    name,
    version: of,
    mediaType,
    text: bytes.toString('utf8'),
  }))
  const parentTitle = parentId ? site.pages.get(parentId)?.title : undefined
  return { id, title, parentId, parentTitle, status, version, message, body, labels: [...labels], properties, attachments }
}

/** Actions on the state; `person` is who does them. */
export function makeActions(state: ConfluenceState, person: SiteUser): ConfluenceActions {
  const { site, index } = state
  const must = (id: string): SitePage => {
    const page = site.pages.get(id)
    if (!page) throw new Error(`there is no page ${id}`)
    return page
  }
  const done = <T extends SitePage>(result: T | { refused: true; reason: string }): SeenPage => {
    if (isRefusal(result)) throw new Error(result.reason)
    return look(state, result as T)
  }
  const label = (page: SitePage, names: readonly string[]) => {
    page.labels = [...new Set([...page.labels, ...names])]
    index.touch(page)
  }
  const spaceBy = (key?: string) => [...site.spaces.values()].find((space) => key === undefined || space.key === key)
  const write: ConfluenceActions['writePage'] = (title, body, options = {}) => {
    const space = spaceBy(options.spaceKey)
    if (!space) throw new Error('there is no space')
    const created = createPage(site, person, space, { title, body, parentId: options.parent })
    if (!isRefusal(created)) label(created, options.labels ?? [])
    return done(created)
  }
  return Object.freeze({
    pages: () => [...site.pages.values()].filter(({ status }) => status === 'current').map((page) => look(state, page)),
    page(idOrTitle: string) {
      const space = spaceBy()
      const found = site.pages.get(idOrTitle) ?? (space ? titleHolder(site, space.id, idOrTitle) : undefined)
      return found && look(state, found)
    },
    writePage: write,
    editPage(id: string, change: { readonly body?: string; readonly title?: string }) {
      const page = must(id)
      return done(updatePage(site, person, page, { title: change.title ?? page.title, body: change.body ?? page.body }))
    },
    movePage(id: string, parentId: string) {
      const refused = movePage(site, person, must(id), parentId)
      if (refused) throw new Error(refused.reason)
    },
    labelPage: (id: string, ...labels: readonly string[]) => label(must(id), labels),
    commentPage(id: string, quoted: string) {
      const page = must(id)
      const ref = randomUUID()
      const marked = markComment(page.body, quoted, ref)
      if (marked === undefined) throw new Error(`"${quoted}" does not stand in the page`)
      page.body = marked
      return ref
    },
    trashPage: (id: string) => removePage(site, person, must(id), 'trashed'),
    hidePage(id: string) {
      must(id).hidden = true
    },
    copyPage(id: string, title: string, withProperties: boolean) {
      const page = must(id)
      const copy = write(title, page.body, { ...(page.parentId ? { parent: page.parentId } : {}), labels: page.labels })
      if (withProperties)
        for (const property of page.properties.values())
          must(copy.id).properties.set(property.key, { ...property, id: site.nextId(), version: 1 })
      return look(state, must(copy.id))
    },
  })
}
