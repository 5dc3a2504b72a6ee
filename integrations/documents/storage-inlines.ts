// Words of a document in storage format. What a link or an image becomes depends on where the page goes, so it is asked for.
import type { Image, Link, PhrasingContent } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { oneLine } from './clean-text.ts'
import { safeUrl } from './plain-tree.ts'
import {
  anchorLink,
  anchorMacro,
  attachedImage,
  attachmentLink,
  jiraMacro,
  pageLink,
  remoteImage,
  statusMacro,
  urlLink,
} from './storage-elements.ts'
import { footnoteAnchor, footnoteBackAnchor } from './storage-names.ts'
import type { LinkTarget, StorageAttachment, StorageOptions } from './storage-options.ts'
import { element, text, type XmlNode } from './xml-tree.ts'

/** What is collected while one page is written. */
export interface StorageCollector {
  readonly options: StorageOptions
  /** Anchors that stand on the page: slugs of headings and named places. */
  readonly anchors: ReadonlySet<string>
  attach(attachment: StorageAttachment): void
  note(sentence: string): void
}

const MARK_ELEMENT = {
  strong: 'strong',
  emphasis: 'em',
  delete: 'del',
  subscript: 'sub',
  superscript: 'sup',
  underline: 'u',
} as const

const ISSUE_PATH = /^\/browse\/([A-Z][A-Z0-9_]+-\d+)$/

/** The key where the address is that of an issue of the linked Jira, and the words of the link are the key or the address. */
function issueKeyOf(node: Link, options: StorageOptions): string | undefined {
  const base = options.jira?.baseUrl?.replace(/\/+$/, '')
  if (!base || !node.url.startsWith(`${base}/`)) return undefined
  const key = ISSUE_PATH.exec(node.url.slice(base.length))?.[1]
  return key !== undefined && [key, node.url].includes(textOf(node).trim()) ? key : undefined
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment)
  } catch {
    // A stray percent sign: the fragment is what it says.
    return fragment
  }
}

function targetOf(url: string, { options, note }: StorageCollector): LinkTarget | undefined {
  const resolved = options.resolveLink?.(url)
  if (resolved !== undefined) return resolved
  const absolute = safeUrl(url) ?? safeUrl(url, options.baseUrl)
  if (absolute !== undefined) return { kind: 'url', url: absolute }
  note(`The link to "${oneLine(url)}" leads to nothing that is published; its words stand without it.`)
  return undefined
}

function linkNodes(node: Link, collector: StorageCollector): XmlNode[] {
  const key = issueKeyOf(node, collector.options)
  if (key !== undefined && collector.options.jira) return [jiraMacro(key, collector.options.jira.server, collector.options.jira.serverId)]
  const body = storageInlines(node.children, collector, true)
  if (node.url.startsWith('#')) {
    const anchor = decoded(node.url.slice(1))
    if (collector.anchors.has(anchor)) return [anchorLink(anchor, body)]
  }
  const target = targetOf(node.url, collector)
  if (target === undefined) return body
  if (target.kind === 'page') return [pageLink(target, body)]
  if (target.kind === 'attachment') return [attachmentLink(target.name, body)]
  const href = safeUrl(target.url)
  return href === undefined ? body : [urlLink(href, body)]
}

function imageNodes(node: Image, collector: StorageCollector): XmlNode[] {
  const alt = oneLine(node.alt ?? '')
  const file = collector.options.resolveImage?.(node.url)
  if (file !== undefined) {
    collector.attach(file)
    return [attachedImage(file.name, alt)]
  }
  const url = safeUrl(node.url) ?? safeUrl(node.url, collector.options.baseUrl)
  if (url !== undefined && !url.startsWith('mailto:')) return [remoteImage(url, alt)]
  collector.note(`The image "${oneLine(node.url)}" is not in the repository; its description stands for it.`)
  return alt === '' ? [] : [text(alt)]
}

function footnoteMark(label: string): XmlNode {
  const link = anchorLink(footnoteAnchor(label), [text(`[${label}]`)])
  return element('sup', {}, [anchorMacro(footnoteBackAnchor(label)), link])
}

function inlineNodes(node: PhrasingContent, collector: StorageCollector, inLink: boolean): XmlNode[] {
  switch (node.type) {
    case 'text':
      // A line end inside a paragraph is a space; some versions of the editor make a break of it.
      return [text(node.value.replace(/[\t ]*\n[\t ]*/g, ' '))]
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
      return [element(MARK_ELEMENT[node.type], {}, storageInlines(node.children, collector, inLink))]
    case 'link':
      return inLink ? storageInlines(node.children, collector, true) : linkNodes(node, collector)
    case 'image':
      return imageNodes(node, collector)
    case 'status':
      return [statusMacro(oneLine(node.value), node.colour)]
    case 'jiraIssue': {
      const jira = collector.options.jira
      if (jira && !inLink) return [jiraMacro(oneLine(node.value), jira.server, jira.serverId)]
      const href = safeUrl(node.url)
      return href === undefined || inLink ? [text(node.value)] : [urlLink(href, [text(node.value)])]
    }
    case 'anchor':
      return oneLine(node.name) === '' ? [] : [anchorMacro(oneLine(node.name))]
    case 'footnoteReference':
      return [footnoteMark(oneLine(node.label ?? node.identifier))]
    default:
      // Nothing else is in a document; what a hand-built tree holds besides is shown as the text it has.
      return 'value' in node ? [text(node.value)] : []
  }
}

/** Storage nodes of phrasing content. Inside a link there are no links. */
export function storageInlines(nodes: readonly PhrasingContent[], collector: StorageCollector, inLink = false): XmlNode[] {
  return nodes.flatMap((node) => inlineNodes(node, collector, inLink))
}
