// TRX, the report of Visual Studio's and .NET's test runners. Results name their test by id; which class it belongs to stands in
// the definitions, which come after them.
import { makeCaseList, type OpenCase, type ReportReader } from './report-reader.ts'
import { makeXmlReader, type XmlAttributes } from './xml-reader.ts'

const OUTCOMES: Readonly<Record<string, OpenCase['outcome']>> = {
  passed: 'passed',
  passedbutrunaborted: 'passed',
  completed: 'passed',
  warning: 'passed',
  notexecuted: 'skipped',
  notrunnable: 'skipped',
  inconclusive: 'skipped',
  pending: 'skipped',
  disconnected: 'skipped',
}

/** `hh:mm:ss.fffffff`, with days in front where it took that long. */
function secondsOf(duration: string | undefined): number | null {
  const match = /^(?:(\d+)\.)?(\d+):(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/.exec(duration ?? '')
  if (!match) return null
  const [, days = '0', hours, minutes, seconds] = match
  return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
}

interface OpenResult {
  readonly attributes: XmlAttributes
  hasInner: boolean
}

/** Reads a TRX report. Rows of a data-driven test count, the test around them does not. */
export function readTrx(): ReportReader {
  const list = makeCaseList()
  const classes = new Map<string, string>()
  const told: { readonly testId: string; readonly open: OpenCase }[] = []
  const results: OpenResult[] = []
  let definition: string | null = null
  let isRun = false
  const emit = ({ attributes }: OpenResult): void => {
    if (list.isFull()) return
    const outcome = OUTCOMES[(attributes.get('outcome') ?? '').toLowerCase()] ?? 'failed'
    const open = list.add({
      suite: '',
      name: attributes.get('testName') ?? '',
      outcome,
      durationSeconds: secondsOf(attributes.get('duration')),
    })
    told.push({ testId: attributes.get('testId') ?? '', open })
  }
  const xml = makeXmlReader({
    open: (name, attributes) => {
      if (name === 'TestRun') isRun = true
      else if (name === 'UnitTestResult') results.push({ attributes, hasInner: false })
      else if (name === 'InnerResults' && results.length > 0) (results.at(-1) as OpenResult).hasInner = true
      else if (name === 'UnitTest') definition = attributes.get('id') ?? null
      else if (name === 'TestMethod' && definition !== null) classes.set(definition, attributes.get('className') ?? '')
    },
    close: (name) => {
      if (name === 'UnitTest') definition = null
      if (name !== 'UnitTestResult') return
      const result = results.pop()
      if (result && !result.hasInner) emit(result)
    },
  })
  return Object.freeze({
    write: xml.write,
    end: () => {
      const problem = xml.end() ?? (isRun ? null : 'no <TestRun> in it')
      if (problem !== null) return { state: 'unreadable' as const, why: problem }
      // "Namespace.Class, Assembly, Version=…" in older files.
      for (const { testId, open } of told) open.suite = (classes.get(testId) ?? '').split(',', 1)[0] ?? ''
      return list.result()
    },
  })
}
