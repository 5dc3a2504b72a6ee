// Text with marks in Jira's wiki markup. The markup has no grammar, only habits: a mark opens where no letter or digit stands
// before it and no space after it. So every character that could open or end one is escaped where it stands, and a mark that
// touches a letter takes the form in braces.
import type { PhrasingContent } from 'mdast'
import { cleanText } from '../documents/clean-text.ts'

const MARK_OF = { emphasis: '_', strong: '*', delete: '-' } as const
/** Characters that are markup wherever they stand. */
const ALWAYS = new Set(['{', '}', '[', ']'])
/** Characters that are markup where they open something. */
const OPENERS = new Set(['*', '_', '-', '+', '^', '~', '!', '?'])
/** Their backslash form would be read as something else. */
const AS_ENTITY: Readonly<Record<string, string>> = { '\\': '&#92;', '|': '&#124;' }
/** What Jira shows as a picture. */
const EMOTICON = /^(?:[:;][)(PD]|\((?:[ynix!?+\-*/]|on|off|\*[rgby]|flag|flagoff)\))/
const ENTITY = /^&(?:#\d+|#[xX][\da-fA-F]+|\w+);/
const WORD = /[\p{L}\p{N}]/u

const MACRO = /^(?:code|noformat|quote|panel|color|anchor|toc)(?::|$)/

const entityOf = (character: string) => `&#${character.codePointAt(0)};`

/** Whether a letter or digit stands there, so that a mark beside it would be none. */
export const isWord = (character: string | undefined): boolean => character !== undefined && WORD.test(character)

interface Writing {
  /** The end of what stands on the line so far. */
  readonly before: string
  /** The character that will follow, where one is known. */
  readonly after: string | undefined
  readonly active: ReadonlySet<string>
  readonly inLink: boolean
}

/** The text with whatever is markup escaped; of the marks that are open every character, because it would end them. */
function escapeWiki(text: string, { before, after, active }: Pick<Writing, 'before' | 'after' | 'active'>): string {
  let out = ''
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] as string
    const next = text[at + 1] ?? after
    const last = at > 0 ? text[at - 1] : before.at(-1)
    const rest = text.slice(at, at + 12)
    const replaced = AS_ENTITY[character]
    const opens = OPENERS.has(character) && !isWord(last) && next !== undefined && next !== ' '
    // Two dashes are shown as one long one.
    const isRun = character === '-' && (next === '-' || last === '-')
    if (replaced !== undefined) out += replaced
    else if (character === '&') out += ENTITY.test(text.slice(at, at + 40)) ? '&amp;' : '&'
    else if (EMOTICON.test(rest)) out += entityOf(character)
    else if (ALWAYS.has(character) || opens || isRun || active.has(character)) out += `\\${character}`
    else if (rest.startsWith('://')) out += entityOf(character)
    else out += character
  }
  return out
}

/** The text of a line begins with what would make it a heading, a quote or a list. */
export function escapeLineStart(line: string): string {
  if (/^(?:h[1-6]|bq)\./.test(line)) return `${entityOf(line[0] as string)}${line.slice(1)}`
  return /^(?:[*#]+|-)(?:\s|$)/.test(line) ? `\\${line}` : line
}

/** An address as a link takes it: what would end the link is encoded. */
const wikiUrl = (url: string): string => url.replace(/[\][{}|\\\s!]/g, (character) => encodeURIComponent(character).replace('!', '%21'))

const altText = (alt: string): string => cleanText(alt).replace(/[!|,{}\\\n&=]/g, entityOf)

/** The character that a node begins with, as it is written. */
const FIRST: Readonly<Record<string, string>> = {
  inlineCode: '{',
  link: '[',
  image: '!',
  break: '\\',
  emphasis: '_',
  strong: '*',
  delete: '-',
}
const firstCharacter = (node: PhrasingContent): string | undefined => (node.type === 'text' ? node.value[0] : FIRST[node.type])

/** White space may not stand at the inner side of a mark, so it goes outside. */
function marked(mark: string, inner: string, { before, after }: Writing): string {
  const [, lead = '', text = '', tail = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(inner) ?? []
  if (text === '') return inner
  const last = lead === '' ? before.at(-1) : ' '
  const needsBraces = isWord(last) || last === '\\' || (tail === '' && isWord(after))
  return needsBraces ? `${lead}{${mark}}${text}{${mark}}${tail}` : `${lead}${mark}${text}${mark}${tail}`
}

function link(url: string, children: readonly PhrasingContent[], writing: Writing): string {
  const words = writeAll(children, { before: '[', after: '|', active: new Set(), inLink: true }).replaceAll('\\\\', ' ')
  const address = wikiUrl(url)
  const [only] = children
  const isBare = children.length === 1 && only?.type === 'text' && only.value === url && address === url
  if (writing.inLink || words.trim() === '') return words
  return isBare ? `[${address}]` : `[${words.trim()}|${address}]`
}

function write(node: PhrasingContent, writing: Writing): string {
  const { active, inLink } = writing
  switch (node.type) {
    case 'text':
      return escapeWiki(cleanText(node.value).replaceAll('\n', ' '), writing)
    case 'inlineCode': {
      const text = escapeWiki(cleanText(node.value).replaceAll('\n', ' ').trim(), { before: '{', after: '}', active })
      // With a brace before it a name is a macro's, whatever stands before the brace.
      return text === '' ? '' : `{{${MACRO.test(text) ? `${entityOf(text[0] as string)}${text.slice(1)}` : text}}}`
    }
    case 'break':
      return '\\\\ '
    case 'emphasis':
    case 'strong':
    case 'delete': {
      const mark = MARK_OF[node.type]
      if (active.has(mark)) return writeAll(node.children, writing)
      return marked(mark, writeAll(node.children, { ...writing, before: mark, after: mark, active: new Set([...active, mark]) }), writing)
    }
    case 'link':
      return link(node.url, node.children, writing)
    case 'image':
      if (inLink) return escapeWiki(cleanText(node.alt || node.url), writing)
      return `!${wikiUrl(node.url)}${node.alt ? `|alt=${altText(node.alt)}` : ''}!`
    default:
      // Trees come from plain-tree.ts, which leaves nothing else; an unknown node's text is kept all the same.
      return 'value' in node ? escapeWiki(cleanText(node.value), writing) : ''
  }
}

function writeAll(nodes: readonly PhrasingContent[], writing: Writing): string {
  const parts: string[] = []
  let { before } = writing
  for (const [index, node] of nodes.entries()) {
    const next = nodes[index + 1]
    const after = next === undefined ? writing.after : firstCharacter(next)
    const part = write(node, { ...writing, before, after })
    // Only its end is looked at: a whole line kept along would make a long one cost its square.
    before = `${before}${part}`.slice(-8)
    parts.push(part)
  }
  return parts.join('')
}

/** One line of markup; forced breaks stand in it as two backslashes. */
export const toWikiInlines = (nodes: readonly PhrasingContent[]): string =>
  writeAll(nodes, { before: '', after: undefined, active: new Set(), inLink: false }).trim()
