// Raw HTML in markdown, cut into tags and text. Nothing more: what a tag may become is decided by who reads the tokens, and
// an element that is not known there stays visible as the characters it is.
import { decodeHTML } from 'entities'

export type HtmlToken =
  | { readonly type: 'open'; readonly name: string; readonly attributes: ReadonlyMap<string, string>; readonly raw: string }
  | { readonly type: 'close'; readonly name: string; readonly raw: string }
  | { readonly type: 'text'; readonly value: string }

const TAG = /<(\/?)([A-Za-z][\w:-]*)((?:\s+[^\s=<>"'/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'=<>`]+))?)*)\s*\/?>/y
const ATTRIBUTE = /([^\s=<>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g
/** Passed over whole: comments, processing instructions, declarations. An unclosed one reaches to the end. */
const PASSED_OVER = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
] as const

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const [, key = '', double, single, bare] of text.matchAll(ATTRIBUTE)) {
    const name = key.toLowerCase()
    if (!found.has(name)) found.set(name, decodeHTML(double ?? single ?? bare ?? ''))
  }
  return found
}

/** Tags and texts in their order; comments are dropped. A `<` that begins no tag is text. Names are in lower case. */
export function htmlTokens(html: string): readonly HtmlToken[] {
  const tokens: HtmlToken[] = []
  let at = 0
  let textFrom = 0
  const endText = (): void => {
    if (at > textFrom) tokens.push({ type: 'text', value: decodeHTML(html.slice(textFrom, at)) })
  }
  for (at = html.indexOf('<'); at !== -1; at = html.indexOf('<', at)) {
    const skipped = PASSED_OVER.find(([begin]) => html.startsWith(begin, at))
    if (skipped) {
      endText()
      const end = html.indexOf(skipped[1], at + skipped[0].length)
      if (end === -1) return tokens
      at = end + skipped[1].length
      textFrom = at
      continue
    }
    TAG.lastIndex = at
    const [raw, slash, name = '', attributes = ''] = TAG.exec(html) ?? []
    if (raw === undefined) {
      at += 1
      continue
    }
    endText()
    if (slash) tokens.push({ type: 'close', name: name.toLowerCase(), raw })
    else tokens.push({ type: 'open', name: name.toLowerCase(), attributes: attributesOf(attributes), raw })
    at += raw.length
    textFrom = at
  }
  at = html.length
  endText()
  return tokens
}
