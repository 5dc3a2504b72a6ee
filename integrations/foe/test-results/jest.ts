// The JSON report of Jest, which Vitest writes too.
import { z } from 'zod'
import { makeCaseList, type OpenCase, type ReportReader } from './report-reader.ts'

const Assertion = z.looseObject({
  title: z.string().optional(),
  fullName: z.string().optional(),
  status: z.string(),
  duration: z.number().nullish(),
  retryReasons: z.array(z.unknown()).nullish(),
})
const Report = z.looseObject({
  testResults: z.array(
    z.looseObject({ name: z.string(), status: z.string().optional(), assertionResults: z.array(Assertion).default([]) }),
  ),
})

/** Characters of the whole report: unlike the other formats it is one JSON value, which has to be held at once. */
export const MAX_JSON = 64 * 1_048_576

const OUTCOMES: Readonly<Record<string, OpenCase['outcome']>> = { passed: 'passed', failed: 'failed' }

/** A file as its repository knows it: runners check out into a folder of the build machine or …\a\NAME\NAME. */
export const fileInRepository = (path: string): string =>
  path.replaceAll('\\', '/').replace(/^(?:[A-Za-z]:)?\/(?:[^/]+\/)*?(?:work|_work|a)\/([^/]+)\/\1\//, '')

/** Reads a Jest or Vitest report. A file that could not run at all is one failed case. */
export function readJest(): ReportReader {
  const chunks: string[] = []
  let length = 0
  const end = (): ReturnType<ReportReader['end']> => {
    if (length > MAX_JSON) return { state: 'unreadable', why: `longer than ${MAX_JSON} characters` }
    const json = parseJson(chunks.join(''))
    const report = Report.safeParse(json)
    if (!report.success)
      return { state: 'unreadable', why: json === undefined ? 'no JSON' : 'no testResults as Jest and Vitest write them' }
    const list = makeCaseList()
    for (const { name, status, assertionResults } of report.data.testResults) {
      const suite = fileInRepository(name)
      if (assertionResults.length === 0 && status === 'failed')
        list.add({ suite, name: '(file)', outcome: 'failed', durationSeconds: null })
      for (const { title, fullName, status: outcome, duration, retryReasons } of assertionResults)
        list.add({
          suite,
          name: (fullName || title) ?? '',
          outcome: OUTCOMES[outcome] ?? 'skipped',
          durationSeconds: typeof duration === 'number' ? duration / 1000 : null,
          retried: outcome === 'passed' && (retryReasons?.length ?? 0) > 0,
        })
    }
    return list.result()
  }
  return Object.freeze({
    write: (chunk: string) => {
      length += chunk.length
      if (length <= MAX_JSON) chunks.push(chunk)
      else chunks.length = 0
    },
    end,
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
