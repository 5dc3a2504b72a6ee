// The part of XML that test reports use: elements and attributes, told as they come. Text is not told, since no figure is in it.
//
// Written here because what it refuses is the point: a document type with a subset (the home of entity bombs and external
// files) ends the reading, entities other than XML's five and character references stay as they are written, depth and token
// length are bounded, and memory is one token whatever the size of the report. The libraries at hand build a tree first.
import { MAX_TOKEN } from './report-reader.ts'

export type XmlAttributes = ReadonlyMap<string, string>

export interface XmlHandler {
  /** An element begins. Names come without namespace prefix. */
  readonly open: (name: string, attributes: XmlAttributes) => void
  readonly close: (name: string) => void
}

export const MAX_DEPTH = 100

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const ENTITY = /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/g
const ATTRIBUTE = /\s+([^\s=/>"']+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y
const TAG_NAME = /^[^\s/>"'=]+/

function decoded(value: string): string {
  return value.replace(ENTITY, (whole, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
    if (name !== undefined) return PREDEFINED[name] ?? whole
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : whole
  })
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Name and attributes of what stands between `<` and `>`; null where it is no tag. The first of two equal attributes wins. */
function parseTag(inside: string): { readonly name: string; readonly attributes: XmlAttributes; readonly isEmpty: boolean } | null {
  const isEmpty = inside.endsWith('/')
  const text = isEmpty ? inside.slice(0, -1) : inside
  const name = TAG_NAME.exec(text)?.[0]
  if (name === undefined) return null
  const attributes = new Map<string, string>()
  const pattern = new RegExp(ATTRIBUTE.source, 'y')
  let at = name.length
  pattern.lastIndex = at
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const key = localName(match[1] as string)
    if (!attributes.has(key)) attributes.set(key, decoded(match[2] ?? match[3] ?? ''))
    at = pattern.lastIndex
  }
  return text.slice(at).trim() === '' ? { name, attributes, isEmpty } : null
}

/** Where the tag that begins at `from` ends: the first `>` outside of quotes, or -1. */
function tagEnd(text: string, from: number): number {
  let quote = ''
  for (let at = from; at < text.length; at += 1) {
    const letter = text[at] as string
    if (quote !== '') quote = letter === quote ? '' : quote
    else if (letter === '"' || letter === "'") quote = letter
    else if (letter === '>') return at
  }
  return -1
}

/** Sections whose content is passed over, by what they begin and end with. */
const PASSED_OVER = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
] as const

/** Follows which elements are open. `onTag` takes what stands between `<` and `>` and answers what is wrong with it, or null. */
function makeElementStack(handler: XmlHandler) {
  const open: string[] = []
  let hasRoot = false

  const onEnd = (name: string): string | null => {
    if (open.pop() !== name) return `</${name.slice(0, 40)}> closes nothing that is open`
    handler.close(localName(name))
    return null
  }
  const onTag = (inside: string): string | null => {
    if (inside.startsWith('/')) return onEnd(inside.slice(1).trim())
    const tag = parseTag(inside)
    if (tag === null || (hasRoot && open.length === 0)) return `<${inside.slice(0, 40)}> is no XML where it stands`
    if (open.length >= MAX_DEPTH) return `elements nested deeper than ${MAX_DEPTH}`
    hasRoot = true
    handler.open(localName(tag.name), tag.attributes)
    if (tag.isEmpty) handler.close(localName(tag.name))
    else open.push(tag.name)
    return null
  }
  return Object.freeze({ onTag, hasRoot: () => hasRoot, isOpen: () => open.length > 0 })
}

/** A reader that tells elements to a handler. `end` answers the first problem, or null. */
export function makeXmlReader(handler: XmlHandler) {
  const elements = makeElementStack(handler)
  let buffer = ''
  let until: string | null = null
  let problem: string | null = null

  /** Takes one section or tag that begins at `at`, or passes over what is before it; answers where to go on, -1 for "more is needed". */
  const step = (at: number): number => {
    if (until !== null) {
      const found = buffer.indexOf(until, at)
      if (found === -1) return -1
      const after = found + until.length
      until = null
      return after
    }
    const section = PASSED_OVER.find(([begin]) => buffer.startsWith(begin, at))
    if (section) {
      until = section[1]
      return at + section[0].length
    }
    // Shorter than the longest beginning: which of them it is cannot be told yet.
    if (buffer.startsWith('<!', at) && buffer.length - at < 9) return -1
    const end = tagEnd(buffer, at)
    if (buffer.startsWith('<!', at)) {
      const subset = buffer.indexOf('[', at)
      if (subset !== -1 && (end === -1 || subset < end)) problem = 'a document type with definitions, which is refused'
      return end === -1 ? -1 : end + 1
    }
    if (end === -1) return -1
    problem = elements.onTag(buffer.slice(at + 1, end))
    return end + 1
  }

  const write = (chunk: string): void => {
    if (problem !== null) return
    buffer += chunk
    let at = 0
    while (problem === null) {
      const begin: number = until === null ? buffer.indexOf('<', at) : at
      const next = begin === -1 ? -1 : step(begin)
      if (next === -1) {
        // What is left: the tail a section's end may be cut in, the unfinished token, or text that nobody needs.
        const kept: number = until === null ? (begin === -1 ? buffer.length : begin) : Math.max(at, buffer.length - until.length + 1)
        buffer = buffer.slice(kept)
        if (buffer.length > MAX_TOKEN) problem = `a tag longer than ${MAX_TOKEN} characters`
        return
      }
      at = next
    }
  }

  const end = (): string | null => {
    if (problem !== null) return problem
    if (!elements.hasRoot()) return 'no element'
    return elements.isOpen() || buffer !== '' || until !== null ? 'it ends in the middle' : null
  }
  return Object.freeze({ write, end })
}
