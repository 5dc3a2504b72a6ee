// Blocks of a document as HTML nodes.
import type { FootnoteDefinition, List, ListItem, PhrasingContent, RootContent, Table } from 'mdast'
import { oneLine } from './clean-text.ts'
import type { Alert } from './document-nodes.ts'
import { type HtmlScope, htmlId, htmlInlines } from './html-inlines.ts'
import { element, text, type XmlNode } from './xml-tree.ts'

function itemNode(node: ListItem, scope: HtmlScope, isLoose: boolean): XmlNode {
  const children = node.children.flatMap((child) =>
    child.type === 'paragraph' && !isLoose ? htmlInlines(child.children, scope) : htmlBlock(child, scope),
  )
  if (typeof node.checked !== 'boolean') return element('li', {}, children)
  const attributes = { checked: node.checked ? '' : undefined, 'aria-label': node.checked ? 'done' : 'not done' }
  return element('li', { class: 'task' }, [element('input', { type: 'checkbox', disabled: '', ...attributes }), text(' '), ...children])
}

function listNode(node: List, scope: HtmlScope): XmlNode {
  const start = node.ordered && typeof node.start === 'number' && node.start !== 1 ? String(node.start) : undefined
  const isLoose = node.spread === true || node.children.some((child) => child.spread === true)
  const items = node.children.map((child) => itemNode(child, scope, isLoose))
  return element(node.ordered ? 'ol' : 'ul', { start }, items)
}

function tableNode(node: Table, scope: HtmlScope): XmlNode {
  const rows = node.children.map((row, index) => {
    const cells = row.children.map((cell, column) => {
      const align = node.align?.[column] ?? undefined
      const attributes = { class: align && `align-${align}`, scope: index === 0 ? 'col' : undefined }
      return element(index === 0 ? 'th' : 'td', attributes, htmlInlines(cell.children, scope))
    })
    return element('tr', {}, cells)
  })
  return element('table', {}, [element('thead', {}, rows.slice(0, 1)), element('tbody', {}, rows.slice(1))])
}

function alertNode(node: Alert, scope: HtmlScope): XmlNode {
  const title = `${node.kind[0]?.toUpperCase() ?? ''}${node.kind.slice(1)}`
  return element('div', { class: `alert alert-${node.kind}`, role: 'note' }, [
    element('p', { class: 'alert-title' }, [text(title)]),
    ...htmlBlocks(node.children, scope),
  ])
}

/** Headings of the second and third level, as links. */
function tocNodes(scope: HtmlScope): XmlNode[] {
  const items = [...scope.slugs].flatMap(([node, slug]) => {
    if (node.type !== 'heading' || node.depth === 1 || node.depth > 3) return []
    const link = element('a', { href: `#${htmlId(slug, scope)}` }, htmlInlines(node.children, scope, true))
    return [element('li', { class: `toc-${node.depth}` }, [link])]
  })
  return items.length > 0 ? [element('ul', { class: 'toc' }, items)] : []
}

function htmlBlock(node: RootContent, scope: HtmlScope): XmlNode[] {
  switch (node.type) {
    case 'paragraph':
      return [element('p', {}, htmlInlines(node.children, scope))]
    case 'heading': {
      const slug = scope.slugs.get(node)
      const level = Math.min(6, node.depth + (scope.options.headingShift ?? 0))
      return [element(`h${level}`, { id: slug === undefined ? undefined : htmlId(slug, scope) }, htmlInlines(node.children, scope))]
    }
    case 'thematicBreak':
      return [element('hr')]
    case 'blockquote':
      return [element('blockquote', {}, htmlBlocks(node.children, scope))]
    case 'alert':
      return [alertNode(node, scope)]
    case 'details': {
      const summary = element('summary', {}, [text(oneLine(node.summary) || 'Details')])
      return [element('details', {}, [summary, ...htmlBlocks(node.children, scope)])]
    }
    case 'list':
      return node.children.length > 0 ? [listNode(node, scope)] : []
    case 'table':
      return node.children.length > 0 ? [tableNode(node, scope)] : []
    case 'code': {
      const lang = oneLine(node.lang ?? '').split(' ')[0]
      return [element('pre', {}, [element('code', { class: lang ? `language-${lang}` : undefined }, [text(`${node.value}\n`)])])]
    }
    case 'toc':
      return tocNodes(scope)
    case 'drawing':
      return [element('figure', {}, [node.svg])]
    case 'footnoteDefinition':
    case 'definition':
    case 'yaml':
      return []
    default: {
      const words = htmlInlines([node as PhrasingContent], scope)
      return words.length > 0 ? [element('p', {}, words)] : []
    }
  }
}

function footnoteNode(note: FootnoteDefinition, scope: HtmlScope): XmlNode {
  const label = oneLine(note.label ?? note.identifier)
  const back = element('a', { href: `#${htmlId(`fnref-${label}`, scope)}`, 'aria-label': 'back to the text' }, [text('\u21A9')])
  return element('li', { id: htmlId(`fn-${label}`, scope) }, [...htmlBlocks(note.children, scope), back])
}

/** HTML nodes of blocks; footnotes among them come last, below a rule. */
export function htmlBlocks(nodes: readonly RootContent[], scope: HtmlScope): XmlNode[] {
  const body = nodes.flatMap((node) => htmlBlock(node, scope))
  const notes = nodes.filter((node) => node.type === 'footnoteDefinition').map((note) => footnoteNode(note, scope))
  return notes.length > 0 ? [...body, element('hr'), element('ol', { class: 'footnotes' }, notes)] : body
}
