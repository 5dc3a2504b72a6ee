// What a page's words have, read from its storage format: facts about them, so that the words themselves are never kept.
import type { Nodes, Root } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { oneLine, shorten } from '../../documents/clean-text.ts'
import { readStorage } from '../../documents/from-storage.ts'
import { DIAGRAM_LANGUAGES } from '../../documents/storage-names.ts'
import type { ConfluenceContentFact } from '../../foe/confluence/confluence-facts.ts'

const MAX_TEXTS = 200
const MAX_TEXT = 200
/** Macros whose picture is a diagram: what is drawn in the editor or by an app. */
const DIAGRAM_MACROS =
  /ac:name="(?:drawio|inc-drawio|gliffy|lucidchart|plantuml|mermaid[\w-]*|miro[\w-]*|creately|excalidraw|balsamiq[\w-]*)"/i
const STATUS_LINE = /^(?:\W*)status\W*[:\u2013\u2014-]\s*(.+)$/i

interface Found {
  readonly headings: string[]
  readonly links: string[]
  readonly statuses: string[]
  hasTable: boolean
  hasDiagram: boolean
  /** The next block is what a "Status" heading says. */
  awaitsStatus: boolean
}

const say = (node: Nodes): string => shorten(oneLine(textOf(node)), MAX_TEXT)

function readTableStatus(node: Nodes & { type: 'table' }, found: Found): void {
  for (const row of node.children) {
    const [first, second] = row.children
    if (first && second && /^status$/i.test(say(first).replace(/:$/, ''))) found.statuses.push(say(second))
  }
}

function visit(node: Nodes, found: Found): void {
  if (found.awaitsStatus && ['paragraph', 'list', 'blockquote', 'alert'].includes(node.type)) {
    found.statuses.push(say(node))
    found.awaitsStatus = false
  }
  if (node.type === 'heading') {
    const heading = say(node)
    found.headings.push(heading)
    found.awaitsStatus = /^(?:current )?status$/i.test(heading)
  } else if (node.type === 'table') {
    found.hasTable = true
    readTableStatus(node, found)
  } else if (node.type === 'image' || node.type === 'drawing') found.hasDiagram = true
  else if (node.type === 'code' && DIAGRAM_LANGUAGES.includes(node.lang?.toLowerCase() ?? '')) found.hasDiagram = true
  else if (node.type === 'link') found.links.push(`${say(node)} ${shorten(node.url, MAX_TEXT)}`)
  else if (node.type === 'status') found.statuses.push(oneLine(node.value))
  else if (node.type === 'paragraph') {
    const line = STATUS_LINE.exec(say(node))?.[1]
    if (line !== undefined) found.statuses.push(line)
  }
  if ('children' in node) for (const child of node.children) visit(child, found)
}

/** Facts about a body. A lozenge or line counts in the order of the page: the first one is the page's own. */
export function toContentFact(pageId: string, version: number, body: string): ConfluenceContentFact {
  // Titles of linked pages are words to look at, whichever pages they are.
  const tree: Root = readStorage(body, { pageUrl: ({ title }) => encodeURIComponent(title) }).tree
  const found: Found = {
    headings: [],
    links: [],
    statuses: [],
    hasTable: false,
    hasDiagram: DIAGRAM_MACROS.test(body),
    awaitsStatus: false,
  }
  visit(tree, found)
  return {
    pageId,
    version,
    headings: found.headings.slice(0, MAX_TEXTS),
    links: found.links.slice(0, MAX_TEXTS),
    hasTable: found.hasTable,
    hasDiagram: found.hasDiagram,
    status: found.statuses[0] ?? null,
  }
}
