// Storage format as the stand-in reads it: strictly. Confluence refuses what is not well-formed with 400, and so does this.
// It shares no code with the product's own writer and reader, so that the two cannot be wrong in the same way.
import { decodeHTML } from 'entities'

export interface Element {
  readonly name: string
  readonly attributes: Map<string, string>
  readonly children: Node[]
}
export type Node = Element | { readonly text: string } | { readonly cdata: string }

export class IllFormed extends Error {}

const NAME = /^[A-Za-z_][\w.-]*(:[A-Za-z_][\w.-]*)?/
const PREFIXES = ['ac', 'ri', 'at']
/** Where a character stands that XML forbids, or -1. */
function forbiddenAt(text: string): number {
  for (let at = 0; at < text.length; ) {
    const code = text.codePointAt(at) ?? 0
    const isControl = code < 0x20 && code !== 0x09 && code !== 0x0a && code !== 0x0d
    if (isControl || (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff) return at
    at += code > 0xffff ? 2 : 1
  }
  return -1
}
const ELEMENTS = new Set(
  `a abbr b big blockquote br caption code col colgroup dd del dfn div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre
  q s samp section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var`.split(/\s+/),
)

export const isElement = (node: Node): node is Element => 'name' in node

function fail(reason: string, at: number): never {
  throw new IllFormed(`${reason} (at ${at})`)
}

/** Entities of XML and XHTML, which the real parser has a DTD for; anything else is an error, as is a bare ampersand. */
function decode(text: string, at: number): string {
  return text.replace(/&([^;&\s]*;)?/g, (whole, rest: string | undefined) => {
    if (rest === undefined || !/^(#\d+|#x[\da-f]+|[a-z]\w*);$/i.test(rest)) fail(`The entity name must immediately follow the '&'`, at)
    const decoded = decodeHTML(whole)
    if (decoded === whole) fail(`The entity "${rest}" was referenced, but not declared`, at)
    if (forbiddenAt(decoded) >= 0) fail(`Character reference "${whole}" is an invalid XML character`, at)
    return decoded
  })
}

function readAttributes(source: string, from: number): { attributes: Map<string, string>; at: number } {
  const attributes = new Map<string, string>()
  let at = from
  for (;;) {
    const space = /^\s*/.exec(source.slice(at, at + 2_000))?.[0].length ?? 0
    const next = source[at + space]
    if (next === '>' || (next === '/' && source[at + space + 1] === '>')) return { attributes, at: at + space }
    if (space === 0) fail('White space is required between attributes', at)
    at += space
    const name = NAME.exec(source.slice(at, at + 200))?.[0] ?? fail('An attribute name is expected', at)
    at += name.length
    const quote = /^\s*=\s*(["'])/.exec(source.slice(at, at + 100)) ?? fail(`The attribute "${name}" has no value`, at)
    at += quote[0].length
    const end = source.indexOf(quote[1] as string, at)
    const raw = end < 0 ? fail(`The value of "${name}" does not end`, at) : source.slice(at, end)
    if (raw.includes('<')) fail(`The value of "${name}" must not contain '<'`, at)
    if (attributes.has(name)) fail(`The attribute "${name}" stands twice`, at)
    attributes.set(name, decode(raw, at))
    at = end + 1
  }
}

function checkName(name: string, at: number): void {
  const [prefix, local] = name.split(':')
  if (local !== undefined ? !PREFIXES.includes(prefix as string) : !ELEMENTS.has(name)) fail(`The element "${name}" is not allowed`, at)
}

/** Parses a fragment. Throws `IllFormed` saying what is wrong and where. */
export function parseStorage(source: string): Node[] {
  const forbidden = forbiddenAt(source)
  if (forbidden >= 0) fail('An invalid XML character was found', forbidden)
  const root: Node[] = []
  const open: Element[] = []
  const add = (node: Node) => (open.at(-1)?.children ?? root).push(node)
  let at = 0
  while (at < source.length) {
    if (source.startsWith('<![CDATA[', at)) {
      const end = source.indexOf(']]>', at)
      if (end < 0) fail('A CDATA section does not end', at)
      add({ cdata: source.slice(at + 9, end) })
      at = end + 3
    } else if (source.startsWith('<!--', at)) {
      const end = source.indexOf('-->', at)
      at = end < 0 ? fail('A comment does not end', at) : end + 3
    } else if (source.startsWith('</', at)) {
      const name = NAME.exec(source.slice(at + 2, at + 200))?.[0] ?? fail('An element name is expected', at)
      const top = open.pop()
      if (top?.name !== name) fail(`The element "${top?.name ?? ''}" must be ended before "${name}"`, at)
      const end = source.indexOf('>', at)
      if (end < 0 || source.slice(at + 2 + name.length, end).trim() !== '') fail(`The end tag of "${name}" is broken`, at)
      at = end + 1
    } else if (source[at] === '<') {
      const name = NAME.exec(source.slice(at + 1, at + 200))?.[0] ?? fail('The content must consist of well-formed markup', at)
      checkName(name, at)
      const read = readAttributes(source, at + 1 + name.length)
      const element = { name, attributes: read.attributes, children: [] }
      add(element)
      const empty = source[read.at] === '/'
      if (!empty) open.push(element)
      at = read.at + (empty ? 2 : 1)
    } else {
      const next = source.indexOf('<', at)
      const end = next < 0 ? source.length : next
      const raw = source.slice(at, end)
      if (raw.includes(']]>')) fail('The character sequence "]]>" must not appear in content', at)
      add({ text: decode(raw, at) })
      at = end
    }
  }
  const unclosed = open.at(-1)
  if (unclosed) fail(`The element "${unclosed.name}" must be ended by its end tag`, at)
  return root
}

/** Characters that Confluence writes by name. */
const NAMED: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\u00A0': '&nbsp;',
  '–': '&ndash;',
  '—': '&mdash;',
  '…': '&hellip;',
  '“': '&ldquo;',
  '”': '&rdquo;',
  '‘': '&lsquo;',
  '’': '&rsquo;',
  '→': '&rarr;',
  é: '&eacute;',
  ü: '&uuml;',
}
const escapeText = (text: string) => text.replace(/[&<>\u00A0–—…“”‘’→éü]/g, (character) => NAMED[character] as string)
const escapeAttribute = (text: string) =>
  text.replace(/[&<>"]/g, (character) => (character === '"' ? '&quot;' : (NAMED[character] as string)))

/** As Confluence writes it: named entities, empty elements with a space before the slash. */
export function serializeStorage(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      if ('text' in node) return escapeText(node.text)
      if ('cdata' in node) return `<![CDATA[${node.cdata}]]>`
      const attributes = [...node.attributes].map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`).join('')
      return node.children.length === 0
        ? `<${node.name}${attributes} />`
        : `<${node.name}${attributes}>${serializeStorage(node.children)}</${node.name}>`
    })
    .join('')
}

/** Every element, outermost first. */
export function* elementsOf(nodes: readonly Node[]): Generator<Element> {
  for (const node of nodes)
    if (isElement(node)) {
      yield node
      yield* elementsOf(node.children)
    }
}

export const textOf = (nodes: readonly Node[]): string =>
  nodes.map((node) => (isElement(node) ? textOf(node.children) : 'text' in node ? node.text : node.cdata)).join('')
