// Blocks of a page, read back.
import type { BlockContent, FootnoteDefinition, List, ListItem, PhrasingContent, RootContent } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { oneLine } from './clean-text.ts'
import { ALERT_KINDS, type AlertKind } from './document-nodes.ts'
import { slugOf } from './heading-slugs.ts'
import { ALERT_MACROS, CHECKED_BOX, EMPTY_BOX } from './storage-names.ts'
import {
  anchorName,
  attributeOf,
  childOf,
  elementsOf,
  macroName,
  parameterOf,
  plainBody,
  richBody,
  type StorageScope,
} from './storage-reader.ts'
import { readTable } from './storage-tables.ts'
import { storageWords, tidyWords } from './storage-words.ts'
import { isElement, textContent, type XmlElement, type XmlNode } from './xml-tree.ts'

const BOXES: readonly string[] = [
  'div',
  'section',
  'figure',
  'center',
  'ac:layout',
  'ac:layout-section',
  'ac:layout-cell',
  'dl',
  'dt',
  'dd',
]
const BLOCK_MACROS: readonly string[] = [
  'code',
  'noformat',
  'toc',
  'expand',
  'panel',
  'excerpt',
  'details',
  'section',
  'column',
  'markdown',
  'html',
  'children',
  'pagetree',
  'include',
]
const HEADING = /^h([1-6])$/

const hasBody = (macro: XmlElement): boolean =>
  childOf(macro, 'ac:rich-text-body') !== undefined || childOf(macro, 'ac:plain-text-body') !== undefined

const isBlock = (element: XmlElement): boolean => {
  const macro = macroName(element)
  if (macro !== undefined) return BLOCK_MACROS.includes(macro) || isPanel(macro) || hasBody(element)
  return (
    HEADING.test(element.name) ||
    BOXES.includes(element.name) ||
    ['p', 'ul', 'ol', 'table', 'blockquote', 'hr', 'pre', 'ac:task-list'].includes(element.name)
  )
}
const isPanel = (macro: string): boolean => ALERT_KINDS.some((kind) => ALERT_MACROS[kind].macro === macro)

const isBlank = (words: readonly PhrasingContent[]): boolean => words.every((word) => word.type === 'text' && word.value.trim() === '')

function paragraphOf(words: readonly PhrasingContent[]): RootContent[] {
  const children = tidyWords(words)
  return isBlank(children) ? [] : [{ type: 'paragraph', children }]
}

/** Headings carry the anchor we gave them, which follows from their words. */
function headingOf(element: XmlElement, depth: number, scope: StorageScope): RootContent {
  const children = tidyWords(storageWords(element.children, scope))
  const slug = slugOf(textOf({ type: 'paragraph', children })) || 'section'
  const [first, ...rest] = children
  const isOurs =
    first?.type === 'anchor' &&
    (first.name === slug || (first.name.startsWith(`${slug}-`) && /^\d+$/.test(first.name.slice(slug.length + 1))))
  return { type: 'heading', depth: depth as 1, children: isOurs ? rest : children }
}

function codeOf(macro: XmlElement): RootContent {
  const language = parameterOf(macro, 'language')
  const title = parameterOf(macro, 'title')
  // A language the macro does not know stands in the title (storage-blocks.ts).
  const lang = (language === undefined || language === 'text') && title !== undefined && /^[\w+#.-]+$/.test(title) ? title : language
  return { type: 'code', lang: lang ?? null, meta: null, value: plainBody(macro) }
}

function alertOf(macro: XmlElement, name: string, scope: StorageScope): RootContent {
  const title = parameterOf(macro, 'title')
  const kinds = ALERT_KINDS.filter((kind) => ALERT_MACROS[kind].macro === name)
  const titled = kinds.find((kind) => ALERT_MACROS[kind].title === title)
  const kind: AlertKind = titled ?? kinds[0] ?? 'note'
  const heading: RootContent[] =
    title !== undefined && titled === undefined
      ? [{ type: 'paragraph', children: [{ type: 'strong', children: [{ type: 'text', value: title }] }] }]
      : []
  return { type: 'alert', kind, children: [...heading, ...storageFlow(richBody(macro), scope)] as BlockContent[] }
}

function macroBlocks(macro: XmlElement, name: string, scope: StorageScope): RootContent[] {
  if (isPanel(name) || name === 'panel') return [alertOf(macro, name, scope)]
  if (name === 'code' || name === 'noformat') return [codeOf(macro)]
  if (name === 'toc') return [{ type: 'toc' }]
  const body = storageFlow(richBody(macro), scope)
  if (name === 'expand') {
    const title = parameterOf(macro, 'title') ?? 'Details'
    return [{ type: 'details', summary: title, children: body as BlockContent[] }]
  }
  if (['section', 'column', 'excerpt'].includes(name)) return body
  const plain = plainBody(macro)
  scope.lose(`the macro "${oneLine(name)}"${body.length > 0 || plain !== '' ? ', whose content stays' : ''}`)
  return plain === '' ? body : [{ type: 'code', lang: null, meta: null, value: plain }]
}

/** A box in front of the words, in a list that is no task list as a whole. */
function takeBox(children: readonly RootContent[]): { readonly checked: boolean | null; readonly children: readonly RootContent[] } {
  const [first, ...rest] = children
  const start = first?.type === 'paragraph' ? first.children[0] : undefined
  const box = start?.type === 'text' ? start.value[0] : undefined
  if (first?.type !== 'paragraph' || start?.type !== 'text' || (box !== CHECKED_BOX && box !== EMPTY_BOX))
    return { checked: null, children }
  const value = start.value.slice(1).replace(/^ /, '')
  const words: PhrasingContent[] = [...(value === '' ? [] : [{ type: 'text', value } as const]), ...first.children.slice(1)]
  return { checked: box === CHECKED_BOX, children: [{ type: 'paragraph', children: words }, ...rest] }
}

function itemOf(element: XmlElement, scope: StorageScope): ListItem {
  const { checked, children } = takeBox(storageFlow(element.children, scope))
  return { type: 'listItem', spread: false, checked, children: children as BlockContent[] }
}

/** Some editors put a nested list beside the item it belongs to. */
function itemsOf(element: XmlElement, scope: StorageScope): ListItem[] {
  const items: ListItem[] = []
  for (const child of elementsOf(element.children)) {
    const last = items.at(-1)
    if (child.name === 'li') items.push(itemOf(child, scope))
    else if (last && isBlock(child)) last.children.push(...(storageFlow([child], scope) as BlockContent[]))
    else if (isBlock(child))
      items.push({ type: 'listItem', spread: false, checked: null, children: storageFlow([child], scope) as BlockContent[] })
  }
  return items
}

function taskItems(element: XmlElement, scope: StorageScope): ListItem[] {
  return elementsOf(element.children)
    .filter(({ name }) => name === 'ac:task')
    .map((one): ListItem => {
      const state = textContent(childOf(one, 'ac:task-status')?.children ?? []).trim()
      const children = storageFlow(childOf(one, 'ac:task-body')?.children ?? [], scope) as BlockContent[]
      return { type: 'listItem', spread: false, checked: state === 'complete', children }
    })
}

const FOOTNOTE_ANCHOR = /^footnote\.([^.]+)$/
const labelOfItem = (item: XmlElement): string | undefined => {
  const [paragraph] = elementsOf(item.children)
  const [first] = paragraph?.children ?? []
  return item.name === 'li' && first ? FOOTNOTE_ANCHOR.exec(anchorName(first) ?? '')?.[1] : undefined
}

/** Our list of footnotes, without the anchors and the way back; undefined for any other list. */
function footnotesOf(element: XmlElement, scope: StorageScope): FootnoteDefinition[] | undefined {
  const items = elementsOf(element.children)
  const labels = items.map(labelOfItem)
  if (items.length === 0 || labels.some((label) => label === undefined)) return undefined
  return items.map((item, at): FootnoteDefinition => {
    const label = labels[at] as string
    const children = storageFlow(item.children, scope)
    const [first, ...rest] = children
    if (first?.type !== 'paragraph') return { type: 'footnoteDefinition', identifier: label, label, children: children as BlockContent[] }
    const isBack = (word: PhrasingContent | undefined): boolean => word?.type === 'link' && word.url.endsWith('.back')
    const words = first.children.filter((word, index) => !(index === 0 && word.type === 'anchor') && !isBack(word))
    const own = [...paragraphOf(words), ...rest]
    return { type: 'footnoteDefinition', identifier: label, label, children: own as BlockContent[] }
  })
}

function listBlocks(element: XmlElement, scope: StorageScope): RootContent[] {
  const notes = element.name === 'ol' ? footnotesOf(element, scope) : undefined
  if (notes) return notes
  const isTasks = element.name === 'ac:task-list'
  const children = isTasks ? taskItems(element, scope) : itemsOf(element, scope)
  const start = element.name === 'ol' ? Number(attributeOf(element, 'start') ?? 1) : null
  const list: List = { type: 'list', ordered: element.name === 'ol', start: Number.isNaN(start) ? 1 : start, spread: false, children }
  return children.length > 0 ? [list] : []
}

function elementBlocks(element: XmlElement, scope: StorageScope): RootContent[] {
  const macro = macroName(element)
  if (macro !== undefined) return macroBlocks(element, macro, scope)
  const level = HEADING.exec(element.name)?.[1]
  if (level !== undefined) return [headingOf(element, Number(level), scope)]
  switch (element.name) {
    case 'p':
      // A paragraph that holds blocks (older editors) is a box.
      return elementsOf(element.children).some(isBlock)
        ? storageFlow(element.children, scope)
        : paragraphOf(storageWords(element.children, scope))
    case 'ul':
    case 'ol':
    case 'ac:task-list':
      return listBlocks(element, scope)
    case 'table': {
      const table = readTable(element, scope)
      return table ? [table] : []
    }
    case 'blockquote':
      return [{ type: 'blockquote', children: storageFlow(element.children, scope) as BlockContent[] }]
    case 'hr':
      return [{ type: 'thematicBreak' }]
    case 'pre':
      return [{ type: 'code', lang: null, meta: null, value: textContent(element.children) }]
    default:
      return storageFlow(element.children, scope)
  }
}

/** Blocks of storage nodes; words between blocks are paragraphs. */
export function storageFlow(nodes: readonly XmlNode[], scope: StorageScope): RootContent[] {
  const blocks: RootContent[] = []
  let loose: XmlNode[] = []
  const endLoose = (): void => {
    blocks.push(...paragraphOf(storageWords(loose, scope)))
    loose = []
  }
  for (const node of nodes) {
    if (isElement(node) && isBlock(node)) {
      endLoose()
      blocks.push(...elementBlocks(node, scope))
    } else loose.push(node)
  }
  endLoose()
  return blocks
}
