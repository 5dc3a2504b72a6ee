// Tables of a page, read back: markdown's cells hold words only, and its first row is always the head.
import type { AlignType, PhrasingContent, Table, TableRow } from 'mdast'
import { attributeOf, elementsOf, type StorageScope } from './storage-reader.ts'
import { storageWords, tidyWords } from './storage-words.ts'
import { isElement, type XmlElement, type XmlNode } from './xml-tree.ts'

const BLOCKS: readonly string[] = [
  'p',
  'ul',
  'ol',
  'li',
  'div',
  'table',
  'blockquote',
  'pre',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'ac:task-list',
  'ac:task',
]
const COMPLEX: readonly string[] = ['ul', 'ol', 'table', 'blockquote', 'pre', 'ac:task-list', 'ac:structured-macro']

/** The words of each block of a cell, with breaks between. */
function cellWords(nodes: readonly XmlNode[], scope: StorageScope): PhrasingContent[] {
  const lines: PhrasingContent[][] = [[]]
  for (const node of nodes) {
    if (isElement(node) && BLOCKS.includes(node.name)) {
      const own = cellWords(node.children, scope)
      if (own.length > 0) lines.push(own, [])
    } else lines.at(-1)?.push(...storageWords([node], scope))
  }
  const filled = lines.filter((line) => line.some((word) => word.type !== 'text' || word.value.trim() !== ''))
  return filled.flatMap((line, at) => [...(at > 0 ? [{ type: 'break' } as const] : []), ...line])
}

const ALIGNMENT = /text-align:\s*(left|right|center)/

function alignOf(cell: XmlElement): AlignType {
  const styles = [cell, ...elementsOf(cell.children)].map((element) => attributeOf(element, 'style') ?? '')
  const found = styles.map((style) => ALIGNMENT.exec(style)?.[1]).find((align) => align !== undefined)
  return (found as AlignType | undefined) ?? null
}

const rowElements = (nodes: readonly XmlNode[]): XmlElement[] =>
  elementsOf(nodes).flatMap((element) =>
    element.name === 'tr' ? [element] : ['thead', 'tbody', 'tfoot'].includes(element.name) ? rowElements(element.children) : [],
  )

const cellsOf = (row: XmlElement): XmlElement[] => elementsOf(row.children).filter(({ name }) => name === 'td' || name === 'th')

const emptyRow = (width: number): TableRow => ({
  type: 'tableRow',
  children: Array.from({ length: width }, () => ({ type: 'tableCell' as const, children: [] })),
})

/** The table, or undefined where it has no cell. A table without a head gets an empty one. */
export function readTable(element: XmlElement, scope: StorageScope): Table | undefined {
  const rows = rowElements(element.children).map(cellsOf)
  const width = Math.max(0, ...rows.map((cells) => cells.length))
  if (width === 0) return undefined
  const cells = rows.flat()
  if (cells.some((cell) => attributeOf(cell, 'colspan') !== undefined || attributeOf(cell, 'rowspan') !== undefined))
    scope.lose('merged cells')
  if (cells.some((cell) => elementsOf(cell.children).some(({ name }) => COMPLEX.includes(name)))) scope.lose('blocks inside table cells')
  const hasHead = rows[0]?.every(({ name }) => name === 'th') === true
  const body = rows.map((row): TableRow => {
    const children = row.map((cell) => ({ type: 'tableCell' as const, children: tidyWords(cellWords(cell.children, scope)) }))
    return { type: 'tableRow', children: [...children, ...emptyRow(width - children.length).children] }
  })
  const align = Array.from({ length: width }, (_, column) => {
    const cell = rows.find((row) => row[column] !== undefined)?.[column]
    return cell ? alignOf(cell) : null
  })
  return { type: 'table', align, children: hasHead ? body : [emptyRow(width), ...body] }
}
