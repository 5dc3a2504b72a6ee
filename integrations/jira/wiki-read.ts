// Wiki markup as a document tree: what a Data Center stores, whoever wrote it. Macros that markdown cannot say are read as what
// they show. The grammar goes by lines; code is taken out first, because nothing inside it is markup.
import type { BlockContent, List, ListItem, PhrasingContent, Root, RootContent, TableRow } from 'mdast'
import { cleanText } from '../documents/clean-text.ts'
import { plainTree } from '../documents/plain-tree.ts'
import { BOXES } from './wiki-markup.ts'
import { fromWikiLine } from './wiki-read-inlines.ts'

/** Quotes and panels inside one another deeper than this are read as text. */
const MAX_DEPTH = 12
const LIST = /^\s*([*#]+|-)\s+([^\n]*)$/
const HEADING = /^\s*h([1-6])\.(?:\s+([^\n]*))?$/
const RULE = /^\s*-{4,}\s*$/
const QUOTE_LINE = /^\s*bq\.\s+([^\n]*)$/
const ROW = /^\s*\|/
/** Stands for a piece of code that was taken out; the character is in no clean text. */
const TAKEN = /^\uFFFE(\d+)$/

interface Source {
  readonly lines: readonly string[]
  readonly codes: readonly BlockContent[]
  readonly depth: number
}

const OPENING = /\{(code|noformat)(?::([^}\n]{0,200}))?\}/g
const unguarded = (text: string): string => text.replace(/\{\u2060(\u2060*)(?=code|noformat)/g, '{$1')

function languageOf(options: string | undefined): string | null {
  const parts = (options ?? '').split('|')
  const plain = parts.find((part) => part !== '' && !part.includes('='))
  const named = (key: string) => parts.find((part) => part.startsWith(`${key}=`))?.slice(key.length + 1)
  return plain ?? named('language') ?? named('title') ?? null
}

/** Of `{{code}}` the inner braces are no macro's. */
const isEscaped = (text: string, at: number) => text[at - 1] === '{' || (text[at - 1] === '\\' && text[at - 2] !== '\\')

/** The text with each piece of code as a line of its own that names it. */
function takeCode(text: string): { readonly text: string; readonly codes: readonly BlockContent[] } {
  const codes: BlockContent[] = []
  const unending = new Set<string>()
  let out = ''
  let at = 0
  for (const match of text.matchAll(OPENING)) {
    const [opening, macro = '', options] = match
    if (match.index < at || unending.has(macro) || isEscaped(text, match.index)) continue
    const from = match.index + opening.length
    const end = text.indexOf(`{${macro}}`, from)
    if (end === -1) {
      unending.add(macro)
      continue
    }
    const value = unguarded(text.slice(from, end))
      .replace(/^[ \t]*\n/, '')
      .replace(/\n[ \t]*$/, '')
    const before = text.slice(at, match.index)
    out += `${before}${before === '' || before.endsWith('\n') ? '' : '\n'}\uFFFE${codes.length}\n`
    codes.push({ type: 'code', lang: macro === 'code' ? languageOf(options) : null, meta: null, value })
    at = end + macro.length + 2
    if (text[at] === '\n') at += 1
  }
  return { text: out + text.slice(at), codes }
}

/** Lines of one paragraph: in Jira a line end is one. */
function phrasing(lines: readonly string[]): PhrasingContent[] {
  const read = lines.map(fromWikiLine).filter((nodes) => nodes.length > 0)
  return read.flatMap((nodes, index): PhrasingContent[] => [...(index > 0 ? [{ type: 'break' } as const] : []), ...nodes])
}

function paragraph(lines: readonly string[]): BlockContent[] {
  const children = phrasing(lines)
  const says = children.some(
    (node) => node.type !== 'break' && !(node.type === 'text' && node.value.replaceAll('\u00A0', ' ').trim() === ''),
  )
  return says ? [{ type: 'paragraph', children }] : []
}

/** What holds bars of its own: an escaped character, a link, an image. */
const WITH_BARS = /\\.|\[[^\]\n]*\]|!(?:https?:)[^\s|!]+(?:\|[^!\n]*)?!/y

/** Cells of a row, which may begin and end with one bar or two. */
function cellsOf(line: string): string[] {
  const cells: string[] = []
  let cell = ''
  for (let at = 0; at < line.length; ) {
    WITH_BARS.lastIndex = at
    const whole = line[at] === '|' ? '' : (WITH_BARS.exec(line)?.[0] ?? (line[at] as string))
    if (whole === '') {
      cells.push(cell)
      cell = ''
    } else cell += whole
    at += whole === '' ? (line[at + 1] === '|' ? 2 : 1) : whole.length
  }
  return [...cells.slice(1), ...(cell.trim() === '' ? [] : [cell])]
}

const toRow = (line: string): TableRow => ({
  type: 'tableRow',
  children: cellsOf(line.trim()).map((cell) => ({ type: 'tableCell', children: fromWikiLine(cell) })),
})

/** The box before the words of a task; people also type `[ ]` and `[x]`. */
function toItem(text: string): ListItem {
  const box = new RegExp(`^(?:(${BOXES.open}|\\[ \\])|(${BOXES.done}|\\[[xX]\\]))(?:\\s+|$)`).exec(text)
  const checked = box === null ? null : box[2] !== undefined
  return { type: 'listItem', spread: false, checked, children: paragraph([text.slice(box?.[0].length ?? 0)]) }
}

interface OpenList {
  readonly list: List
  readonly sign: string
}

const newList = (sign: string): OpenList => ({
  sign,
  list: { type: 'list', ordered: sign === '#', start: sign === '#' ? 1 : null, spread: false, children: [] },
})

/** Code below an item, or another line of its words. */
function continueItem(item: ListItem, line: string, codes: Source['codes']): void {
  const code = codes[Number(TAKEN.exec(line)?.[1] ?? -1)]
  const last = item.children.at(-1)
  const words = paragraph([line])[0]
  if (code) item.children.push(code)
  else if (last?.type === 'paragraph' && words?.type === 'paragraph') last.children.push({ type: 'break' }, ...words.children)
  else if (words) item.children.push(words)
}

/** A list and everything that belongs to it, up to the next empty line. */
function readList({ lines, codes }: Source, from: number): { readonly nodes: RootContent[]; readonly next: number } {
  const roots: List[] = []
  let open: OpenList[] = []
  let at = from
  for (; at < lines.length && (lines[at] as string).trim() !== ''; at += 1) {
    const line = lines[at] as string
    const match = LIST.exec(line)
    const item = open.at(-1)?.list.children.at(-1)
    if (match) {
      const signs = [...(match[1] as string)].map((sign) => (sign === '#' ? '#' : '*'))
      const shared = open.findIndex(({ sign }, index) => sign !== signs[index])
      open = open.slice(0, Math.min(shared === -1 ? open.length : shared, signs.length))
      for (const sign of signs.slice(open.length)) {
        const opened = newList(sign)
        const above = open.at(-1)?.list
        if (above === undefined) roots.push(opened.list)
        else {
          // A list that begins deeper than it may has an item above it that says nothing.
          if (above.children.length === 0) above.children.push(toItem(''))
          above.children.at(-1)?.children.push(opened.list)
        }
        open = [...open, opened]
      }
      open.at(-1)?.list.children.push(toItem(match[2] as string))
    } else if (HEADING.test(line) || RULE.test(line) || ROW.test(line) || QUOTE_LINE.test(line) || isMacro(line)) break
    else if (item) continueItem(item, line, codes)
  }
  return { nodes: roots, next: at }
}

const MACRO = /^\s*\{(quote|panel)(?::[^}\n]{0,300})?\}([^\n]*)$/
const isMacro = (line: string) => MACRO.test(line)

/** A quote or panel up to where it ends; undefined where it does not. */
function readQuote(source: Source, from: number): { readonly nodes: RootContent[]; readonly next: number } | undefined {
  const [, macro, rest = ''] = MACRO.exec(source.lines[from] as string) ?? []
  if (macro === undefined || source.depth >= MAX_DEPTH) return undefined
  const end = `{${macro}}`
  const inside: string[] = []
  for (let at = from; at < source.lines.length; at += 1) {
    const line = at === from ? rest : (source.lines[at] as string)
    const close = line.indexOf(end)
    inside.push(close === -1 ? line : line.slice(0, close))
    if (close === -1) continue
    const children = readBlocks({ ...source, lines: inside, depth: source.depth + 1 })
    const after = line.slice(close + end.length).trim()
    const nodes: RootContent[] = [{ type: 'blockquote', children: children as BlockContent[] }, ...paragraph([after])]
    return { nodes, next: at + 1 }
  }
  return undefined
}

const begins = (line: string) =>
  [LIST, HEADING, RULE, ROW, QUOTE_LINE, TAKEN].some((pattern) => pattern.test(line)) || isMacro(line) || line.trim() === ''

function readLines(from: number, { lines }: Source, belongs: (line: string) => boolean): { taken: string[]; next: number } {
  let next = from + 1
  while (next < lines.length && belongs(lines[next] as string)) next += 1
  return { taken: lines.slice(from, next) as string[], next }
}

function readBlock(source: Source, at: number): { readonly nodes: RootContent[]; readonly next: number } {
  const line = source.lines[at] as string
  const one = (...nodes: RootContent[]) => ({ nodes, next: at + 1 })
  if (line.trim() === '') return one()
  const taken = source.codes[Number(TAKEN.exec(line)?.[1] ?? -1)]
  if (taken) return one(taken)
  const heading = HEADING.exec(line)
  if (heading) return one({ type: 'heading', depth: Number(heading[1]) as 1, children: fromWikiLine(heading[2] ?? '') })
  if (RULE.test(line)) return one({ type: 'thematicBreak' })
  if (LIST.test(line)) return readList(source, at)
  const quoted = QUOTE_LINE.exec(line)
  if (quoted) return one({ type: 'blockquote', children: paragraph([quoted[1] ?? '']) })
  if (ROW.test(line)) {
    const { taken: rows, next } = readLines(at, source, (text) => ROW.test(text))
    return { nodes: [{ type: 'table', align: null, children: rows.map(toRow) }], next }
  }
  const quote = isMacro(line) ? readQuote(source, at) : undefined
  if (quote) return quote
  const { taken: lines, next } = readLines(at, source, (text) => !begins(text))
  return { nodes: paragraph(lines), next }
}

function readBlocks(source: Source): RootContent[] {
  const nodes: RootContent[] = []
  for (let at = 0; at < source.lines.length; ) {
    const { nodes: found, next } = readBlock(source, at)
    nodes.push(...found)
    at = next
  }
  return nodes
}

/** The document tree of a stored text: total, plain nodes only (documents/plain-tree.ts). */
export function fromWiki(stored: string): Root {
  const { text, codes } = takeCode(cleanText(stored))
  return plainTree({ type: 'root', children: readBlocks({ lines: text.split('\n'), codes, depth: 0 }) })
}
