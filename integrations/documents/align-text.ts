// Which pieces of two texts are the same, in order. Lines that say something are matched first and words between them after
// that, because comparing all words of two long texts at once costs their length times their differences.

/** A word, a run of blanks, a line end, a comment as a whole, or one other character. */
const TOKEN = /<!--[\s\S]*?-->|\n|[\t ]+|[\p{L}\p{N}]+|[\s\S]/gu
/** A line with less is found everywhere and tells nothing. */
const TELLING = /[\p{L}\p{N}][^\p{L}\p{N}]*[\p{L}\p{N}][^\p{L}\p{N}]*[\p{L}\p{N}]/u
/** Differences that are searched for; the search keeps the square of it. */
const MOST_DIFFERENCES = 1_500

/** Joined they are the text. */
export const textTokens = (text: string): readonly string[] => text.match(TOKEN) ?? []

type Pair = readonly [left: number, right: number]

/** Myers' shortest way from one list to the other, walked back over what was kept of each step. */
function walkBack(trace: readonly Int32Array[], end: Pair): Pair[] {
  const pairs: Pair[] = []
  let [x, y] = end
  for (let d = trace.length - 1; d >= 0; d -= 1) {
    const before = trace[d] as Int32Array
    const at = (k: number) => before[k + d + 1] as number
    const k = x - y
    const isDown = k === -d || (k !== d && at(k - 1) < at(k + 1))
    const fromK = isDown ? k + 1 : k - 1
    const fromX = d === 0 ? 0 : at(fromK)
    const fromY = d === 0 ? 0 : fromX - fromK
    while (x > fromX && y > fromY) {
      x -= 1
      y -= 1
      pairs.push([x, y])
    }
    ;[x, y] = [fromX, fromY]
  }
  return pairs.reverse()
}

function shortestWay<T>(a: readonly T[], b: readonly T[]): Pair[] {
  const most = Math.min(a.length + b.length, MOST_DIFFERENCES)
  let reach = new Int32Array(3)
  const trace: Int32Array[] = []
  for (let d = 0; d <= most; d += 1) {
    trace.push(reach)
    const next = new Int32Array(2 * d + 5)
    for (let k = -d; k <= d; k += 2) {
      const at = (one: number) => reach[one + d + 1] as number
      const isDown = k === -d || (k !== d && at(k - 1) < at(k + 1))
      let x = d === 0 ? 0 : isDown ? at(k + 1) : at(k - 1) + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x += 1
      next[k + d + 2] = x
      if (x >= a.length && x - k >= b.length) return walkBack(trace, [a.length, b.length])
    }
    reach = next
  }
  // Too different to be worth a comparison.
  return []
}

/** Items that both lists have, as pairs of their places, in order; as many as can be, within bounds. */
export function commonItems<T>(a: readonly T[], b: readonly T[]): readonly Pair[] {
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && a[head] === b[head]) head += 1
  let tail = 0
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1
  const middle = shortestWay(a.slice(head, a.length - tail), b.slice(head, b.length - tail))
  return [
    ...Array.from({ length: head }, (_, at): Pair => [at, at]),
    ...middle.map(([x, y]): Pair => [x + head, y + head]),
    ...Array.from({ length: tail }, (_, at): Pair => [a.length - tail + at, b.length - tail + at]),
  ]
}

interface Line {
  readonly text: string
  readonly from: number
  readonly to: number
}

function tellingLines(tokens: readonly string[]): Line[] {
  const lines: Line[] = []
  let from = 0
  for (let to = 0; to <= tokens.length; to += 1) {
    if (to < tokens.length && tokens[to] !== '\n') continue
    const text = tokens.slice(from, to).join('')
    if (TELLING.test(text)) lines.push({ text, from, to })
    from = to + 1
  }
  return lines
}

/**
 * For each token of `a` the place of its counterpart in `b`, or -1. Counterparts are in the same order. `blanksAlike`: a line end
 * is as good as a space, as it is where paragraphs are wrapped.
 */
export function alignTokens(a: readonly string[], b: readonly string[], { blanksAlike = false } = {}): Int32Array {
  const partner = new Int32Array(a.length).fill(-1)
  const plain = (tokens: readonly string[]) => (blanksAlike ? tokens.map((token) => (token.trim() === '' ? ' ' : token)) : tokens)
  const [plainA, plainB] = [plain(a), plain(b)]
  const [left, right] = [tellingLines(a), tellingLines(b)]
  const same = commonItems(
    left.map(({ text }) => text),
    right.map(({ text }) => text),
  )
  let [i, j] = [0, 0]
  const fillGap = (toI: number, toJ: number) => {
    for (const [x, y] of commonItems(plainA.slice(i, toI), plainB.slice(j, toJ))) partner[i + x] = j + y
  }
  for (const [x, y] of same) {
    const [one, other] = [left[x] as Line, right[y] as Line]
    fillGap(one.from, other.from)
    for (let at = 0; at < one.to - one.from; at += 1) partner[one.from + at] = other.from + at
    ;[i, j] = [one.to, other.to]
  }
  fillGap(a.length, b.length)
  return partner
}
