// Says whether a text is a well-formed fragment of XML, by the rules and not by what our writer happens to write. Confluence
// refuses a whole page for one stray character, so the tests refuse first.

const NAME = /[A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?/y
const ENTITY = /&(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);/y
/** XML 1.0's production Char, without its white space below U+0020, which is allowed. */
const isIllegal = (character: string): boolean => {
  const code = character.codePointAt(0) as number
  if (code < 0x20) return !'\t\n\r'.includes(character)
  return (code >= 0xd800 && code <= 0xdfff) || code === 0xfffe || code === 0xffff
}

/** The first fault and where it is, or null for a well-formed fragment. */
export function xmlFault(xml: string): string | null {
  for (const character of xml) if (isIllegal(character)) return `the illegal character ${character.codePointAt(0)?.toString(16)}`
  const open: string[] = []
  let at = 0
  const fault = (what: string) => `${what} at ${at}: ${JSON.stringify(xml.slice(at, at + 40))}`
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(xml)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  const value = (): string | null => {
    const quote = xml[at]
    if (quote !== '"' && quote !== "'") return fault('an attribute without quotes')
    at += 1
    while (xml[at] !== quote) {
      if (at >= xml.length || xml[at] === '<') return fault('an attribute that does not end')
      if (xml[at] === '&') {
        if (match(ENTITY) === undefined) return fault('a bare ampersand')
      } else at += 1
    }
    at += 1
    return null
  }
  const tag = (): string | null => {
    at += 1
    const isEnd = xml[at] === '/'
    if (isEnd) at += 1
    const name = match(NAME)
    if (name === undefined) return fault('a tag without a name')
    if (isEnd) {
      match(/\s*/y)
      if (xml[at] !== '>' || open.pop() !== name) return fault(`</${name}> closes nothing`)
      at += 1
      return null
    }
    const seen = new Set<string>()
    while (match(/\s+/y) !== undefined && xml[at] !== '/' && xml[at] !== '>') {
      const attribute = match(NAME)
      if (attribute === undefined || seen.has(attribute)) return fault('no attribute, or one twice')
      seen.add(attribute)
      if (match(/\s*=\s*/y) === undefined) return fault('an attribute without a value')
      const wrong = value()
      if (wrong !== null) return wrong
    }
    if (match(/\/>/y) !== undefined) return null
    if (match(/>/y) === undefined) return fault('a tag that does not end')
    open.push(name)
    return null
  }
  while (at < xml.length) {
    if (xml.startsWith('<![CDATA[', at)) {
      const end = xml.indexOf(']]>', at)
      if (end === -1) return fault('a CDATA section that does not end')
      at = end + 3
    } else if (xml[at] === '<') {
      const wrong = tag()
      if (wrong !== null) return wrong
    } else if (xml[at] === '&') {
      if (match(ENTITY) === undefined) return fault('a bare ampersand')
    } else if (xml.startsWith(']]>', at)) return fault('the end of a CDATA section')
    else match(/.[^<&\]]*/sy)
  }
  return open.length > 0 ? `<${open.at(-1)}> is not closed` : null
}

/** The same of HTML that closes what it opens: with its void elements closed it is XML. */
export const htmlFault = (html: string): string | null => xmlFault(html.replace(/<(br|hr|img|input)((?: [a-z-]+="[^"]*")*)>/g, '<$1$2/>'))
