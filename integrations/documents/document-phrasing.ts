// Words of a document: references resolved, addresses that may do harm dropped, and inline HTML turned into the nodes it means.
// A tag that means nothing here stays as text, since in prose it is mostly no tag at all (`Promise<void>`).
import type { FootnoteDefinition, PhrasingContent } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import { type HtmlToken, htmlTokens } from './html-tokens.ts'
import { type Address, flatText, MAX_DEPTH, MAX_URL_LENGTH, safeUrl } from './plain-tree.ts'

export interface DocumentScope {
  readonly addresses: ReadonlyMap<string, Address>
  readonly footnotes: ReadonlyMap<string, FootnoteDefinition>
  /** Identifiers of the footnotes referred to, in the order of their numbers. */
  readonly cited: string[]
}

const WRAPPER = {
  b: 'strong',
  strong: 'strong',
  em: 'emphasis',
  i: 'emphasis',
  cite: 'emphasis',
  var: 'emphasis',
  dfn: 'emphasis',
  del: 'delete',
  s: 'delete',
  strike: 'delete',
  ins: 'underline',
  u: 'underline',
  sub: 'subscript',
  sup: 'superscript',
  code: 'code',
  kbd: 'code',
  samp: 'code',
  tt: 'code',
  a: 'a',
} as const
type WrapperTag = keyof typeof WRAPPER
/** Tags that say nothing a document keeps; their content stays. */
const TRANSPARENT: readonly string[] = [
  'span',
  'font',
  'small',
  'big',
  'mark',
  'abbr',
  'q',
  'label',
  'picture',
  'source',
  'wbr',
  'bdi',
  'time',
]

const isWrapper = (name: string): name is WrapperTag => Object.hasOwn(WRAPPER, name)
/** True when a tag of this name has a meaning between words. */
export const isInlineTag = (name: string): boolean => isWrapper(name) || TRANSPARENT.includes(name) || name === 'br' || name === 'img'

/**
 * The address as it may stand in a document: absolute ones only http, https and mailto; relative ones and fragments as they
 * are written, because what they lead to depends on where the document goes.
 */
export function documentUrl(url: string): string | undefined {
  const written = url.trim()
  if (written === '') return undefined
  if (written.startsWith('//')) return safeUrl(`https:${written}`)
  // Browsers drop tabs and line ends inside a scheme, so they are dropped before it is looked for.
  if (/^[a-z][a-z0-9+.-]*:/i.test(written.replace(/\s/g, ''))) return safeUrl(written)
  return written.length <= MAX_URL_LENGTH ? written.replace(/\s/g, '%20') : undefined
}

interface Frame {
  readonly tag: WrapperTag | undefined
  readonly attributes: ReadonlyMap<string, string>
  readonly children: PhrasingContent[]
}

function wrapped({ tag, attributes, children }: Frame): PhrasingContent[] {
  if (tag === undefined) return children
  const kind = WRAPPER[tag]
  if (kind === 'code') {
    const value = textOf({ type: 'paragraph', children })
    return value.trim() === '' ? [] : [{ type: 'inlineCode', value }]
  }
  if (kind === 'a') {
    const name = attributes.get('id') ?? attributes.get('name')
    const url = documentUrl(attributes.get('href') ?? '')
    const anchor: PhrasingContent[] = name ? [{ type: 'anchor', name }] : []
    return [...anchor, ...(url && children.length > 0 ? [{ type: 'link', url, children: children as never[] } as const] : children)]
  }
  return children.length > 0 ? [{ type: kind, children } as PhrasingContent] : []
}

/** Elements opened by tags between words, closed by the tag that fits or by the end of the words. */
function makeInlineSink() {
  const frames: Frame[] = [{ tag: undefined, attributes: new Map(), children: [] }]
  const push = (...nodes: PhrasingContent[]): void => void frames.at(-1)?.children.push(...nodes)
  const closeTop = (): void => {
    const top = frames.pop() as Frame
    push(...wrapped(top))
  }
  const openImage = (attributes: ReadonlyMap<string, string>): void => {
    const url = documentUrl(attributes.get('src') ?? '')
    const alt = attributes.get('alt') ?? ''
    if (url) push({ type: 'image', url, alt })
    else if (alt) push({ type: 'text', value: alt })
  }
  const open = ({ name, attributes, raw }: HtmlToken & { type: 'open' }): void => {
    if (name === 'br') push({ type: 'break' })
    else if (name === 'img') openImage(attributes)
    else if (isWrapper(name) && frames.length < MAX_DEPTH) frames.push({ tag: name, attributes, children: [] })
    else if (!isInlineTag(name)) push({ type: 'text', value: raw })
  }
  const close = (name: string, raw: string): void => {
    if (frames.some((frame) => frame.tag === name)) {
      while (frames.at(-1)?.tag !== name) closeTop()
      closeTop()
    } else if (!isInlineTag(name)) push({ type: 'text', value: raw })
  }
  const html = (value: string): void => {
    for (const token of htmlTokens(value)) {
      if (token.type === 'open') open(token)
      else if (token.type === 'close') close(token.name, token.raw)
      else push({ type: 'text', value: token.value.replace(/\s+/g, ' ') })
    }
  }
  const end = (): PhrasingContent[] => {
    while (frames.length > 1) closeTop()
    return frames[0]?.children ?? []
  }
  return Object.freeze({ push, html, end })
}

function linkTo(address: Address | undefined, children: PhrasingContent[]): PhrasingContent[] {
  const url = address && documentUrl(address.url)
  return url && children.length > 0 ? [{ type: 'link', url, children: children as never[] }] : children
}

function imageOf(address: Address | undefined, alt: string | null | undefined): PhrasingContent[] {
  const url = address && documentUrl(address.url)
  if (url && !url.startsWith('mailto:')) return [{ type: 'image', url, alt: alt ?? '' }]
  return alt ? [{ type: 'text', value: alt }] : []
}

function citation(identifier: string, scope: DocumentScope): PhrasingContent[] {
  if (!scope.footnotes.has(identifier)) return []
  if (!scope.cited.includes(identifier)) scope.cited.push(identifier)
  const label = String(scope.cited.indexOf(identifier) + 1)
  return [{ type: 'footnoteReference', identifier: label, label }]
}

function documentWord(node: PhrasingContent, scope: DocumentScope, depth: number): PhrasingContent[] {
  switch (node.type) {
    case 'image':
      return imageOf(node, node.alt)
    case 'imageReference':
      return imageOf(scope.addresses.get(node.identifier), node.alt)
    case 'link':
      return linkTo(node, documentPhrasing(node.children, scope, depth + 1))
    case 'linkReference':
      return linkTo(scope.addresses.get(node.identifier), documentPhrasing(node.children, scope, depth + 1))
    case 'footnoteReference':
      return citation(node.identifier, scope)
    case 'emphasis':
    case 'strong':
    case 'delete':
    case 'subscript':
    case 'superscript':
    case 'underline':
      return [{ type: node.type, children: documentPhrasing(node.children, scope, depth + 1) } as PhrasingContent]
    case 'text':
    case 'inlineCode':
      return [{ type: node.type, value: node.value }]
    case 'break':
    case 'status':
    case 'jiraIssue':
    case 'anchor':
      return [node]
    default:
      return []
  }
}

/** Phrasing content without HTML and references. */
export function documentPhrasing(nodes: readonly PhrasingContent[], scope: DocumentScope, depth: number): PhrasingContent[] {
  const sink = makeInlineSink()
  for (const node of nodes) {
    if (node.type === 'html') sink.html(node.value)
    else if (depth > MAX_DEPTH) sink.push({ type: 'text', value: flatText(node) })
    else sink.push(...documentWord(node, scope, depth))
  }
  return sink.end()
}
