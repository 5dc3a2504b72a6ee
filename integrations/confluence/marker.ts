// How a page is recognised as ours, after the database is lost as well. A content property says the whole truth, and names the
// page it is on, because copying a page can copy its properties. What stands for it until it is written (a page exists before
// its property does): an invisible anchor in the body. Which versions are ours, the version message says.
import { createHash } from 'node:crypto'
import { z } from 'zod'

/** Key of the content property; no dots, which Data Center takes for a path. */
export const PROPERTY_KEY = 'katalyst-page'
/** Finds all pages of ours with one search. */
export const PAGE_LABEL = 'katalyst-published'
/** Confluence refuses values above 32 KB of JSON. */
const MAX_PROPERTY_LENGTH = 32_000
const MESSAGE_TAG = /^\[k:([0-9a-f]{16})\]/
const MAX_MESSAGE = 240

/** Ours, but stored where others can write: read loosely, an unreadable one is none. */
export const PageProperty = z.object({
  version: z.literal(1),
  marker: z.string(),
  pageId: z.string(),
  scope: z.string(),
  artifactId: z.string(),
  artifactKind: z.string(),
  /** Short hash of the content that `publishedVersion` holds. */
  hash: z.string(),
  publishedVersion: z.number(),
  /** Labels that we put there, and so may take away. */
  labels: z.array(z.string()),
  /** File name to checksum. */
  attachments: z.record(z.string(), z.string()),
  commit: z.string().optional(),
})
export type PageProperty = Readonly<z.output<typeof PageProperty>>

const hex = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length)

/** Names one document of one source for ever: pages carry it. */
export const markerOf = (scope: string, artifactId: string): string => hex(JSON.stringify([scope, artifactId]), 24)

/** A content hash as it stands in messages and anchors. */
export const shortHash = (hash: string): string => hash.slice(0, 16)

/** The property, when it is of this page and not copied from another. */
export function readProperty(value: unknown, pageId: string): PageProperty | undefined {
  const parsed = PageProperty.safeParse(value)
  return parsed.success && parsed.data.pageId === pageId ? parsed.data : undefined
}

export const fitsProperty = (property: PageProperty): boolean => JSON.stringify(property).length <= MAX_PROPERTY_LENGTH

export function sameProperty(a: PageProperty | undefined, b: PageProperty): boolean {
  const bare = (one: PageProperty | undefined) =>
    one &&
    JSON.stringify([one.marker, one.pageId, one.hash, one.publishedVersion, [...one.labels].sort(), Object.entries(one.attachments).sort()])
  return bare(a) === bare(b)
}

/** The message of a version of ours: the tag stands first, where nothing cuts it off. */
export const toMessage = (hash: string, text: string): string => `[k:${shortHash(hash)}] ${text}`.slice(0, MAX_MESSAGE)

/** The short hash in a version message of ours. */
export const hashInMessage = (message: string): string | undefined => MESSAGE_TAG.exec(message)?.[1]

/** Names of the anchors around our part of a page. */
export const beginAnchor = (marker: string, hash: string): string => `katalyst-begin-${marker}-${shortHash(hash)}`
export const END_ANCHOR = 'katalyst-end'
const BEGIN_ANCHOR = /^katalyst-begin-([0-9a-f]{24})-([0-9a-f]{16})$/

export function readBeginAnchor(name: string): { readonly marker: string; readonly hash: string } | undefined {
  const [, marker, hash] = BEGIN_ANCHOR.exec(name) ?? []
  return marker && hash ? { marker, hash } : undefined
}

/** Whether an anchor is one of those around our part. */
export const isOwnAnchor = (name: string): boolean => name === END_ANCHOR || BEGIN_ANCHOR.test(name)
