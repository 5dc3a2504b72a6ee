// XML as it comes back from Confluence, into the tree of xml-tree.ts. What is stored there has been written by editors, macros
// and imports of twenty years, so reading is tolerant: HTML's entities are known, an end tag that fits nothing is passed over,
// and what is open at the end is closed. Bounded in depth; nothing is ever fetched or expanded.
import { decodeHTML } from 'entities'
import { cleanText } from './clean-text.ts'
import type { XmlNode } from './xml-tree.ts'

/** Deeper elements are read as children of the last one that is deep enough. */
const MAX_DEPTH = 200
const TAG = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[^\s=<>"'/]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>/y
const ATTRIBUTE = /([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g
const PASSED_OVER = [
  ['<!--', '-->'],
  ['<?', '?>'],
  ['<!', '>'],
] as const

interface OpenElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlNode[]
}

const attributesOf = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single]) => [name, cleanText(decodeHTML(double ?? single ?? ''))]),
  )

/** Which elements are open, and where the next node goes. */
function makeStack() {
  const root: XmlNode[] = []
  const open: OpenElement[] = []
  const add = (node: XmlNode): void => void (open.at(-1)?.children ?? root).push(node)
  const begin = (name: string, attributes: string, isEmpty: boolean): void => {
    const node: OpenElement = { name, attributes: attributesOf(attributes), children: [] }
    add(node)
    if (!isEmpty && open.length < MAX_DEPTH) open.push(node)
  }
  const end = (name: string): void => {
    const at = open.findLastIndex((node) => node.name === name)
    if (at !== -1) open.length = at
  }
  return Object.freeze({ root, add, begin, end })
}

/** The nodes of a fragment. Total over any text; linear in its length. */
export function parseXml(xml: string): readonly XmlNode[] {
  const stack = makeStack()
  const addText = (from: number, to: number): void => {
    if (to > from) stack.add({ text: cleanText(decodeHTML(xml.slice(from, to))) })
  }
  let textFrom = 0
  let at = xml.indexOf('<')
  while (at !== -1) {
    const skipped = PASSED_OVER.find(([begin]) => xml.startsWith(begin, at) && !xml.startsWith('<![CDATA[', at))
    TAG.lastIndex = at
    const [whole, slash, name = '', attributes = '', empty] = TAG.exec(xml) ?? []
    let next = at + 1
    if (xml.startsWith('<![CDATA[', at)) {
      addText(textFrom, at)
      const end = xml.indexOf(']]>', at)
      stack.add({ text: cleanText(xml.slice(at + 9, end === -1 ? undefined : end)), cdata: true })
      next = end === -1 ? xml.length : end + 3
      textFrom = next
    } else if (skipped) {
      addText(textFrom, at)
      const end = xml.indexOf(skipped[1], at)
      next = end === -1 ? xml.length : end + skipped[1].length
      textFrom = next
    } else if (whole !== undefined) {
      addText(textFrom, at)
      if (slash) stack.end(name)
      else stack.begin(name, attributes, empty === '/')
      next = at + whole.length
      textFrom = next
    }
    at = xml.indexOf('<', next)
  }
  addText(textFrom, xml.length)
  return stack.root
}
