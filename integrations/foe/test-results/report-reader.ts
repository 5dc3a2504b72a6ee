// What every reader of a test report is: chunks of text in, cases out. Reports come out of archives that anybody can fill, so
// lengths are bounded and nothing in them is trusted to be what its format promises.
import type { TestCase } from '../facts/workflow-fact.ts'

export type ReportResult =
  | { readonly state: 'read'; readonly cases: readonly TestCase[] }
  /** `why` says what was found and where, for people. */
  | { readonly state: 'unreadable'; readonly why: string }

export interface ReportReader {
  /** Takes the next piece of the text, cut anywhere. After a problem, more is ignored. */
  readonly write: (chunk: string) => void
  readonly end: () => ReportResult
}

/** Cases that one report may hold; a report of more is somebody's mistake or attack. */
export const MAX_CASES = 200_000
/** Characters kept of a name. Parametrised tests put whole documents into theirs. */
export const MAX_NAME = 500
/** Characters of one line, tag or attribute that a reader holds while it waits for the rest. */
export const MAX_TOKEN = 1_048_576

/** A name as it may be stored and shown: no control characters, one line, bounded, no half of an emoji at its end. */
export function cleanName(name: string): string {
  const line = name.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return line.length <= MAX_NAME ? line : line.slice(0, MAX_NAME).replace(/[\uD800-\uDBFF]$/, '')
}

/** A duration of a report: seconds, or null for what is none. */
export const cleanSeconds = (seconds: number): number | null => (Number.isFinite(seconds) && seconds >= 0 ? seconds : null)

/** A case being told, before its last lines are read. */
export interface OpenCase {
  suite: string
  name: string
  outcome: TestCase['outcome']
  durationSeconds: number | null
  retried?: boolean
}

/** Cleans and counts cases; `full` once more than the limit came. */
export function makeCaseList() {
  const cases: OpenCase[] = []
  let isFull = false
  const add = (open: OpenCase): OpenCase => {
    if (cases.length >= MAX_CASES) isFull = true
    else cases.push(open)
    return open
  }
  const result = (): ReportResult =>
    isFull
      ? { state: 'unreadable', why: `more than ${MAX_CASES} test cases` }
      : {
          state: 'read',
          cases: cases.map(({ suite, name, outcome, durationSeconds, retried }) => ({
            suite: cleanName(suite),
            name: cleanName(name),
            outcome,
            durationSeconds: durationSeconds === null ? null : cleanSeconds(durationSeconds),
            ...(retried ? { retried } : {}),
          })),
        }
  return Object.freeze({ add, result, isFull: () => isFull })
}

/** Cuts chunks into lines without their ends; a line over the limit is a problem, not memory. */
export function makeLineCutter(onLine: (line: string) => void) {
  let rest = ''
  let problem: string | null = null
  const write = (chunk: string): void => {
    if (problem !== null) return
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    if (rest.length > MAX_TOKEN) problem = `a line longer than ${MAX_TOKEN} characters`
  }
  const end = (): string | null => {
    if (problem === null && rest !== '') onLine(rest)
    rest = ''
    return problem
  }
  return Object.freeze({ write, end })
}
