// What we read of Confluence's answers: loose about everything else, because sites and versions differ in what they add.
import { z } from 'zod'

const id = z.union([z.string(), z.number()]).transform(String)
const instant = z.string().transform((text) => new Date(text))

export const AccountV1 = z.object({
  accountId: z.string().optional(),
  userKey: z.string().optional(),
  username: z.string().optional(),
  displayName: z.string().nullish(),
  type: z.string().optional(),
})

const VersionV2 = z.object({ number: z.number(), message: z.string().nullish(), authorId: z.string().nullish(), createdAt: instant })
export const PropertyV2 = z.object({ id, key: z.string(), value: z.unknown(), version: z.object({ number: z.number() }) })
const named = z.object({ name: z.string() })

export const PageV2 = z.object({
  id,
  status: z.string(),
  title: z.string(),
  spaceId: id,
  parentId: id.nullish(),
  version: VersionV2,
  body: z.object({ storage: z.object({ value: z.string() }).optional() }).nullish(),
  labels: z.object({ results: z.array(named) }).optional(),
  properties: z.object({ results: z.array(PropertyV2) }).optional(),
  _links: z.object({ webui: z.string().optional() }).optional(),
})
export type PageV2 = z.output<typeof PageV2>

const links = z.object({ next: z.string().optional() }).optional()
export const PagesV2 = z.object({ results: z.array(PageV2), _links: links })
export const SpacesV2 = z.object({ results: z.array(z.object({ id, key: z.string(), name: z.string(), homepageId: id.nullish() })) })
export const SpaceV2 = z.object({
  operations: z.object({ results: z.array(z.object({ operation: z.string(), targetType: z.string() })) }).optional(),
})
export const AttachmentsV2 = z.object({
  results: z.array(z.object({ id, title: z.string(), comment: z.string().nullish() })),
  _links: links,
})
export const ChildrenV2 = z.object({ results: z.array(z.object({ id })) })

export const PropertyV1 = z.object({ id, key: z.string(), value: z.unknown(), version: z.object({ number: z.number() }) })
const UserV1 = z.object({ accountId: z.string().nullish(), userKey: z.string().nullish() })

export const ContentV1 = z.object({
  id,
  status: z.string(),
  title: z.string(),
  version: z.object({ number: z.number(), message: z.string().nullish(), when: instant, by: UserV1.nullish() }).optional(),
  space: z.object({ id, key: z.string() }).nullish(),
  ancestors: z.array(z.object({ id })).nullish(),
  body: z.object({ storage: z.object({ value: z.string() }).optional() }).nullish(),
  metadata: z
    .object({ labels: z.object({ results: z.array(named) }).optional(), properties: z.record(z.string(), z.unknown()).optional() })
    .nullish(),
  extensions: z.object({ comment: z.string().nullish() }).nullish(),
  _links: z.object({ webui: z.string().optional() }).optional(),
})
export type ContentV1 = z.output<typeof ContentV1>
export const ContentsV1 = z.object({ results: z.array(ContentV1), size: z.number(), _links: links })
export const SpaceV1 = z.object({ id, key: z.string(), name: z.string(), homepage: z.object({ id }).nullish() })
export const AttachmentsV1 = z.object({
  results: z.array(
    z.object({
      id,
      title: z.string(),
      extensions: z.object({ comment: z.string().nullish() }).nullish(),
      metadata: z.object({ comment: z.string().nullish() }).nullish(),
    }),
  ),
  _links: links,
})
