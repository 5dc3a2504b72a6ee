// Blocks of a document in storage format.
import type { Code, FootnoteDefinition, List, ListItem, Nodes, RootContent, Table } from 'mdast'
import { oneLine } from './clean-text.ts'
import { anchorLink, anchorMacro, attachedImage, codeMacro, richMacro, task, tocMacro } from './storage-elements.ts'
import { type StorageCollector, storageInlines } from './storage-inlines.ts'
import {
  ALERT_MACROS,
  CHECKED_BOX,
  DIAGRAM_LANGUAGES,
  EMPTY_BOX,
  footnoteAnchor,
  footnoteBackAnchor,
  macroLanguage,
} from './storage-names.ts'
import { element, svgFile, text, type XmlElement, type XmlNode } from './xml-tree.ts'

export interface BlockCollector extends StorageCollector {
  readonly slugs: ReadonlyMap<Nodes, string>
  nextTaskId(): number
}

/** Words directly in a cell or item where one paragraph is all there is: what the editor itself writes. */
function blocksOf(children: readonly RootContent[], collector: BlockCollector): XmlNode[] {
  return children.flatMap((child) => storageBlock(child, collector))
}

function codeNodes(node: Code, collector: BlockCollector): XmlNode[] {
  const lang = oneLine(node.lang ?? '').split(' ')[0] ?? ''
  const language = lang === '' ? undefined : macroLanguage(lang, collector.options.product ?? 'cloud')
  // A language the macro does not know stands above the code as its title, and is read back from there.
  const title = lang !== '' && language === undefined ? lang : undefined
  const code = codeMacro(node.value, language ?? (title === undefined ? undefined : 'text'), title)
  const picture = DIAGRAM_LANGUAGES.includes(lang.toLowerCase())
    ? collector.options.renderDiagram?.(lang.toLowerCase(), node.value)
    : undefined
  if (picture === undefined) return [code]
  collector.attach(picture)
  const shown = element('p', {}, [attachedImage(picture.name, `Diagram (${lang}); its source is below`)])
  return [shown, richMacro('expand', `Source of the diagram (${lang})`, [code])]
}

const isTaskList = (node: List): boolean => node.children.length > 0 && node.children.every((item) => typeof item.checked === 'boolean')

/** The box of an item whose list is no task list as a whole: a character, since Confluence has no single task. */
function boxOf(item: ListItem): XmlNode[] {
  if (typeof item.checked !== 'boolean') return []
  return [text(`${item.checked ? CHECKED_BOX : EMPTY_BOX} `)]
}

function itemNodes(item: ListItem, collector: BlockCollector, withBox: boolean): XmlNode[] {
  const [first, ...rest] = item.children
  const box = withBox ? boxOf(item) : []
  if (first?.type !== 'paragraph') return [...(box.length > 0 ? [element('p', {}, box)] : []), ...blocksOf(item.children, collector)]
  return [element('p', {}, [...box, ...storageInlines(first.children, collector)]), ...blocksOf(rest, collector)]
}

/** The body of a task begins with its words; blocks may follow. */
function taskNodes(item: ListItem, collector: BlockCollector): XmlNode[] {
  const [first, ...rest] = item.children
  if (first?.type !== 'paragraph') return blocksOf(item.children, collector)
  return [element('span', {}, storageInlines(first.children, collector)), ...blocksOf(rest, collector)]
}

function listNodes(node: List, collector: BlockCollector): XmlNode[] {
  if (node.children.length === 0) return []
  if (isTaskList(node) && !node.ordered) {
    const tasks = node.children.map((item) => {
      const id = collector.nextTaskId()
      return task(id, item.checked === true, taskNodes(item, collector))
    })
    return [element('ac:task-list', {}, tasks)]
  }
  const items = node.children.map((item) => element('li', {}, itemNodes(item, collector, true)))
  const start = node.ordered && typeof node.start === 'number' && node.start !== 1 ? String(node.start) : undefined
  return [element(node.ordered ? 'ol' : 'ul', { start }, items)]
}

function tableNodes(node: Table, collector: BlockCollector): XmlNode[] {
  const width = Math.max(0, ...node.children.map((row) => row.children.length))
  if (width === 0) return []
  const rows = node.children.map((row, index): XmlElement => {
    const cells = Array.from({ length: width }, (_, column) => {
      const align = node.align?.[column]
      const words = storageInlines(row.children[column]?.children ?? [], collector)
      const paragraph = element('p', { style: align ? `text-align: ${align};` : undefined }, words)
      return element(index === 0 ? 'th' : 'td', {}, [paragraph])
    })
    return element('tr', {}, cells)
  })
  return [element('table', {}, [element('tbody', {}, rows)])]
}

function storageBlock(node: RootContent, collector: BlockCollector): XmlNode[] {
  switch (node.type) {
    case 'paragraph':
      return [element('p', {}, storageInlines(node.children, collector))]
    case 'heading': {
      const slug = collector.slugs.get(node)
      const anchor = slug === undefined ? [] : [anchorMacro(slug)]
      return [element(`h${node.depth}`, {}, [...anchor, ...storageInlines(node.children, collector)])]
    }
    case 'thematicBreak':
      return [element('hr')]
    case 'blockquote':
      return [element('blockquote', {}, blocksOf(node.children, collector))]
    case 'alert': {
      const { macro, title } = ALERT_MACROS[node.kind]
      return [richMacro(macro, title, blocksOf(node.children, collector))]
    }
    case 'details':
      return [richMacro('expand', oneLine(node.summary) || 'Details', blocksOf(node.children, collector))]
    case 'list':
      return listNodes(node, collector)
    case 'table':
      return tableNodes(node, collector)
    case 'code':
      return codeNodes(node, collector)
    case 'toc':
      return [tocMacro()]
    case 'drawing':
      collector.attach({ name: node.name, mediaType: 'image/svg+xml', text: svgFile(node.svg) })
      return [element('p', {}, [attachedImage(node.name, oneLine(node.alt))])]
    case 'html':
      return [codeMacro(node.value, macroLanguage('html', collector.options.product ?? 'cloud'), undefined)]
    case 'footnoteDefinition':
    case 'definition':
    case 'yaml':
      return []
    default: {
      const words = storageInlines([node as never], collector)
      return words.length > 0 ? [element('p', {}, words)] : []
    }
  }
}

/** The last words of a footnote are followed by the way back to where it was cited. */
function footnoteItem(note: FootnoteDefinition, collector: BlockCollector): XmlElement {
  const label = oneLine(note.label ?? note.identifier)
  const back = anchorLink(footnoteBackAnchor(label), [text('\u21A9')])
  const [first, ...rest] = note.children
  const lead = first?.type === 'paragraph' ? storageInlines(first.children, collector) : []
  const others = blocksOf(first?.type === 'paragraph' ? rest : note.children, collector)
  return element('li', {}, [element('p', {}, [anchorMacro(footnoteAnchor(label)), ...lead, text(' '), back]), ...others])
}

/** Storage nodes of a document's blocks; its footnotes come last, below a rule. */
export function storageBlocks(children: readonly RootContent[], collector: BlockCollector): XmlNode[] {
  const body = blocksOf(children, collector)
  const notes = children.filter((node) => node.type === 'footnoteDefinition').map((note) => footnoteItem(note, collector))
  return notes.length > 0 ? [...body, element('hr'), element('ol', {}, notes)] : body
}
