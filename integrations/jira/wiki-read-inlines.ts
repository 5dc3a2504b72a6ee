// A line of wiki markup as phrasing content. People write it by hand, so nothing is an error: what opens a mark and never ends
// it is the character it is. Each line is read once; that a mark does not end on it is remembered, so hostile text costs no more.
import type { PhrasingContent } from 'mdast'
import { isWord } from './wiki-inlines.ts'

const WRAPPERS = { '*': 'strong', _: 'emphasis', '-': 'delete' } as const
/** Marks that markdown has no form for: their text is kept. */
const PLAIN_MARKS = new Set(['+', '^', '~'])
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00A0' }
const URL_START = /^(?:https?|mailto):\/{0,2}[^\s|[\]{}<>"'\\]+/i
const ESCAPED = /^[!-/:-@[-`{-~]$/
/** Marks inside marks deeper than this are characters. */
const MAX_DEPTH = 8

interface Line {
  readonly text: string
  readonly depth: number
  /** Marks that do not end on the rest of the line. */
  readonly unending: Set<string>
}

function entityAt(text: string, at: number): { readonly value: string; readonly length: number } | undefined {
  const match = /^&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|(\w{1,10}));/.exec(text.slice(at, at + 14))
  if (!match) return undefined
  const [whole, decimal, hex, name] = match
  if (name !== undefined) return Object.hasOwn(NAMED, name) ? { value: NAMED[name] as string, length: whole.length } : undefined
  const point = decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)
  const isText = point >= 32 && point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff)
  return isText ? { value: String.fromCodePoint(point), length: whole.length } : undefined
}

/** Where the mark ends: before no letter, after no space, not escaped. */
function endOf(line: Line, mark: string, from: number): number {
  const { text } = line
  if (line.unending.has(mark)) return -1
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text.startsWith(mark, at) && at > from && (mark.length > 1 || (!/\s/.test(text[at - 1] as string) && !isWord(text[at + 1]))))
      return at
  }
  line.unending.add(mark)
  return -1
}

const inner = (line: Line, text: string): PhrasingContent[] => readLine({ text, depth: line.depth + 1, unending: new Set() })

/** Markup taken away, for code and alternative texts. */
function plainOf(text: string): string {
  let out = ''
  for (let at = 0; at < text.length; at += 1) {
    const entity = text[at] === '&' ? entityAt(text, at) : undefined
    if (entity) {
      out += entity.value
      at += entity.length - 1
    } else if (text[at] === '\\' && ESCAPED.test(text[at + 1] ?? '')) {
      at += 1
      out += text[at]
    } else out += text[at]
  }
  return out
}

interface Found {
  readonly nodes: readonly PhrasingContent[]
  readonly end: number
}

function readLink(line: Line, at: number): Found | undefined {
  const end = endOf(line, ']', at + 1)
  if (end === -1) return undefined
  const content = line.text.slice(at + 1, end)
  if (content.startsWith('~')) return { nodes: [{ type: 'text', value: `@${content.slice(1)}` }], end: end + 1 }
  const bar = content.lastIndexOf('|')
  const url = content.slice(bar + 1).trim()
  if (/^(?:https?|mailto):/i.test(url) && !/\s/.test(url)) {
    const children = bar === -1 ? [{ type: 'text' as const, value: url }] : inner(line, content.slice(0, bar).trim())
    return { nodes: [{ type: 'link', url, children: children as never }], end: end + 1 }
  }
  // An anchor, an attachment or a page of somewhere: its words are what a reader sees.
  const words = bar === -1 ? content.replace(/^[#^]/, '') : content.slice(0, bar)
  return { nodes: inner(line, words), end: end + 1 }
}

function readImage(line: Line, at: number): Found | undefined {
  const end = line.text.indexOf('!', at + 1)
  const content = end === -1 ? '' : line.text.slice(at + 1, end)
  const [target = '', ...options] = content.split('|')
  if (!/^\S+$/.test(target) || !/[./]/.test(target)) return undefined
  const alt = plainOf(/(?:^|,)\s*alt=([^,]*)/.exec(options.join('|'))?.[1]?.replace(/^"|"$/g, '') ?? '')
  const isUrl = /^https?:/i.test(target)
  return { nodes: [isUrl ? { type: 'image', url: target, alt } : { type: 'text', value: alt || target }], end: end + 1 }
}

function wrapped(line: Line, mark: string, content: string): readonly PhrasingContent[] {
  const children = inner(line, content)
  const type = Object.hasOwn(WRAPPERS, mark) ? WRAPPERS[mark as keyof typeof WRAPPERS] : undefined
  return type === undefined || children.length === 0 ? children : [{ type, children: children as never }]
}

function readBraces(line: Line, at: number): Found | undefined {
  const { text } = line
  if (text.startsWith('{{', at)) {
    const end = endOf(line, '}}', at + 2)
    if (end === -1) return undefined
    // Of `}}}` the first belongs to what is inside.
    const close = text[end + 2] === '}' ? end + 1 : end
    return { nodes: [{ type: 'inlineCode', value: plainOf(text.slice(at + 2, close)) }], end: close + 2 }
  }
  const brace = /^\{([*_\-+^~])\}/.exec(text.slice(at, at + 3))?.[1]
  if (brace !== undefined) {
    const end = text.indexOf(`{${brace}}`, at + 3)
    return end === -1 ? undefined : { nodes: wrapped(line, brace, text.slice(at + 3, end)), end: end + 3 }
  }
  // Colours, anchors and whatever macro stands on a line: what it holds is read, itself it says nothing.
  const macro = /^\{(?:color|anchor|toc|quote|panel)(?::[^}\n]{0,200})?\}/.exec(text.slice(at, at + 220))
  return macro ? { nodes: [], end: at + macro[0].length } : undefined
}

function readMark(line: Line, at: number): Found | undefined {
  const { text } = line
  const mark = text.startsWith('??', at) ? '??' : (text[at] as string)
  if (mark !== '??' && !Object.hasOwn(WRAPPERS, mark) && !PLAIN_MARKS.has(mark)) return undefined
  const next = text[at + mark.length]
  if (isWord(text[at - 1]) || next === undefined || /\s/.test(next) || next === mark) return undefined
  const end = endOf(line, mark, at + mark.length)
  return end === -1 ? undefined : { nodes: wrapped(line, mark, text.slice(at + mark.length, end)), end: end + mark.length }
}

function readAt(line: Line, at: number): Found | undefined {
  const { text } = line
  const character = text[at] as string
  if (character === '\\') {
    const next = text[at + 1] ?? ''
    if (next === '\\') return { nodes: [{ type: 'break' }], end: at + (text[at + 2] === ' ' ? 3 : 2) }
    return ESCAPED.test(next) ? { nodes: [{ type: 'text', value: next }], end: at + 2 } : undefined
  }
  if (character === '&') {
    const entity = entityAt(text, at)
    return entity && { nodes: [{ type: 'text', value: entity.value }], end: at + entity.length }
  }
  const isDeep = line.depth > MAX_DEPTH
  if (character === '[') return isDeep ? undefined : readLink(line, at)
  if (character === '!') return isWord(text[at - 1]) ? undefined : readImage(line, at)
  if (character === '{') return isDeep ? undefined : readBraces(line, at)
  if (/[hm]/i.test(character) && !isWord(text[at - 1])) {
    const url = URL_START.exec(text.slice(at, at + 2_000))?.[0].replace(/[.,;:!?)]+$/, '')
    return url !== undefined && /^\w+:\/\/./.test(url)
      ? { nodes: [{ type: 'link', url, children: [{ type: 'text', value: url }] }], end: at + url.length }
      : undefined
  }
  return isDeep ? undefined : readMark(line, at)
}

function readLine(line: Line): PhrasingContent[] {
  const nodes: PhrasingContent[] = []
  const push = (node: PhrasingContent) => {
    const last = nodes.at(-1)
    if (last?.type === 'text' && node.type === 'text') last.value += node.value
    else nodes.push(node.type === 'text' ? { ...node } : node)
  }
  for (let at = 0; at < line.text.length; ) {
    const found = readAt(line, at)
    if (found) for (const node of found.nodes) push(node)
    else push({ type: 'text', value: line.text[at] as string })
    at = found?.end ?? at + 1
  }
  return nodes
}

/** The content of one line of markup. Total over any text. */
export const fromWikiLine = (text: string): PhrasingContent[] => readLine({ text: text.trim(), depth: 0, unending: new Set() })
