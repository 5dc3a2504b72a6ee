// Where a problem stands. An annotation on a key that is missing stands on the nearest thing that is there: the map that
// would hold it, then the status of the artifact, then the first line.
import type { Artifact, Position, Problem, ProblemCode } from './artifact.ts'
import { PROBLEM_CODES } from './artifact.ts'

const TOP: Position = { line: 1, column: 1 }

/** `a.b[0].c` → `a.b[0]` → `a.b` → `a` → `` */
const parentOf = (path: string): string => path.slice(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))))

/** The position of a frontmatter path, or of the nearest enclosing path that is there, or of `status`. */
export function placeOf(artifact: Pick<Artifact, 'positions'>, path: string): Position {
  for (let at = path; at !== ''; at = parentOf(at)) {
    const position = artifact.positions.get(at)
    if (position !== undefined) return position
  }
  return artifact.positions.get('status') ?? artifact.positions.get('id') ?? TOP
}

/** What a problem says beyond its place. */
export type ProblemWords = Pick<Problem, 'message' | 'expected' | 'found' | 'advice'> & { readonly severity?: Problem['severity'] }

/** A problem at a frontmatter path of an artifact, with the severity of its code unless another is given. */
export function problemAt(artifact: Artifact, code: ProblemCode, path: string, words: ProblemWords): Problem {
  const { line, column } = placeOf(artifact, path)
  return { severity: PROBLEM_CODES[code].severity, ...words, code, file: artifact.file, path, line, column }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** The order in which problems are shown: by file, then down the file. Total, so that the same problems give the same list. */
export const compareProblems = (a: Problem, b: Problem): number =>
  compareText(a.file, b.file) ||
  a.line - b.line ||
  a.column - b.column ||
  compareText(a.code, b.code) ||
  compareText(a.path, b.path) ||
  compareText(a.message, b.message)

/** What makes two problems the same one, wherever they were found. */
export const problemKey = ({ code, file, path, line, column, message }: Problem): string =>
  JSON.stringify([code, file, path, line, column, message])

/** Sorted, and each problem once. */
export function arrangeProblems(problems: Iterable<Problem>): readonly Problem[] {
  const once = new Map<string, Problem>()
  for (const problem of problems) {
    const key = problemKey(problem)
    if (!once.has(key)) once.set(key, problem)
  }
  return [...once.values()].sort(compareProblems)
}

/** Ids and file names in the order people count: ROAD-9 before ROAD-10; the same everywhere, whatever the locale. */
export function compareIds(a: string, b: string): number {
  const [left, right] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []]
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const [x, y] = [left[at]!, right[at]!]
    const bothNumbers = /^\d/.test(x) && /^\d/.test(y)
    const order = bothNumbers ? Number(x) - Number(y) || compareText(x, y) : compareText(x, y)
    if (order !== 0) return order
  }
  return left.length - right.length || compareText(a, b)
}
