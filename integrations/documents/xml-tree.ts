// XML as a tree, and the one place where it becomes text. Whoever builds the tree cannot make it ill-formed: names come from
// our code, every text is escaped here, characters that XML forbids are removed, and a CDATA section that would end early
// is split.
import { cleanText } from './clean-text.ts'

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlNode[]
}

/** Text that stands as it is; in a CDATA section where `cdata` is true. */
export interface XmlText {
  readonly text: string
  readonly cdata?: boolean
}

export type XmlNode = XmlElement | XmlText

export const isElement = (node: XmlNode): node is XmlElement => 'name' in node

/** Attributes whose value is undefined are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  children: readonly XmlNode[] = [],
): XmlElement {
  const given = Object.entries(attributes).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return { name, attributes: Object.fromEntries(given), children }
}

export const text = (value: string): XmlText => ({ text: value })
export const cdata = (value: string): XmlText => ({ text: value, cdata: true })

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\t': '&#9;',
}
const escapeText = (value: string): string => cleanText(value).replace(/[&<>]/g, (found) => ESCAPES[found] as string)
/** Line ends and tabs too: a parser would turn them into spaces. */
const escapeAttribute = (value: string): string => cleanText(value).replace(/[&<>"\n\t]/g, (found) => ESCAPES[found] as string)
const cdataSection = (value: string): string => `<![CDATA[${cleanText(value).replaceAll(']]>', ']]]]><![CDATA[>')}]]>`

function serializeNode(node: XmlNode): string {
  if (!isElement(node)) return node.cdata ? cdataSection(node.text) : escapeText(node.text)
  let attributes = ''
  for (const [key, value] of Object.entries(node.attributes)) attributes += ` ${key}="${escapeAttribute(value)}"`
  if (node.children.length === 0) return `<${node.name}${attributes} />`
  return `<${node.name}${attributes}>${serializeXml(node.children)}</${node.name}>`
}

/** Well-formed XML of the nodes, without a declaration. The same nodes give the same text. */
export function serializeXml(nodes: readonly XmlNode[]): string {
  let out = ''
  for (const node of nodes) out += serializeNode(node)
  return out
}

/** The whole file of a picture. */
export const svgFile = (svg: XmlElement): string => `<?xml version="1.0" encoding="UTF-8"?>\n${serializeXml([svg])}\n`

/** Elements of HTML that have no end tag; any other must have one, also when it is empty. */
const VOID_ELEMENTS: readonly string[] = ['br', 'hr', 'img', 'input']

function htmlNode(node: XmlNode): string {
  if (!isElement(node)) return escapeText(node.text)
  if (node.name === 'svg') return serializeXml([node])
  let attributes = ''
  for (const [key, value] of Object.entries(node.attributes)) attributes += ` ${key}="${escapeAttribute(value)}"`
  if (VOID_ELEMENTS.includes(node.name)) return `<${node.name}${attributes}>`
  return `<${node.name}${attributes}>${serializeHtml(node.children)}</${node.name}>`
}

/** HTML of the nodes. Elements whose text HTML does not escape (`script`, `style`) are not for this. */
export function serializeHtml(nodes: readonly XmlNode[]): string {
  let out = ''
  for (const node of nodes) out += htmlNode(node)
  return out
}

/** All text below the nodes. */
export function textContent(nodes: readonly XmlNode[]): string {
  return nodes.map((node) => (isElement(node) ? textContent(node.children) : node.text)).join('')
}
