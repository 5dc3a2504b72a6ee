// Reading the prose part of artifacts by lines. A markdown parser would cost more than all the rest of validation, and what
// is needed is only which section a line is in; fenced code is left out, because examples are not links.

export interface BodySection {
  /** 1 to 6. */
  readonly level: number
  readonly title: string
  /** The lines below the heading up to the next heading of any level. */
  readonly lines: readonly string[]
}

/** Longer lines are text only: no heading or list item is so long, and patterns on hostile lines cost their square. */
export const MAX_MARKED_LINE = 1000

const HEADING = /^(#{1,6})[ \t]+(.+?)[ \t]*#*$/
const FENCE = /^ {0,3}(`{3,}|~{3,})/
const LIST_ITEM = /^ {0,3}(?:\d{1,9}[.)]|[-*+])[ \t]+(?:\[[ xX]\][ \t]+)?(\S.*)$/
const NUMBERED_ITEM = /^ {0,3}\d{1,9}[.)][ \t]+(\S.*)$/

/** The sections of a body in order. */
export function readSections(body: string): readonly BodySection[] {
  const sections: { level: number; title: string; lines: string[] }[] = []
  let fence: string | undefined
  for (const line of body.split(/\r?\n/)) {
    const mark = FENCE.exec(line)?.[1]
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined
      continue
    }
    if (mark !== undefined) {
      fence = mark
      continue
    }
    const heading = line.length > MAX_MARKED_LINE ? null : HEADING.exec(line)
    if (heading) sections.push({ level: heading[1]?.length ?? 1, title: heading[2] ?? '', lines: [] })
    else sections.at(-1)?.lines.push(line)
  }
  return sections
}

/** The lines of a section with the titles given (compared without case), its subsections included. */
export function linesBelow(sections: readonly BodySection[], title: string): readonly string[] {
  const at = sections.findIndex((section) => section.title.toLowerCase() === title.toLowerCase())
  const head = sections[at]
  if (head === undefined) return []
  const rest = sections.slice(at + 1)
  const end = rest.findIndex((section) => section.level <= head.level)
  return [head, ...(end === -1 ? rest : rest.slice(0, end))].flatMap((section) => section.lines)
}

/** Ids that a prefix begins, in order of appearance, without repeats: `US` finds `US-001`. */
export function idsIn(lines: readonly string[], prefix: 'ROAD' | 'US'): readonly string[] {
  const pattern = new RegExp(`\\b${prefix}-\\d{3,}\\b`, 'g')
  return [...new Set(lines.flatMap((line) => line.match(pattern) ?? []))]
}

/** The texts of the numbered list of some lines; of the bullets and check boxes where nothing is numbered. Continuation lines belong to their item, nested lists do not. */
export function listItems(lines: readonly string[]): readonly string[] {
  const pattern = lines.some((line) => NUMBERED_ITEM.test(line)) ? NUMBERED_ITEM : LIST_ITEM
  const items: string[][] = []
  let open = false
  for (const line of lines) {
    const text = pattern.exec(line)?.[1]
    if (text !== undefined) {
      items.push([text.trim()])
      open = true
    } else if (line.trim() === '' || LIST_ITEM.test(line.trimStart())) {
      open = false
    } else if (open) {
      items.at(-1)?.push(line.trim())
    }
  }
  return items.map((parts) => parts.join(' '))
}
