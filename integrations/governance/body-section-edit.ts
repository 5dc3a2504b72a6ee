// One section of an artifact's body, read and replaced; every other line stays as its author wrote it.

const HEADING = /^(#{1,6})[ \t]+(.+?)[ \t]*#*$/
const FENCE = /^ {0,3}(`{3,}|~{3,})/
const MAX_HEADING = 1000

interface Place {
  /** Line of the heading. */
  readonly from: number
  /** The first line that is not the section's. */
  readonly to: number
}

/** Headings of the first two levels end a section of the second; those in code are text. */
function findSection(lines: readonly string[], title: string): Place | undefined {
  let fence: string | undefined
  let from: number | undefined
  for (const [at, line] of lines.entries()) {
    const mark = FENCE.exec(line)?.[1]
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined
      continue
    }
    if (mark !== undefined) {
      fence = mark
      continue
    }
    const heading = line.length > MAX_HEADING ? null : HEADING.exec(line)
    if (!heading || (heading[1]?.length ?? 0) > 2) continue
    if (from !== undefined) return { from, to: at }
    if (heading[1] === '##' && heading[2]?.toLowerCase() === title.toLowerCase()) from = at
  }
  return from === undefined ? undefined : { from, to: lines.length }
}

const linesOf = (body: string): string[] => body.split(/\r?\n/)

/** The text below `## TITLE`, up to the next heading of that level or above; undefined without such a section. */
export function readSection(body: string, title: string): string | undefined {
  const lines = linesOf(body)
  const place = findSection(lines, title)
  return (
    place &&
    lines
      .slice(place.from + 1, place.to)
      .join('\n')
      .trim()
  )
}

/**
 * The body with another text below `## TITLE`. A section that is missing is made: first in the body, or at its end; an empty text
 * takes the section away. Line ends stay what they are.
 */
export function replaceSection(body: string, title: string, text: string, where: 'first' | 'last'): string {
  const end = body.includes('\r\n') ? '\r\n' : '\n'
  const lines = linesOf(body)
  const place = findSection(lines, title)
  const heading = place ? (lines[place.from] ?? `## ${title}`) : `## ${title}`
  const section = text === '' ? [] : [heading, '', ...text.split('\n'), '']
  if (place) lines.splice(place.from, place.to - place.from, ...section)
  else if (where === 'first') {
    const first = lines.findIndex((line) => /^##[ \t]/.test(line))
    lines.splice(first === -1 ? lines.length : first, 0, ...(first === -1 && lines.at(-1) !== '' ? ['', ...section] : section))
  } else lines.push(...(lines.at(-1) === '' ? [] : ['']), ...section)
  return lines.join(end).replace(/(\r?\n)(?:\r?\n)+$/, '$1')
}
