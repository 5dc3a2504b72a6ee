// How things of the site look in answers of version 2 (Cloud) and version 1 (what Cloud kept of it, and Data Center).
import { type Site, type SiteAttachment, type SitePage, type SiteProperty, type SiteSpace, spaceOf, versionOf } from './site.ts'

const instant = (at: Date) => at.toISOString()

export const showVersion = (page: SitePage, version = versionOf(page)) => ({
  createdAt: instant(version.createdAt),
  message: version.message,
  number: version.number,
  minorEdit: false,
  authorId: version.authorId,
})

export const showSpace = (space: SiteSpace) => ({
  id: space.id,
  key: space.key,
  name: space.name,
  type: 'global',
  status: 'current',
  ...(space.homepageId ? { homepageId: space.homepageId } : {}),
  _links: { webui: `/spaces/${space.key}` },
})

export const showLabel = (name: string) => ({ id: String(1_000 + name.length), name, prefix: 'global' })
export const showProperty = (property: SiteProperty, at: Date) => ({
  id: property.id,
  key: property.key,
  value: property.value,
  version: { createdAt: instant(at), message: '', number: property.version, minorEdit: false },
})

/** A page of version 2; `body` is the representation that was asked for. */
export function showPage(site: Site, page: SitePage, body: string | null = null) {
  const space = spaceOf(site, page)
  return {
    id: page.id,
    status: page.status,
    title: page.title,
    spaceId: page.spaceId,
    ...(page.parentId ? { parentId: page.parentId, parentType: 'page' } : {}),
    authorId: page.authorId,
    createdAt: instant(page.createdAt),
    version: showVersion(page),
    body: body === null ? {} : { [body]: { representation: body, value: page.body } },
    _links: {
      webui: `/spaces/${space.key}/pages/${page.id}/${encodeURIComponent(page.title.replaceAll(' ', '+'))}`,
      editui: `/pages/resumedraft.action?draftId=${page.id}`,
      tinyui: `/x/${Buffer.from(page.id).toString('base64url')}`,
    },
  }
}

export const showAttachment = (page: SitePage, attachment: SiteAttachment, at: Date) => ({
  id: attachment.id,
  status: 'current',
  title: attachment.name,
  createdAt: instant(at),
  pageId: page.id,
  mediaType: attachment.mediaType,
  comment: attachment.comment,
  fileSize: attachment.bytes.length,
  downloadLink: `/download/attachments/${page.id}/${encodeURIComponent(attachment.name)}`,
  version: { createdAt: instant(at), number: attachment.version, message: attachment.comment, minorEdit: true },
})

const labelV1 = (name: string) => ({ prefix: 'global', name, id: String(1_000 + name.length), label: name })
export const showLabelsV1 = (page: SitePage) => {
  const results = page.labels.map(labelV1)
  return { results, start: 0, limit: 200, size: results.length, _links: {} }
}

export const showPropertyV1 = (property: SiteProperty, at: Date) => ({
  id: property.id,
  key: property.key,
  value: property.value,
  version: { number: property.version, when: instant(at), minorEdit: false },
})

const ancestorsOf = (site: Site, page: SitePage): SitePage[] => {
  const parent = page.parentId ? site.pages.get(page.parentId) : undefined
  return parent ? [...ancestorsOf(site, parent), parent] : []
}

/** Content of version 1 with what `expand` names; what it does not name is left out. */
export function showContent(site: Site, page: SitePage, expand: ReadonlySet<string>): Record<string, unknown> {
  const has = (name: string) => [...expand].some((one) => one === name || one.startsWith(`${name}.`))
  const { createdAt, message, number, authorId } = versionOf(page)
  const space = spaceOf(site, page)
  const at = site.clock.now()
  const author = site.users.find(({ id }) => id === authorId)
  const properties = [...page.properties.values()].filter(({ key }) => expand.has(`metadata.properties.${key}`))
  return {
    id: page.id,
    type: 'page',
    status: page.status,
    title: page.title,
    ...(has('space')
      ? {
          space: { id: Number(space.id), key: space.key, name: space.name, type: 'global', status: 'current', _expandable: {}, _links: {} },
        }
      : {}),
    ...(has('version')
      ? {
          version: {
            by: { type: 'known', accountId: authorId, displayName: author?.displayName ?? '' },
            when: instant(createdAt),
            message,
            number,
            minorEdit: false,
          },
        }
      : {}),
    ...(has('ancestors')
      ? { ancestors: ancestorsOf(site, page).map((one) => ({ id: one.id, type: 'page', status: one.status, title: one.title })) }
      : {}),
    ...(has('body.storage') ? { body: { storage: { value: page.body, representation: 'storage' } } } : {}),
    ...(has('metadata')
      ? {
          metadata: {
            ...(has('metadata.labels') ? { labels: showLabelsV1(page) } : {}),
            ...(properties.length > 0
              ? { properties: Object.fromEntries(properties.map((one) => [one.key, showPropertyV1(one, at)])) }
              : {}),
          },
        }
      : {}),
    _links: {
      webui: `/spaces/${space.key}/pages/${page.id}`,
      self: `${site.baseUrl}/rest/api/content/${page.id}`,
      tinyui: `/x/${page.id}`,
    },
  }
}

export const showAttachmentV1 = (site: Site, page: SitePage, attachment: SiteAttachment) => ({
  id: attachment.id,
  type: 'attachment',
  status: 'current',
  title: attachment.name,
  metadata: { mediaType: attachment.mediaType, comment: attachment.comment },
  extensions: { mediaType: attachment.mediaType, fileSize: attachment.bytes.length, comment: attachment.comment },
  version: { number: attachment.version, when: instant(site.clock.now()), minorEdit: true },
  _links: { download: `/download/attachments/${page.id}/${encodeURIComponent(attachment.name)}` },
})
