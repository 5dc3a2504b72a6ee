// What an author most likely meant by an id that does not exist. Ids are numbered, so nearly every missing number has
// neighbours one digit or one swap away, and naming one of them would be a guess: ROAD-012 missing says nothing about
// ROAD-021. The number therefore has to agree, up to leading zeros; only the letters may be misspelt, and one candidate
// must stand out.

const LONGEST_COMPARED = 64
const FARTHEST = 2

interface IdParts {
  /** Letters and digits before the number, upper case, without separators: `NFRA11Y`. */
  readonly prefix: string
  /** The number at the end without leading zeros; empty without one. */
  readonly number: string
}

function partsOf(id: string): IdParts {
  const number = /\d+$/.exec(id)?.[0] ?? ''
  const prefix = id.slice(0, id.length - number.length)
  return { prefix: prefix.toUpperCase().replace(/[^A-Z0-9]+/g, ''), number: number.replace(/^0+(?=\d)/, '') }
}

/** Edits (insert, delete, replace, swap of neighbours) between two short texts. */
function editDistance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1]
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1)
      row.push(best)
    }
    before = previous
    previous = row
  }
  return previous[b.length]!
}

/** The id among `known` that `wanted` most likely means, or `undefined` when none stands out. */
export function nearMiss(wanted: string, known: Iterable<string>): string | undefined {
  if (wanted.length > LONGEST_COMPARED) return undefined
  const parts = partsOf(wanted)
  let nearest: string | undefined
  let distance = FARTHEST + 1
  for (const id of known) {
    if (Math.abs(id.length - wanted.length) > FARTHEST + 3) continue
    const candidate = partsOf(id)
    if (candidate.number !== parts.number) continue
    const away = editDistance(parts.prefix, candidate.prefix)
    if (away > FARTHEST || away > distance) continue
    nearest = away < distance ? id : undefined
    distance = away
  }
  return nearest
}
