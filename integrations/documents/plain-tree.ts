// What parsing leaves in a tree that serializers should not each have to solve: HTML, references and their definitions,
// footnotes, unsafe or relative addresses, and nesting without a floor. After this the tree holds only `PLAIN_TYPES`.
import type {
  BlockContent,
  DefinitionContent,
  FootnoteDefinition,
  List,
  ListItem,
  Nodes,
  Paragraph,
  PhrasingContent,
  Root,
  RootContent,
} from 'mdast'

export const PLAIN_TYPES = [
  'root',
  'paragraph',
  'heading',
  'thematicBreak',
  'blockquote',
  'list',
  'listItem',
  'table',
  'tableRow',
  'tableCell',
  'code',
  'text',
  'emphasis',
  'strong',
  'delete',
  'inlineCode',
  'break',
  'link',
  'image',
] as const

/** Deeper than people nest; below it only the text is kept, so that no serializer runs out of stack. */
export const MAX_DEPTH = 24
/** Longest address that is kept as a link; a longer one is a payload, not an address. */
export const MAX_URL_LENGTH = 2_000

export interface Address {
  readonly url: string
  readonly title?: string | null
}

interface Scope {
  readonly addresses: ReadonlyMap<string, Address>
  readonly footnotes: ReadonlyMap<string, FootnoteDefinition>
  /** Identifiers of the footnotes referred to, in the order of their numbers. */
  readonly cited: string[]
  readonly baseUrl: string | undefined
}

/** An absolute http, https or mailto address, or undefined when the text is none and cannot become one. */
export function safeUrl(url: string, baseUrl?: string): string | undefined {
  // A fragment points into the file's own rendering; without the file's address it points nowhere.
  const base = baseUrl !== undefined && URL.canParse(baseUrl) ? baseUrl : undefined
  if (!URL.canParse(url, base)) return undefined
  const parsed = new URL(url, base)
  if (!['http:', 'https:', 'mailto:'].includes(parsed.protocol)) return undefined
  return parsed.href.length <= MAX_URL_LENGTH ? parsed.href : undefined
}

/** All text below a node, without recursion: for nodes below the depth limit. */
export function flatText(node: Nodes): string {
  const parts: string[] = []
  const queue: Nodes[] = [node]
  while (queue.length > 0) {
    const at = queue.pop() as Nodes
    if ('value' in at) parts.push(at.value)
    else if ('alt' in at && at.alt) parts.push(at.alt)
    if ('children' in at) queue.push(...at.children.toReversed())
  }
  return parts.join(' ')
}

/** Definitions of links and footnotes wherever they stand; the first of a name counts, as CommonMark says. */
export function collectDefinitions(root: Root): Pick<Scope, 'addresses' | 'footnotes'> {
  const addresses = new Map<string, Address>()
  const footnotes = new Map<string, FootnoteDefinition>()
  const queue: Nodes[] = [root]
  while (queue.length > 0) {
    const at = queue.pop() as Nodes
    if (at.type === 'definition' && !addresses.has(at.identifier)) addresses.set(at.identifier, { url: at.url, title: at.title })
    if (at.type === 'footnoteDefinition' && !footnotes.has(at.identifier)) footnotes.set(at.identifier, at)
    if ('children' in at) queue.push(...at.children.toReversed())
  }
  return { addresses, footnotes }
}

/** Comments are not content, line breaks are; every other tag stays as the text it is. */
function htmlAsText(value: string): PhrasingContent[] {
  const visible = value.replace(/<!--[\s\S]*?(?:-->|$)/g, '')
  const parts = visible.split(/<br\s*\/?>/i)
  return parts.flatMap((part, index): PhrasingContent[] => [
    ...(index > 0 ? [{ type: 'break' } as const] : []),
    ...(part.trim() === '' ? [] : [{ type: 'text', value: part } as const]),
  ])
}

function plainImage(address: Address | undefined, alt: string | null | undefined, scope: Scope): PhrasingContent[] {
  const url = address && safeUrl(address.url, scope.baseUrl)
  if (url && !url.startsWith('mailto:')) return [{ type: 'image', url, alt: alt ?? '' }]
  return alt ? [{ type: 'text', value: alt }] : []
}

function plainLink(address: Address | undefined, children: PhrasingContent[], scope: Scope, depth: number): PhrasingContent[] {
  const url = address && safeUrl(address.url, scope.baseUrl)
  const inside = plainPhrasing(children, scope, depth)
  return url && inside.length > 0 ? [{ type: 'link', url, children: inside as never[] }] : inside
}

function citation(identifier: string, scope: Scope): PhrasingContent[] {
  if (!scope.footnotes.has(identifier)) return []
  if (!scope.cited.includes(identifier)) scope.cited.push(identifier)
  return [{ type: 'text', value: `[${scope.cited.indexOf(identifier) + 1}]` }]
}

function plainPhrasing(nodes: readonly PhrasingContent[], scope: Scope, depth: number): PhrasingContent[] {
  return nodes.flatMap((node): PhrasingContent[] => {
    if (depth > MAX_DEPTH) return [{ type: 'text', value: flatText(node) }]
    switch (node.type) {
      case 'html':
        return htmlAsText(node.value)
      case 'image':
        return plainImage(node, node.alt, scope)
      case 'imageReference':
        return plainImage(scope.addresses.get(node.identifier), node.alt, scope)
      case 'link':
        return plainLink(node, node.children, scope, depth + 1)
      case 'linkReference':
        return plainLink(scope.addresses.get(node.identifier), node.children, scope, depth + 1)
      case 'footnoteReference':
        return citation(node.identifier, scope)
      case 'emphasis':
      case 'strong':
      case 'delete':
        return [{ type: node.type, children: plainPhrasing(node.children, scope, depth + 1) }]
      case 'text':
      case 'inlineCode':
        return [{ type: node.type, value: node.value }]
      case 'break':
        return [{ type: 'break' }]
      default:
        return []
    }
  })
}

const paragraphOf = (children: PhrasingContent[]): Paragraph[] => (children.length > 0 ? [{ type: 'paragraph', children }] : [])

function plainItem(item: ListItem, scope: Scope, depth: number): ListItem {
  const children = plainBlocks(item.children, scope, depth + 1) as BlockContent[]
  return { type: 'listItem', spread: item.spread ?? false, checked: item.checked ?? null, children }
}

function plainBlock(node: RootContent, scope: Scope, depth: number): RootContent[] {
  if (depth > MAX_DEPTH) return paragraphOf([{ type: 'text', value: flatText(node) }])
  switch (node.type) {
    case 'html':
      return paragraphOf(htmlAsText(node.value))
    case 'paragraph':
      return paragraphOf(plainPhrasing(node.children, scope, depth + 1))
    case 'heading':
      return [{ type: 'heading', depth: node.depth, children: plainPhrasing(node.children, scope, depth + 1) }]
    case 'blockquote':
      return [{ type: 'blockquote', children: plainBlocks(node.children, scope, depth + 1) as BlockContent[] }]
    case 'list': {
      const items = node.children.map((item) => plainItem(item, scope, depth + 1))
      return [{ type: 'list', ordered: node.ordered ?? false, start: node.start ?? null, spread: node.spread ?? false, children: items }]
    }
    case 'table': {
      const rows = node.children.map((row) => ({
        type: 'tableRow' as const,
        children: row.children.map((cell) => ({ type: 'tableCell' as const, children: plainPhrasing(cell.children, scope, depth + 2) })),
      }))
      return [{ type: 'table', align: node.align ?? null, children: rows }]
    }
    case 'code':
      return [{ type: 'code', lang: node.lang ?? null, meta: null, value: node.value }]
    case 'thematicBreak':
      return [{ type: 'thematicBreak' }]
    case 'definition':
    case 'footnoteDefinition':
    case 'yaml':
      return []
    default:
      // Phrasing directly under a block parent: fromMarkdown never makes it, hand-built trees may.
      return paragraphOf(plainPhrasing([node as PhrasingContent], scope, depth + 1))
  }
}

function plainBlocks(nodes: readonly (RootContent | DefinitionContent)[], scope: Scope, depth: number): RootContent[] {
  return nodes.flatMap((node) => plainBlock(node, scope, depth))
}

/** Footnotes cite footnotes: the list grows while it is made, and ends because every footnote is cited once. */
function footnoteList(scope: Scope): RootContent[] {
  const items: ListItem[] = []
  for (let index = 0; index < scope.cited.length; index += 1) {
    const note = scope.footnotes.get(scope.cited[index] as string)
    const children = note ? (plainBlocks(note.children, scope, 2) as BlockContent[]) : []
    items.push({ type: 'listItem', spread: false, checked: null, children })
  }
  const list: List = { type: 'list', ordered: true, start: 1, spread: false, children: items }
  return items.length > 0 ? [{ type: 'thematicBreak' }, list] : []
}

/** A new tree of plain nodes only; relative addresses are resolved against `baseUrl`, other unsafe ones lose their link. */
export function plainTree(root: Root, baseUrl?: string): Root {
  const scope: Scope = { ...collectDefinitions(root), cited: [], baseUrl }
  const body = plainBlocks(root.children, scope, 0)
  return { type: 'root', children: [...body, ...footnoteList(scope)] }
}
