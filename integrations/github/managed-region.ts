// Our part of a text that people edit too (a wiki page, the body of an issue) stands between two comments that nobody sees. What
// is written above and below belongs to people and is kept. The first comment says which part it is and what it was when we
// wrote it, so that an edit inside is told from a change of ours, also after the database is lost.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { cleanText } from '../documents/clean-text.ts'

/** Stands where others can write: read loosely, and one that cannot be read is none. */
export const RegionMark = z.looseObject({
  /** Names one thing of one source for ever. */
  marker: z.string().regex(/^[0-9a-f]{24}$/),
  /** Hash of the content as it was written. */
  written: z.string().regex(/^[0-9a-f]{16}$/),
})
export type RegionMark = z.infer<typeof RegionMark>

export interface Region {
  readonly mark: RegionMark
  readonly content: string
  /** What people wrote around it. */
  readonly before: string
  readonly after: string
}

const BEGIN = /<!-- katalyst:begin (\{[^\n>]*\}) -->\n?/g
const END = '<!-- katalyst:end -->'

const hex = (text: string, length: number) => createHash('sha256').update(text).digest('hex').slice(0, length)

/** The same for ever: pages and issues carry it. */
export const regionMarker = (scope: string, id: string): string => hex(JSON.stringify([scope, id]), 24)

/** Line ends and white space at the ends say nothing: the web page writes CR LF, git may write either. */
const settled = (text: string): string => cleanText(text).trim()

/** Equal for contents that say the same. */
export const contentHash = (content: string): string => hex(settled(content), 16)

/** A comment of ours inside of the content (in a code block) would end it. */
const harmless = (content: string): string => content.replaceAll('<!-- katalyst:', '<!-- katalyst\u200b:')

/** The content as it is stored, and as it is compared. */
export const regionContent = (content: string): string => harmless(settled(content))

/** The part as text. `about` is what else the first comment says. */
export function toRegion(marker: string, content: string, about: Readonly<Record<string, unknown>> = {}): string {
  const inside = regionContent(content)
  const mark = JSON.stringify({ ...about, marker, written: contentHash(inside) }).replaceAll('>', '\\u003e')
  return `<!-- katalyst:begin ${mark} -->\n${inside}\n${END}`
}

function readMark(json: string): RegionMark | undefined {
  try {
    return RegionMark.safeParse(JSON.parse(json)).data
  } catch {
    // What is no JSON is a comment of somebody else's.
    return undefined
  }
}

/** Our part of a text; undefined where its comments are gone, doubled or in the wrong order. */
export function findRegion(given: string): Region | undefined {
  const text = given.replace(/\r\n?/g, '\n')
  const begins = [...text.matchAll(BEGIN)]
  const [begin] = begins
  const mark = begin && readMark(begin[1] ?? '')
  if (!begin || !mark || begins.length > 1) return undefined
  const from = begin.index + begin[0].length
  const end = text.indexOf(END, from)
  if (end < 0 || text.indexOf(END) !== end || text.includes(END, end + END.length)) return undefined
  return { mark, content: settled(text.slice(from, end)), before: text.slice(0, begin.index), after: text.slice(end + END.length) }
}

/** Whether somebody changed what stands between the comments. */
export const isRegionEdited = ({ mark, content }: Region): boolean => contentHash(content) !== mark.written

/** The text with another part in place of ours. */
export const replaceRegion = ({ before, after }: Pick<Region, 'before' | 'after'>, region: string): string => `${before}${region}${after}`
