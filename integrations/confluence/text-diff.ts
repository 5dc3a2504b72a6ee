// What changed between two texts, line by line, for people: the longest common subsequence, within bounds that keep it quick.

export interface TextDiff {
  readonly removed: readonly string[]
  readonly added: readonly string[]
}

/** Beyond this the middle is compared as a whole: the table below grows with the product. */
const MOST_LINES = 600

/** Lines that only one side has, in order. */
export function diffLines(before: string, after: string): TextDiff {
  const [a, b] = [before.split('\n'), after.split('\n')]
  let from = 0
  while (from < a.length && from < b.length && a[from] === b[from]) from += 1
  let end = 0
  while (end < a.length - from && end < b.length - from && a.at(-1 - end) === b.at(-1 - end)) end += 1
  const [left, right] = [a.slice(from, a.length - end), b.slice(from, b.length - end)]
  if (left.length > MOST_LINES || right.length > MOST_LINES) return { removed: left, added: right }
  return differing(left, right)
}

function differing(left: readonly string[], right: readonly string[]): TextDiff {
  const width = right.length + 1
  const common = new Uint16Array((left.length + 1) * width)
  for (let i = left.length - 1; i >= 0; i -= 1)
    for (let j = right.length - 1; j >= 0; j -= 1) {
      const at = i * width + j
      common[at] =
        left[i] === right[j] ? (common[at + width + 1] as number) + 1 : Math.max(common[at + width] as number, common[at + 1] as number)
    }
  const [removed, added]: [string[], string[]] = [[], []]
  let [i, j] = [0, 0]
  while (i < left.length || j < right.length) {
    if (i < left.length && j < right.length && left[i] === right[j]) {
      i += 1
      j += 1
    } else if (j >= right.length || (i < left.length && (common[(i + 1) * width + j] as number) >= (common[i * width + j + 1] as number))) {
      removed.push(left[i] as string)
      i += 1
    } else {
      added.push(right[j] as string)
      j += 1
    }
  }
  return { removed, added }
}

/** As much of a list of lines as a person reads at a glance. */
export function excerptLines(lines: readonly string[], most = 12): string {
  const shown = lines.slice(0, most).map((line) => (line.length > 160 ? `${line.slice(0, 159)}…` : line))
  return lines.length > most ? [...shown, `… ${lines.length - most} more lines`].join('\n') : shown.join('\n')
}
