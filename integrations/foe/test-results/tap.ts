// The Test Anything Protocol, versions 12 to 14, with subtests as Node, node-tap and Perl indent them (four spaces a level).
import { makeCaseList, makeLineCutter, type OpenCase, type ReportReader } from './report-reader.ts'

const POINT = /^( *)(not )?ok\b(?: +\d+)?(?: +-)? *(.*)$/
const SUBTEST = /^( *)# Subtest: (.*)$/
const PLAN = /^1\.\.(\d{1,7})(?:\s|$)/
const DIRECTIVE = /^(.*?)\s*#\s*(SKIP|TODO)\b/i
const DURATION = /^ *duration_ms: *['"]?(\d+(?:\.\d+)?)/
const DEPTH_SPACES = 4
/** Deeper than anybody nests; a line of spaces must not make a list as long. */
const MAX_LEVEL = 50

/** Puts points under the subtests they belong to. */
function makePointTree(list: ReturnType<typeof makeCaseList>) {
  const titles: string[] = []
  /** Per level: points seen at it or deeper since the last point above it, and whether one of them failed. */
  const below: { points: number; failed: boolean }[] = []
  let topPoints = 0

  const begin = (level: number, title: string): void => {
    titles.length = Math.min(titles.length, level)
    while (titles.length < level) titles.push('')
    titles[level] = title
  }

  /** Counts a point; answers its case, or null for one that only closes a subtest. */
  const onPoint = (level: number, isOk: boolean, text: string): OpenCase | null => {
    const directive = DIRECTIVE.exec(text)
    const outcome = directive ? 'skipped' : isOk ? 'passed' : 'failed'
    const inner = below[level + 1] ?? { points: 0, failed: false }
    below.length = Math.min(below.length, level + 1)
    if (level === 0) topPoints += 1
    for (let above = 1; above <= level; above += 1) {
      const seen = below[above] ?? { points: 0, failed: false }
      below[above] = { points: seen.points + 1, failed: seen.failed || outcome === 'failed' }
    }
    const suite = titles.slice(0, level).join(' › ')
    titles.length = Math.min(titles.length, level)
    if (inner.points > 0 && (outcome !== 'failed' || inner.failed)) return null
    const name = (directive?.[1] ?? text).replaceAll('\\#', '#').trim()
    return list.add({ suite, name, outcome, durationSeconds: null })
  }
  return Object.freeze({ begin, onPoint, topPoints: () => topPoints })
}

const levelOf = (indent: string | undefined): number => Math.min(MAX_LEVEL, Math.floor((indent ?? '').length / DEPTH_SPACES))

/** Reads TAP. The point that closes a subtest counts only when it failed and none of its points did. */
export function readTap(): ReportReader {
  const list = makeCaseList()
  const tree = makePointTree(list)
  let last: OpenCase | null = null
  let planned: number | null = null
  let isTap = false
  let isDiagnostic = false
  const fail = (name: string) => list.add({ suite: '', name, outcome: 'failed', durationSeconds: null })

  const onDiagnostic = (line: string): void => {
    const duration = DURATION.exec(line)
    if (duration && last !== null) last.durationSeconds = Number(duration[1]) / 1000
    isDiagnostic = line.trim() !== '...'
  }
  const lines = makeLineCutter((line) => {
    if (isDiagnostic) return onDiagnostic(line)
    const point = POINT.exec(line)
    const subtest = SUBTEST.exec(line)
    const plan = PLAN.exec(line)
    isTap ||= point !== null || plan !== null
    if (point) last = tree.onPoint(levelOf(point[1]), point[2] === undefined, point[3] ?? '')
    else if (subtest) tree.begin(levelOf(subtest[1]), (subtest[2] ?? '').trim())
    else if (plan) planned = Number(plan[1])
    else if (line.startsWith('Bail out!')) fail('(bail out)')
    else if (line.trim() === '---') isDiagnostic = isTap
  })

  return Object.freeze({
    write: lines.write,
    end: () => {
      const problem = lines.end() ?? (isTap ? null : 'no test point and no plan in it')
      if (problem !== null) return { state: 'unreadable' as const, why: problem }
      const missing = (planned ?? 0) - tree.topPoints()
      if (missing > 0) fail(`(${missing} of ${planned} planned tests did not run)`)
      return list.result()
    },
  })
}
