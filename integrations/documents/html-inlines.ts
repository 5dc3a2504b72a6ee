// Words of a document as HTML nodes. Classes are names for a style sheet; nothing needs a script.
import type { Image, Link, Nodes, PhrasingContent } from 'mdast'
import { oneLine } from './clean-text.ts'
import type { HtmlOptions } from './html-options.ts'
import { safeUrl } from './plain-tree.ts'
import { element, text, type XmlNode } from './xml-tree.ts'

export interface HtmlScope {
  readonly options: HtmlOptions
  readonly slugs: ReadonlyMap<Nodes, string>
}

const MARK_ELEMENT = { strong: 'strong', emphasis: 'em', delete: 'del', subscript: 'sub', superscript: 'sup', underline: 'u' } as const

/** The id of a place of the document in the page it stands in. */
export const htmlId = (name: string, { options }: HtmlScope): string => `${options.idPrefix ?? ''}${name.trim().replace(/\s+/g, '-')}`

/** What the page answered may also be a path of its own site; anything with a scheme is held to the safe ones. */
const answered = (url: string | undefined): string | undefined =>
  url === undefined || !/^(?:\/\/|[^/?#]*:)/.test(url.replace(/\s/g, '')) ? url : safeUrl(url)

function linkNodes(node: Link, scope: HtmlScope): XmlNode[] {
  const { options } = scope
  const words = htmlInlines(node.children, scope, true)
  if (node.url.startsWith('#')) return [element('a', { href: `#${htmlId(node.url.slice(1), scope)}` }, words)]
  const href = answered(options.resolveLink?.(node.url)) ?? safeUrl(node.url) ?? safeUrl(node.url, options.baseUrl)
  return href === undefined ? words : [element('a', { href }, words)]
}

function imageNodes(node: Image, { options }: HtmlScope): XmlNode[] {
  const alt = oneLine(node.alt ?? '')
  const src = answered(options.resolveImage?.(node.url)) ?? safeUrl(node.url) ?? safeUrl(node.url, options.baseUrl)
  if (src === undefined || src.startsWith('mailto:')) return alt === '' ? [] : [text(alt)]
  return [element('img', { src, alt })]
}

function footnoteMark(label: string, scope: HtmlScope): XmlNode {
  const attributes = { href: `#${htmlId(`fn-${label}`, scope)}`, id: htmlId(`fnref-${label}`, scope) }
  return element('sup', {}, [element('a', attributes, [text(`[${label}]`)])])
}

function inlineNodes(node: PhrasingContent, scope: HtmlScope, inLink: boolean): XmlNode[] {
  switch (node.type) {
    case 'text':
      return [text(node.value)]
    case 'inlineCode':
      return [element('code', {}, [text(node.value)])]
    case 'break':
      return [element('br')]
    case 'strong':
    case 'emphasis':
    case 'delete':
    case 'subscript':
    case 'superscript':
    case 'underline':
      return [element(MARK_ELEMENT[node.type], {}, htmlInlines(node.children, scope, inLink))]
    case 'link':
      return inLink ? htmlInlines(node.children, scope, true) : linkNodes(node, scope)
    case 'image':
      return imageNodes(node, scope)
    case 'status':
      return [element('span', { class: `status status-${node.colour.toLowerCase()}` }, [text(oneLine(node.value))])]
    case 'jiraIssue': {
      const href = safeUrl(node.url)
      return href === undefined || inLink ? [text(node.value)] : [element('a', { href, class: 'issue' }, [text(node.value)])]
    }
    case 'anchor':
      return [element('a', { id: htmlId(node.name, scope) })]
    case 'footnoteReference':
      return [footnoteMark(oneLine(node.label ?? node.identifier), scope)]
    default:
      return 'value' in node ? [text(node.value)] : []
  }
}

/** HTML nodes of phrasing content. Inside a link there are no links. */
export function htmlInlines(nodes: readonly PhrasingContent[], scope: HtmlScope, inLink = false): XmlNode[] {
  return nodes.flatMap((node) => inlineNodes(node, scope, inLink))
}
