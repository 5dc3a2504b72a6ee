// Our part of a page stands between two anchors that nobody sees. Under `managed-region` people write above and below it, and
// only what is between the anchors is replaced.
import { beginAnchor, END_ANCHOR, readBeginAnchor } from './marker.ts'
import { attributeOf, type StorageToken, storageTokens, textOfToken } from './storage-tokens.ts'

const anchor = (name: string) =>
  `<ac:structured-macro ac:name="anchor"><ac:parameter ac:name="">${name}</ac:parameter></ac:structured-macro>`

/** The body between its anchors. */
export const withAnchors = (body: string, marker: string, hash: string): string =>
  `${anchor(beginAnchor(marker, hash))}${body}${anchor(END_ANCHOR)}`

/** One element (or text) at the top of the body, as a range in it, with the names of the anchors inside. */
interface TopPart {
  readonly from: number
  readonly to: number
  readonly anchors: readonly string[]
}

function topParts(source: string): TopPart[] {
  const parts: TopPart[] = []
  let [at, depth, from] = [0, 0, 0]
  let anchors: string[] = []
  let macros: string[] = []
  let isParameter = false
  const step = (token: StorageToken) => {
    if (token.kind === 'open' && token.name === 'ac:structured-macro') macros.push(attributeOf(token, 'ac:name') ?? '')
    if (token.kind === 'close' && token.name === 'ac:structured-macro') macros = macros.slice(0, -1)
    if (token.name === 'ac:parameter') isParameter = token.kind === 'open'
    if (token.kind === 'text' && isParameter && macros.at(-1) === 'anchor') anchors.push(textOfToken(token).trim())
  }
  for (const token of storageTokens(source)) {
    if (depth === 0) from = at
    at += token.raw.length
    if (token.kind === 'open') depth += 1
    if (token.kind === 'close') depth -= 1
    step(token)
    if (depth !== 0) continue
    parts.push({ from, to: at, anchors })
    anchors = []
  }
  return parts
}

export interface Region {
  readonly marker: string
  /** Short hash of the content when it was written; editing does not change it. */
  readonly hash: string
  /** What people wrote around it. */
  readonly before: string
  readonly after: string
}

/** Our part of a stored body; undefined where its anchors are gone, moved into each other, or doubled. */
export function findRegion(body: string): Region | undefined {
  const parts = topParts(body)
  const begins = parts.flatMap((part) =>
    part.anchors.flatMap((name) => (readBeginAnchor(name) ? [{ part, ...readBeginAnchor(name) }] : [])),
  )
  const ends = parts.filter((part) => part.anchors.includes(END_ANCHOR))
  const [begin] = begins
  const [end] = ends
  if (!begin?.marker || !begin.hash || !end || begins.length > 1 || ends.length > 1 || begin.part.from >= end.from) return undefined
  return { marker: begin.marker, hash: begin.hash, before: body.slice(0, begin.part.from), after: body.slice(end.to) }
}
