// Katalyst's authors write `&lt;` for `<` in artifacts so that MDX does not take it for a tag. Values are read decoded and
// written back the way the file already does it; only the entities the file uses are produced.
import { decodeHTMLStrict } from 'entities'

/** The entities that are written; others (`&nbsp;`) are read, and kept where nothing is edited. */
const WRITTEN = { '&': '&amp;', '<': '&lt;', '>': '&gt;' } as const

const ENTITY = /&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});/g

/** Decodes entities that end in a semicolon: `?a=1&copy=2` is a query string, not a copyright sign. */
export const decodeEntities = (text: string): string => (text.includes('&') ? decodeHTMLStrict(text) : text)

/** The entities that stand in a text, such as `&lt;`. */
export function entitiesIn(text: string): ReadonlySet<string> {
  return text.includes('&') ? new Set(text.match(ENTITY) ?? []) : new Set()
}

/**
 * Text as a file with these entities writes it. Whatever the file uses, the result decodes to the text again: a text that
 * contains something that looks like an entity has its `&` written as `&amp;`.
 */
export function encodeEntities(text: string, used: ReadonlySet<string>): string {
  const encode = (ampersand: boolean) =>
    text.replace(/[&<>]/g, (character) => {
      const entity = WRITTEN[character as keyof typeof WRITTEN]
      return used.has(entity) || (ampersand && character === '&') ? entity : character
    })
  const plain = encode(false)
  return decodeEntities(plain) === text ? plain : encode(true)
}
