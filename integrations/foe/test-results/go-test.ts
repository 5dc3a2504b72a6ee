// The events of `go test -json`, one JSON object a line. Output of the compiler may stand between them.
import { z } from 'zod'
import { makeCaseList, makeLineCutter, type OpenCase, type ReportReader } from './report-reader.ts'

const Event = z.looseObject({
  Action: z.string(),
  Package: z.string().optional(),
  ImportPath: z.string().optional(),
  Test: z.string().optional(),
  Elapsed: z.number().optional(),
})

const OUTCOMES: Readonly<Record<string, OpenCase['outcome']>> = { pass: 'passed', fail: 'failed', skip: 'skipped' }

function parseEvent(line: string): z.infer<typeof Event> | null {
  if (!line.startsWith('{')) return null
  try {
    const event = Event.safeParse(JSON.parse(line))
    return event.success ? event.data : null
  } catch (error) {
    // A line of a program under test may begin with a brace and be no JSON.
    if (error instanceof SyntaxError) return null
    throw error
  }
}

/**
 * Reads Go's test events. A test that began and never ended (a panic, a kill) failed; a package that failed without a failing
 * test (it does not compile) is one failed case.
 */
export function readGoTest(): ReportReader {
  const list = makeCaseList()
  const running = new Map<string, { readonly suite: string; readonly name: string }>()
  const failedIn = new Set<string>()
  let events = 0
  const add = (suite: string, name: string, outcome: OpenCase['outcome'], durationSeconds: number | null): void => {
    if (outcome === 'failed') failedIn.add(suite)
    list.add({ suite, name, outcome, durationSeconds })
  }
  const failUnfinished = (suite: string | null): void => {
    for (const [key, test] of running) {
      if (suite !== null && test.suite !== suite) continue
      add(test.suite, test.name, 'failed', null)
      running.delete(key)
    }
  }
  const lines = makeLineCutter((line) => {
    const event = parseEvent(line)
    if (event === null) return
    events += 1
    const suite = event.Package ?? event.ImportPath ?? ''
    const outcome = OUTCOMES[event.Action]
    const key = JSON.stringify([suite, event.Test])
    if (event.Test !== undefined) {
      if (event.Action === 'run') running.set(key, { suite, name: event.Test })
      if (outcome === undefined) return
      running.delete(key)
      add(suite, event.Test, outcome, event.Elapsed ?? null)
    } else if (outcome === 'failed') {
      failUnfinished(suite)
      if (!failedIn.has(suite)) add(suite, '(package)', 'failed', event.Elapsed ?? null)
    }
  })
  return Object.freeze({
    write: lines.write,
    end: () => {
      const problem = lines.end() ?? (events === 0 ? 'no event of go test in it' : null)
      if (problem !== null) return { state: 'unreadable' as const, why: problem }
      failUnfinished(null)
      return list.result()
    },
  })
}
