// Paths of keys inside a frontmatter, as problems show them and `.github/katalyst.yml` may name them:
// `governance.nfrs.status`, `dependencies.requires[0]`, `governance.nfrs.results["odd.key"]`.

export type PathSegment = string | number

const PLAIN_KEY = /^[^\s.[\]"]+$/
// The quoted form is exactly JSON's, so that JSON.parse cannot fail on it.
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has no control characters in text
const SEGMENT = /(?:^|\.)([^\s.[\]"]+)|\[(\d+)\]|\[("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")\]/gy

/** One more segment at the end of a path. */
export function joinPath(parent: string, segment: PathSegment): string {
  if (typeof segment === 'number') return `${parent}[${segment}]`
  if (!PLAIN_KEY.test(segment)) return `${parent}[${JSON.stringify(segment)}]`
  return parent === '' ? segment : `${parent}.${segment}`
}

export const formatPath = (segments: readonly PathSegment[]): string => segments.reduce<string>(joinPath, '')

/** The segments of a path, or `undefined` when it is not one. The empty path has none. */
export function parsePath(path: string): readonly PathSegment[] | undefined {
  const segments: PathSegment[] = []
  SEGMENT.lastIndex = 0
  while (SEGMENT.lastIndex < path.length) {
    const match = SEGMENT.exec(path)
    if (match === null) return undefined
    if (match[1] !== undefined) segments.push(match[1])
    else if (match[2] !== undefined) segments.push(Number(match[2]))
    else segments.push(JSON.parse(match[3] ?? '""') as string)
  }
  return segments
}

/** Whether a path fits a pattern in which `*` stands for any one segment. */
export function matchesPath(pattern: string, path: string): boolean {
  if (pattern === path) return true
  if (!pattern.includes('*')) return false
  const wanted = parsePath(pattern) ?? []
  const given = parsePath(path) ?? []
  return wanted.length === given.length && wanted.every((segment, at) => segment === '*' || segment === given[at])
}
