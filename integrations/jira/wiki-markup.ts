// Wiki markup: what a Jira Data Center keeps where Cloud keeps a document (adf.ts). What it cannot say is written in the nearest
// form that it can, never dropped with its text: a quote in a list is its paragraphs, a task has a box before it. Deterministic.
import type { BlockContent, Blockquote, Code, DefinitionContent, List, ListItem, PhrasingContent, Root, RootContent, Table } from 'mdast'
import { cleanText } from '../documents/clean-text.ts'
import { type AdfOptions, type AdfParts, CUT_NOTICE } from './adf.ts'
import { escapeLineStart, toWikiInlines } from './wiki-inlines.ts'

/** Jira's limit of a text field, in characters. */
export const MAX_WIKI_LENGTH = 32_767

/** Before the text of a task; what wiki-read.ts reads as one. */
export const BOXES = { open: '☐', done: '☑' } as const

/** Languages that Jira colours; another one as language would show an error above the code, so it is its title. */
const LANGUAGES: ReadonlySet<string> = new Set(
  'actionscript ada applescript bash c c# c++ cpp css diff erlang go groovy haskell html java javascript js json lua objc perl php python r ruby scala sh sql swift vb xml yaml'.split(
    ' ',
  ),
)

type Block = RootContent | BlockContent | DefinitionContent

/** The end of code inside of code would end it: a character that nobody sees parts its brace from its name. */
export const guardCode = (text: string): string => text.replace(/\{(\u2060*)(?=code|noformat)/g, '{\u2060$1')

function code({ value, lang }: Code): string {
  const language = lang && /^[\w+#.-]{1,40}$/.test(lang) ? lang.toLowerCase() : undefined
  const named = language === undefined ? '' : LANGUAGES.has(language) ? `:${language}` : `:title=${lang}`
  return `{code${named}}\n${guardCode(cleanText(value))}\n{code}`
}

const strong = (children: readonly PhrasingContent[]): PhrasingContent[] =>
  children.length > 0 ? [{ type: 'strong', children: [...children] }] : []

function table({ children }: Table): string {
  const width = Math.max(0, ...children.map((row) => row.children.length))
  const rows = children.map((row, index) => {
    const bar = index === 0 ? '||' : '|'
    const cells = Array.from({ length: width }, (_, column) => toWikiInlines(row.children[column]?.children ?? []) || ' ')
    return `${bar}${cells.join(bar)}${bar}`
  })
  return width === 0 ? '' : rows.join('\n')
}

/** Parts with something between them, the empty ones left out. */
const joined = (parts: readonly (readonly PhrasingContent[])[], between: PhrasingContent): PhrasingContent[] =>
  parts.filter((part) => part.length > 0).flatMap((part, index) => [...(index > 0 ? [between] : []), ...part])

/** What of an item's content is words; the rest stands below it. */
function wordsOf(block: Block): PhrasingContent[] {
  switch (block.type) {
    case 'paragraph':
      return block.children
    case 'heading':
      return strong(block.children)
    case 'blockquote':
      return joined(block.children.map(wordsOf), { type: 'break' })
    case 'table': {
      const rows = block.children.map((row) =>
        joined(
          row.children.map((cell) => cell.children),
          { type: 'text', value: ' | ' },
        ),
      )
      return joined(rows, { type: 'break' })
    }
    default:
      return []
  }
}

const isBelow = (block: Block): block is List | Code => block.type === 'list' || block.type === 'code'
/** Lists and code of an item, also those inside its quotes. */
const belowOf = (block: Block): (List | Code)[] =>
  isBelow(block) ? [block] : block.type === 'blockquote' ? block.children.flatMap(belowOf) : []

function listItem(item: ListItem, marker: string): string[] {
  const box = typeof item.checked === 'boolean' ? [item.checked ? BOXES.done : BOXES.open] : []
  const words = toWikiInlines(joined(item.children.map(wordsOf), { type: 'break' }))
  // Without a word Jira sees no item: a space that does not break is one.
  const text = [...box, words].join(' ').trim() || '\u00A0'
  return [
    `${marker} ${text}`,
    ...item.children.flatMap(belowOf).map((block) => (block.type === 'list' ? list(block, marker) : code(block))),
  ]
}

const list = (node: List, above = ''): string =>
  node.children.flatMap((item) => listItem(item, `${above}${node.ordered ? '#' : '*'}`)).join('\n')

/** A quote ends at the next word `{quote}`, so one inside another is only its content. */
function blockquote({ children }: Blockquote, isInside: boolean): string[] {
  const inner = blocks(children, true)
  if (isInside || inner.length === 0) return inner
  return [`{quote}\n${inner.join('\n\n')}\n{quote}`]
}

function block(node: Block, isQuoted: boolean): string[] {
  switch (node.type) {
    case 'paragraph':
      return [escapeLineStart(toWikiInlines(node.children))]
    case 'heading': {
      const text = toWikiInlines(node.children).replaceAll('\\\\ ', ' ')
      return text === '' ? [] : [`h${node.depth}. ${text}`]
    }
    case 'thematicBreak':
      return ['----']
    case 'code':
      return [code(node)]
    case 'blockquote':
      return blockquote(node, isQuoted)
    case 'list':
      return [list(node)]
    case 'table':
      return [table(node)]
    default:
      return 'value' in node ? [escapeLineStart(toWikiInlines([{ type: 'text', value: node.value }]))] : []
  }
}

const blocks = (nodes: readonly Block[], isQuoted = false): string[] =>
  nodes.flatMap((node) => block(node, isQuoted)).filter((text) => text !== '')

const SEPARATOR = '\n\n'

/** As many lines of a block as fit; none where it is not made of lines, or holds code that would stay open. */
function shrink(text: string, room: number): string[] {
  const isCode = /^\{code[^\n]*\}\n/.test(text)
  if (!isCode && (/\{(?:code|quote)/.test(text) || !/^(?:[*#]+ |\|)/.test(text))) return []
  const end = isCode ? '\n{code}' : ''
  const kept: string[] = []
  let used = end.length
  for (const line of (isCode ? text.slice(0, -end.length) : text).split('\n')) {
    used += line.length + 1
    if (used > room) break
    kept.push(line)
  }
  return kept.length > (isCode ? 1 : 0) ? [`${kept.join('\n')}${end}`] : []
}

function takeFitting(texts: readonly string[], room: number): string[] {
  const kept: string[] = []
  let used = 0
  for (const text of texts) {
    const length = text.length + SEPARATOR.length
    if (used + length > room) return [...kept, ...shrink(text, room - used - SEPARATOR.length)]
    used += length
    kept.push(text)
  }
  return kept
}

function cutNotice(sourceUrl: string | undefined): string {
  const words: PhrasingContent = { type: 'emphasis', children: [{ type: 'text', value: CUT_NOTICE }] }
  return toWikiInlines(sourceUrl ? [{ type: 'link', url: sourceUrl, children: [words] }] : [words])
}

/**
 * The text of a description. A body that does not fit the limit ends at a block (or list item, row, line of code) and a notice
 * with the link to the file; the footer is kept.
 */
export function toWiki(parts: AdfParts, options: AdfOptions = {}): string {
  const limit = options.limit ?? MAX_WIKI_LENGTH
  const body = blocks(parts.body.children)
  const footer = parts.footer ? blocks(parts.footer.children) : []
  const whole = [...body, ...footer].join(SEPARATOR)
  if (!parts.cut && whole.length <= limit) return whole
  const tail = [cutNotice(options.sourceUrl), ...footer]
  return [...takeFitting(body, limit - tail.join(SEPARATOR).length), ...tail].join(SEPARATOR)
}

/** The tree as markup, whole. */
export const treeToWiki = (tree: Root): string => toWiki({ body: tree }, { limit: Number.POSITIVE_INFINITY })
