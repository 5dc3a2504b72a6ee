// Words of a page, read back. Total over any tree: what has no meaning in markdown is kept as the text it shows, and said.
import type { PhrasingContent, Text } from 'mdast'
import { oneLine } from './clean-text.ts'
import { STATUS_COLOURS } from './document-nodes.ts'
import { documentUrl } from './document-phrasing.ts'
import { anchorName, attributeOf, childOf, elementsOf, macroName, parameterOf, type StorageScope } from './storage-reader.ts'
import { isElement, textContent, type XmlElement, type XmlNode } from './xml-tree.ts'

const WRAPPERS: ReadonlyMap<string, 'strong' | 'emphasis' | 'delete' | 'subscript' | 'superscript' | 'underline'> = new Map([
  ['strong', 'strong'],
  ['b', 'strong'],
  ['em', 'emphasis'],
  ['i', 'emphasis'],
  ['cite', 'emphasis'],
  ['del', 'delete'],
  ['s', 'delete'],
  ['strike', 'delete'],
  ['sub', 'subscript'],
  ['sup', 'superscript'],
  ['u', 'underline'],
  ['ins', 'underline'],
])
const CODE: readonly string[] = ['code', 'kbd', 'samp', 'tt']

/** A mark of a footnote is its two anchors around its number (storage-inlines.ts). */
const FOOTNOTE_BACK = /^footnote\.(.+)\.back$/

function footnoteLabel(element: XmlElement): string | undefined {
  const [first] = element.children
  return element.name === 'sup' && first ? FOOTNOTE_BACK.exec(anchorName(first) ?? '')?.[1] : undefined
}

function linkTarget(link: XmlElement, scope: StorageScope): string | undefined {
  const anchor = attributeOf(link, 'ac:anchor')
  const fragment = anchor === undefined ? '' : `#${encodeURIComponent(anchor)}`
  const [target] = elementsOf(link.children).filter(({ name }) => name.startsWith('ri:'))
  if (target === undefined) return fragment || undefined
  const title = attributeOf(target, 'ri:content-title')
  const spaceKey = attributeOf(target, 'ri:space-key')
  if (target.name === 'ri:page' && title !== undefined) {
    const url = scope.options.pageUrl?.({ title, ...(spaceKey === undefined ? {} : { spaceKey }) })
    if (url === undefined) scope.lose(`a link to the page "${oneLine(title)}", which is not one of ours`)
    return url === undefined ? undefined : url.includes('#') ? url : `${url}${fragment}`
  }
  const file = attributeOf(target, 'ri:filename')
  if (target.name === 'ri:attachment' && file !== undefined) return scope.options.attachmentUrl?.(file) ?? encodeURIComponent(file)
  if (target.name === 'ri:url') return attributeOf(target, 'ri:value')
  scope.lose(`a link to ${target.name === 'ri:user' ? 'a person' : target.name.slice(3)}`)
  return undefined
}

function linkWords(link: XmlElement, scope: StorageScope): PhrasingContent[] {
  const rich = childOf(link, 'ac:link-body') ?? childOf(link, 'ac:plain-text-link-body')
  const [target] = elementsOf(link.children).filter(({ name }) => name.startsWith('ri:'))
  const shown = target ? (attributeOf(target, 'ri:content-title') ?? attributeOf(target, 'ri:filename') ?? '') : ''
  const words: PhrasingContent[] = rich ? storageWords(rich.children, scope) : shown === '' ? [] : [{ type: 'text', value: shown }]
  const url = documentUrl(linkTarget(link, scope) ?? '')
  return url && words.length > 0 ? [{ type: 'link', url, children: words as never[] }] : words
}

function imageWords(image: XmlElement, scope: StorageScope): PhrasingContent[] {
  const alt = attributeOf(image, 'ac:alt') ?? ''
  const [source] = elementsOf(image.children)
  const file = source && attributeOf(source, 'ri:filename')
  const address =
    file !== undefined ? (scope.options.attachmentUrl?.(file) ?? encodeURIComponent(file)) : source && attributeOf(source, 'ri:value')
  const url = documentUrl(address ?? '')
  if (url) return [{ type: 'image', url, alt }]
  return alt === '' ? [] : [{ type: 'text', value: alt }]
}

function macroWords(macro: XmlElement, name: string, scope: StorageScope): PhrasingContent[] {
  switch (name) {
    case 'status': {
      const wanted = parameterOf(macro, 'colour') ?? parameterOf(macro, 'color')
      const colour = STATUS_COLOURS.find((known) => known.toLowerCase() === wanted?.toLowerCase()) ?? 'Grey'
      const value = parameterOf(macro, 'title')
      return value === undefined ? [] : [{ type: 'status', value, colour }]
    }
    case 'jira': {
      const key = parameterOf(macro, 'key')
      if (key === undefined) scope.lose('a list of Jira issues')
      if (key === undefined) return []
      const base = scope.options.jiraBaseUrl?.replace(/\/+$/, '')
      return [base === undefined ? { type: 'text', value: key } : { type: 'jiraIssue', value: key, url: `${base}/browse/${key}` }]
    }
    case 'anchor': {
      const anchor = parameterOf(macro, '')
      return anchor === undefined ? [] : [{ type: 'anchor', name: anchor }]
    }
    default: {
      const words = storageWords(childOf(macro, 'ac:rich-text-body')?.children ?? [], scope)
      scope.lose(`the macro "${oneLine(name)}"${words.length > 0 ? ', whose words stay' : ''}`)
      return words
    }
  }
}

/** What Confluence shows for an element that markdown does not know. */
function shownWords(element: XmlElement, scope: StorageScope): PhrasingContent[] {
  switch (element.name) {
    case 'ac:emoticon': {
      const value = attributeOf(element, 'ac:emoji-fallback') ?? `(${attributeOf(element, 'ac:name') ?? ''})`
      return [{ type: 'text', value }]
    }
    case 'time':
      return [{ type: 'text', value: attributeOf(element, 'datetime') ?? textContent(element.children) }]
    case 'ac:placeholder':
    case 'ac:parameter':
      return []
    case 'ri:user':
      scope.lose('a mention of a person')
      return []
    default:
      return storageWords(element.children, scope)
  }
}

function elementWords(element: XmlElement, scope: StorageScope): PhrasingContent[] {
  const macro = macroName(element)
  if (macro !== undefined) return macroWords(element, macro, scope)
  const label = footnoteLabel(element)
  if (label !== undefined) return [{ type: 'footnoteReference', identifier: label, label }]
  const wrapper = WRAPPERS.get(element.name)
  if (wrapper !== undefined) {
    const children = storageWords(element.children, scope)
    return children.length > 0 ? [{ type: wrapper, children } as PhrasingContent] : []
  }
  if (CODE.includes(element.name)) {
    const value = textContent(element.children)
    return value === '' ? [] : [{ type: 'inlineCode', value }]
  }
  if (element.name === 'br') return [{ type: 'break' }]
  if (element.name === 'ac:link') return linkWords(element, scope)
  if (element.name === 'ac:image') return imageWords(element, scope)
  if (element.name !== 'a') return shownWords(element, scope)
  const url = documentUrl(attributeOf(element, 'href') ?? '')
  const children = storageWords(element.children, scope)
  return url && children.length > 0 ? [{ type: 'link', url, children: children as never[] }] : children
}

const isText = (node: PhrasingContent | undefined): node is Text => node?.type === 'text'

/** Texts beside each other as one, and no white space at the ends and around breaks, where it is not shown. */
export function tidyWords(nodes: readonly PhrasingContent[]): PhrasingContent[] {
  const merged: PhrasingContent[] = []
  for (const node of nodes) {
    const last = merged.at(-1)
    if (isText(node) && isText(last)) merged[merged.length - 1] = { type: 'text', value: `${last.value}${node.value}` }
    else merged.push(node)
  }
  const isEdge = (node: PhrasingContent | undefined): boolean => node === undefined || node.type === 'break'
  return merged.flatMap((node, at): PhrasingContent[] => {
    if (!isText(node)) return [node]
    const start = isEdge(merged[at - 1]) ? node.value.trimStart() : node.value
    const value = isEdge(merged[at + 1]) ? start.trimEnd() : start
    return value === '' ? [] : [{ type: 'text', value }]
  })
}

/** Phrasing content of storage nodes; runs of white space are one space. */
export function storageWords(nodes: readonly XmlNode[], scope: StorageScope): PhrasingContent[] {
  return nodes.flatMap((node): PhrasingContent[] => {
    if (isElement(node)) return elementWords(node, scope)
    const value = node.text.replace(/[\t\n ]+/g, ' ')
    return value === '' ? [] : [{ type: 'text', value }]
  })
}
