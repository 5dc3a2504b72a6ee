// One order for problems, and one rule for when two of them are the same, so that the same findings always give the same
// list, whoever found them and in whatever order.
import type { Problem } from './artifact.ts'
import { compareText } from './id-order.ts'

/** The order in which problems are shown: by file, then down the file. Total, so that the same problems give the same list. */
export const compareProblems = (a: Problem, b: Problem): number =>
  compareText(a.file, b.file) ||
  a.line - b.line ||
  a.column - b.column ||
  compareText(a.code, b.code) ||
  compareText(a.path, b.path) ||
  compareText(a.message, b.message)

/**
 * What makes two problems the same one, wherever they were found. A malformed id is found by the schema and again by the
 * references, in different words, so it is known by its line and the id, which one of them quotes.
 */
export const problemKey = ({ code, file, path, line, column, message, found }: Problem): string =>
  JSON.stringify(code === 'id-malformed' ? [code, file, line, found?.replaceAll('"', '')] : [code, file, path, line, column, message])

/** Sorted, and each problem once. */
export function arrangeProblems(problems: Iterable<Problem>): readonly Problem[] {
  const once = new Map<string, Problem>()
  for (const problem of problems) {
    const key = problemKey(problem)
    if (!once.has(key)) once.set(key, problem)
  }
  return [...once.values()].sort(compareProblems)
}
