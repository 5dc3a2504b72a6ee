// Comments on a piece of text are held by markers in the body. Replacing the body would cut them loose, so each is put back
// around the same words, where several places have them around the one whose surroundings are most alike. A comment whose
// words are gone is kept at the end of the page, with the words it was about.
import { attributeOf, type StorageToken, storageTokens, textOfToken } from './storage-tokens.ts'

const MARKER = 'ac:inline-comment-marker'
/** Characters before and after that are compared. */
const CONTEXT = 60
export const COMMENTS_SECTION = 'Comments on text that is gone'

interface Comment {
  readonly ref: string
  readonly quoted: string
  readonly before: string
  readonly after: string
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const attribute = (text: string) => escaped(text).replaceAll('"', '&quot;')
const marked = (ref: string, quoted: string) => `<${MARKER} ac:ref="${attribute(ref)}">${escaped(quoted)}</${MARKER}>`

/** The comments of a stored body, in order; a selection that spans several paragraphs has one marker in each. */
export function readComments(body: string): readonly Comment[] {
  const tokens = storageTokens(body)
  const found: { ref: string; from: number; to: number }[] = []
  const open: { ref: string; from: number; to: number }[] = []
  let text = ''
  for (const token of tokens) {
    if (token.name === MARKER && token.kind === 'open') open.push({ ref: attributeOf(token, 'ac:ref') ?? '', from: text.length, to: 0 })
    else if (token.name === MARKER && token.kind === 'close') {
      const one = open.pop()
      if (one) found.push({ ...one, to: text.length })
    } else text += textOfToken(token)
  }
  return found
    .filter(({ ref, from, to }) => ref !== '' && to > from)
    .map(({ ref, from, to }) => ({
      ref,
      quoted: text.slice(from, to),
      before: text.slice(Math.max(0, from - CONTEXT), from),
      after: text.slice(to, to + CONTEXT),
    }))
}

/** How many characters two texts have in common at their ends, or at their beginnings. */
function alike(a: string, b: string, fromEnd: boolean): number {
  const at = (text: string, index: number) => (fromEnd ? text.at(-1 - index) : text[index])
  let count = 0
  while (count < Math.min(a.length, b.length) && at(a, count) === at(b, count)) count += 1
  return count
}

interface Place {
  readonly token: number
  readonly at: number
  readonly score: number
}

/** Where the words stand within one text, best first. */
function placesOf(tokens: readonly StorageToken[], { quoted, before, after }: Comment): Place[] {
  const texts = tokens.map(textOfToken)
  const starts: number[] = []
  let whole = ''
  for (const text of texts) {
    starts.push(whole.length)
    whole += text
  }
  const places: Place[] = []
  let macroParameter = false
  for (const [index, token] of tokens.entries()) {
    if (token.name === 'ac:parameter') macroParameter = token.kind === 'open'
    if (token.kind !== 'text' || macroParameter) continue
    const text = texts[index] as string
    for (let at = text.indexOf(quoted); at >= 0; at = text.indexOf(quoted, at + 1)) {
      const [from, to] = [(starts[index] as number) + at, (starts[index] as number) + at + quoted.length]
      const score = alike(whole.slice(Math.max(0, from - CONTEXT), from), before, true) + alike(whole.slice(to, to + CONTEXT), after, false)
      places.push({ token: index, at, score })
    }
  }
  return places.sort((a, b) => b.score - a.score)
}

function place(body: string, comment: Comment): string | undefined {
  const tokens = storageTokens(body)
  const [best] = placesOf(tokens, comment)
  if (!best) return undefined
  return tokens
    .map((token, index) => {
      if (index !== best.token) return token.raw
      const text = textOfToken(token)
      const [head, tail] = [text.slice(0, best.at), text.slice(best.at + comment.quoted.length)]
      return `${escaped(head)}${marked(comment.ref, comment.quoted)}${escaped(tail)}`
    })
    .join('')
}

export interface KeptComments {
  readonly body: string
  /** Comments whose words are gone. */
  readonly homeless: number
}

/** The new body with the comments of the stored one. */
export function keepComments(stored: string, fresh: string): KeptComments {
  let body = fresh
  const homeless: Comment[] = []
  for (const comment of readComments(stored)) {
    const placed = place(body, comment)
    if (placed === undefined) homeless.push(comment)
    else body = placed
  }
  if (homeless.length === 0) return { body, homeless: 0 }
  const items = homeless.map(({ ref, quoted }) => `<li><p>${marked(ref, quoted)}</p></li>`).join('')
  return { body: `${body}<hr /><p><strong>${COMMENTS_SECTION}</strong></p><ul>${items}</ul>`, homeless: homeless.length }
}
