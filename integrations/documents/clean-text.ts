// Characters that no provider stores: XML forbids most control characters (Confluence), JSON parsers and databases refuse
// lone surrogates and NUL. They are replaced before anything is built from a text, so that what is compared later is
// what was sent.

/**
 * The text with line ends as `\n`, a lone surrogate or NUL as U+FFFD, and other control characters and non-characters
 * (U+FFFE, U+FFFF) removed. Idempotent. Direction marks and emoji stay: they are content.
 */
export function cleanText(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      .replace(/\p{Surrogate}/gu, '\uFFFD')
      .replaceAll('\u0000', '\uFFFD')
      // biome-ignore lint/suspicious/noControlCharactersInRegex: removing control characters is the purpose
      .replace(/[\u0001-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFEFF\uFFFE\uFFFF]/g, '')
  )
}

/** One line: any run of white space is one space, none at the ends. For titles, names and cells. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/\s+/g, ' ').trim()
}

/** At most `limit` UTF-16 units, cut between characters and marked with an ellipsis. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text
  return `${text.slice(0, Math.max(0, limit - 1)).replace(/[\uD800-\uDBFF]$/, '')}…`
}
