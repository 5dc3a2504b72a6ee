// What happens to markup when it is saved: it is refused, or it is stored as Confluence likes it, which is never as it was sent.
import { randomUUID } from 'node:crypto'
import { type Element, elementsOf, IllFormed, isElement, type Node, parseStorage, serializeStorage } from './storage-xml.ts'

/** Blocks that the new editor gives an id of its own. */
const LOCAL_IDS = new Set(['p', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table', 'ul', 'ol', 'blockquote'])
/** Bytes; the real limit is a setting of the site, 5 MB by default. */
const MAX_BODY_BYTES = 5 * 1024 * 1024

const nameOf = (element: Element) => element.attributes.get('ac:name')

function checkMacro(macro: Element): void {
  if (!nameOf(macro)) throw new IllFormed('A macro has no name')
  for (const child of macro.children) {
    if (!isElement(child)) {
      if ('cdata' in child || child.text.trim() !== '') throw new IllFormed(`The macro "${nameOf(macro)}" holds text outside its body`)
      continue
    }
    if (!['ac:parameter', 'ac:plain-text-body', 'ac:rich-text-body'].includes(child.name))
      throw new IllFormed(`The macro "${nameOf(macro)}" holds "${child.name}"`)
    const parts = child.children
    const hasElement = parts.some(isElement)
    if (child.name === 'ac:parameter' && hasElement && parts.length > 1)
      throw new IllFormed(`The parameter "${nameOf(child)}" holds more than its element`)
    if (child.name === 'ac:plain-text-body' && (hasElement || parts.some((part) => 'text' in part && part.text !== '')))
      throw new IllFormed(`The plain text body of "${nameOf(macro)}" must be CDATA`)
  }
}

function check(nodes: readonly Node[]): void {
  const tasks = new Set<string>()
  for (const element of elementsOf(nodes)) {
    if (element.name === 'ac:structured-macro') checkMacro(element)
    if (element.name === 'ac:task-id') {
      const id = element.children.map((child) => ('text' in child ? child.text : '')).join('')
      if (tasks.has(id)) throw new IllFormed(`Two tasks have the id ${id}`)
      tasks.add(id)
    }
    if (element.name === 'ac:link' && !element.children.some(isElement) && !element.attributes.has('ac:anchor'))
      throw new IllFormed('A link leads nowhere')
    if (element.name === 'ac:image' && !element.children.some((child) => isElement(child) && child.name.startsWith('ri:')))
      throw new IllFormed('An image shows nothing')
  }
}

function rewrite(nodes: readonly Node[]): void {
  for (const element of elementsOf(nodes)) {
    const { attributes } = element
    if (element.name === 'ac:structured-macro') {
      if (!attributes.has('ac:schema-version')) attributes.set('ac:schema-version', '1')
      if (!attributes.has('ac:macro-id')) attributes.set('ac:macro-id', randomUUID())
    }
    if (LOCAL_IDS.has(element.name) && !attributes.has('local-id')) attributes.set('local-id', randomUUID())
    if (element.name === 'ri:page') attributes.set('ri:version-at-save', '1')
  }
}

export type Saved =
  | { readonly kind: 'stored'; readonly body: string }
  | { readonly kind: 'refused'; readonly reason: string; readonly tooLarge: boolean }

/** The body as it is stored, or why it is not. */
export function saveStorage(source: string): Saved {
  if (Buffer.byteLength(source) > MAX_BODY_BYTES) return { kind: 'refused', reason: 'The content is too large.', tooLarge: true }
  try {
    const nodes = parseStorage(source)
    check(nodes)
    rewrite(nodes)
    return { kind: 'stored', body: serializeStorage(nodes) }
  } catch (error) {
    if (!(error instanceof IllFormed)) throw error
    return { kind: 'refused', reason: `Error parsing xhtml: ${error.message}`, tooLarge: false }
  }
}

/** Wraps the first place where `quoted` stands in one text into the marker of an inline comment; undefined where it stands nowhere. */
export function markComment(body: string, quoted: string, ref: string): string | undefined {
  const nodes = parseStorage(body)
  const place = (siblings: Node[]): boolean => {
    for (const [index, node] of siblings.entries()) {
      if (isElement(node)) {
        if (place(node.children)) return true
        continue
      }
      const at = 'text' in node ? node.text.indexOf(quoted) : -1
      if (at < 0 || !('text' in node)) continue
      const marker = { name: 'ac:inline-comment-marker', attributes: new Map([['ac:ref', ref]]), children: [{ text: quoted }] }
      siblings.splice(index, 1, { text: node.text.slice(0, at) }, marker, { text: node.text.slice(at + quoted.length) })
      return true
    }
    return false
  }
  return place(nodes) ? serializeStorage(nodes) : undefined
}
