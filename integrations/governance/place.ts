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
