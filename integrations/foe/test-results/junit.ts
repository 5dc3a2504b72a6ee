// JUnit XML, as Ant, Surefire, Gradle, pytest, jest-junit and a hundred others write it. There is no one schema: nested suites,
// missing times and Surefire's re-run elements are all usual.
import { cleanSeconds, makeCaseList, type OpenCase, type ReportReader } from './report-reader.ts'
import { makeXmlReader, type XmlAttributes } from './xml-reader.ts'

/** Seconds as written; some writers put separators into thousands. */
function secondsOf(time: string | undefined): number | null {
  if (time === undefined || time.trim() === '') return null
  return cleanSeconds(Number(time.trim().replace(/,(?=\d{3}(?:\D|$))/g, '')))
}

const OUTCOMES: Readonly<Record<string, OpenCase['outcome']>> = { failure: 'failed', error: 'failed', skipped: 'skipped' }
/** Surefire tells failures of earlier tries in elements of their own; the case itself is what the last try said. */
const EARLIER_FAILURES = ['flakyFailure', 'flakyError']

function nameOf(attributes: XmlAttributes, suite: string): string {
  const name = attributes.get('name') ?? ''
  const className = attributes.get('classname') ?? ''
  return className === '' || className === suite || name.startsWith(className) ? name : `${className}.${name}`
}

/** Reads a JUnit report. A suite inside a suite is named by both. */
export function readJunit(): ReportReader {
  const list = makeCaseList()
  const suites: string[] = []
  let current: OpenCase | null = null
  let hasSuite = false
  const xml = makeXmlReader({
    open: (name, attributes) => {
      if (name === 'testsuites') hasSuite = true
      else if (name === 'testsuite') {
        hasSuite = true
        suites.push(attributes.get('name') ?? '')
      } else if (name === 'testcase') {
        const suite = suites.filter((each) => each !== '').join(' › ') || (attributes.get('classname') ?? '')
        current = list.add({
          suite,
          name: nameOf(attributes, suites.at(-1) ?? ''),
          outcome: 'passed',
          durationSeconds: secondsOf(attributes.get('time')),
        })
      } else if (current !== null && current.outcome !== 'failed' && OUTCOMES[name]) current.outcome = OUTCOMES[name]
      else if (current !== null && EARLIER_FAILURES.includes(name)) current.retried = true
    },
    close: (name) => {
      if (name === 'testsuite') suites.pop()
      else if (name === 'testcase') current = null
    },
  })
  return Object.freeze({
    write: xml.write,
    end: () => {
      const problem = xml.end() ?? (hasSuite ? null : 'no <testsuite> in it')
      return problem === null ? list.result() : { state: 'unreadable' as const, why: problem }
    },
  })
}
