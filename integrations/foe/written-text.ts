// What a person wrote, out of what a text field holds: templates, hidden comments, code and stray characters left aside.

/** A body without NUL bytes and HTML comments; an unclosed comment hides the rest, as it does on the page. Linear in its length. */
export function withoutComments(body: string): string {
  const parts: string[] = []
  const text = body.replaceAll('\u0000', '')
  let at = 0
  for (;;) {
    const open = text.indexOf('<!--', at)
    if (open === -1) return parts.join('') + text.slice(at)
    parts.push(text.slice(at, open))
    const close = text.indexOf('-->', open + 4)
    if (close === -1) return parts.join('')
    at = close + 3
  }
}

/** The lines of a body that are not lines of the template, without comments, trimmed. A ticked box is a touched line. */
export function writtenPart(body: string | null, template: string | null): string {
  if (body === null) return ''
  const untouched = new Set(
    withoutComments(template ?? '')
      .split(/\r?\n/)
      .map((line) => line.trim()),
  )
  return withoutComments(body)
    .split(/\r?\n/)
    .filter((line) => line.trim() === '' || !untouched.has(line.trim()))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** Characters as people count them: an emoji outside the basic plane is one. */
export const characterCount = (text: string): number => [...text].length

/** A text without fenced blocks and inline code: what stands there refers to nothing. */
export function withoutCode(text: string): string {
  let fence: string | null = null
  const lines = text.split(/\r?\n/).filter((line) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (fence === null && mark !== undefined) fence = mark
    else if (fence !== null && mark?.startsWith(fence)) fence = null
    else return fence === null
    return false
  })
  return lines.join('\n').replace(/`[^`\n]*`/g, ' ')
}
