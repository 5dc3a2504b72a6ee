// Stored markup as its parts, each with the exact text it has: what is not touched stays as Confluence wrote it, byte by byte.
import { decodeHTML } from 'entities'

export interface StorageToken {
  readonly kind: 'open' | 'close' | 'empty' | 'text' | 'cdata' | 'comment'
  readonly raw: string
  /** Of an element, with its prefix. */
  readonly name: string
}

const TOKEN = /<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<\/?[A-Za-z_][^\s/>]*(?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\/?>|[^<]+|</g

function kindOf(raw: string): StorageToken['kind'] {
  if (raw.startsWith('<![CDATA[')) return 'cdata'
  if (raw.startsWith('<!--')) return 'comment'
  if (raw.startsWith('</')) return 'close'
  if (!raw.startsWith('<') || raw.length === 1) return 'text'
  return raw.endsWith('/>') ? 'empty' : 'open'
}

/** Every part, in order; joined they are the source again, whatever it is. */
export const storageTokens = (source: string): StorageToken[] =>
  (source.match(TOKEN) ?? []).map((raw) => ({ kind: kindOf(raw), raw, name: /^<\/?([A-Za-z_][^\s/>]*)/.exec(raw)?.[1] ?? '' }))

export function attributeOf({ raw }: StorageToken, name: string): string | undefined {
  for (const [, key, double, single] of raw.matchAll(/\s([^\s=>]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
    if (key === name) return decodeHTML(double ?? single ?? '')
  return undefined
}

export const textOfToken = ({ kind, raw }: StorageToken): string =>
  kind === 'text' ? decodeHTML(raw) : kind === 'cdata' ? raw.slice(9, -3) : ''

/** Elements after which a word does not go on. */
const BREAKS =
  /^(p|h[1-6]|li|ul|ol|table|tr|td|th|blockquote|pre|hr|br|div|ac:(structured-macro|rich-text-body|plain-text-body|task|task-list))$/

/** What a reader sees, a line per block: for comparisons that people read. Macro parameters are not seen. */
export function plainText(source: string): string {
  let out = ''
  let hidden = 0
  for (const token of storageTokens(source)) {
    const isHidden = token.name === 'ac:parameter' || token.name === 'ac:task-id' || token.name === 'ac:task-status'
    if (isHidden) hidden += token.kind === 'open' ? 1 : token.kind === 'close' ? -1 : 0
    else if (BREAKS.test(token.name)) out += '\n'
    else if (hidden === 0) out += textOfToken(token)
  }
  return out
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n')
}
