// The readers of test reports: what each format says, cut into chunks anywhere, and what hostile files get.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readGoTest } from '../../../integrations/foe/test-results/go-test.ts'
import { fileInRepository, readJest } from '../../../integrations/foe/test-results/jest.ts'
import { readJunit } from '../../../integrations/foe/test-results/junit.ts'
import { REPORT_READERS, type ReportFormat, reportFormat } from '../../../integrations/foe/test-results/report-format.ts'
import { MAX_CASES, MAX_TOKEN, type ReportReader } from '../../../integrations/foe/test-results/report-reader.ts'
import { readTap } from '../../../integrations/foe/test-results/tap.ts'
import { readTrx } from '../../../integrations/foe/test-results/trx.ts'
import { makeXmlReader } from '../../../integrations/foe/test-results/xml-reader.ts'

function read(reader: ReportReader, text: string, cuts: readonly number[] = []) {
  let at = 0
  for (const cut of [...cuts].sort((left, right) => left - right)) {
    reader.write(text.slice(at, cut))
    at = Math.max(at, cut)
  }
  reader.write(text.slice(at))
  return reader.end()
}

const rowsOf = (reader: ReportReader, text: string, cuts?: readonly number[]): readonly unknown[] => {
  const result = read(reader, text, cuts)
  if (result.state !== 'read') throw new Error(result.why)
  return result.cases.map(({ suite, name, outcome, durationSeconds }) => [suite, name, outcome, durationSeconds])
}

const JUNIT = `<?xml version="1.0" encoding="UTF-8"?>
<!-- <testsuite> in a comment --><testsuites time="9">
  <testsuite name="orders" tests="4">
    <properties><property name="a" value="1 &gt; 0"/></properties>
    <testcase classname="orders.Total" name="adds &quot;up&quot; &#x1F680;" time="1,000.5"/>
    <testcase classname="orders" name="rounds"><failure message="a > b"><![CDATA[<testcase name="no"/> ]] ]]></failure></testcase>
    <testcase name='waits' time=""><skipped/></testcase>
    <testsuite name="nested"><testcase name="crashes" time="0.25"><error/></testcase></testsuite>
    <testcase name="shakes" time="1"><flakyFailure message="first try"/></testcase>
  </testsuite>
</testsuites>`

const TRX = `<?xml version="1.0"?>
<TestRun xmlns="http://microsoft.com/schemas/VisualStudio/TeamTest/2010">
 <Results>
  <UnitTestResult testId="1" testName="Adds" outcome="Passed" duration="00:01:02.5"/>
  <UnitTestResult testId="2" testName="Fails" outcome="Timeout" duration="1.00:00:00"><Output><StdOut>x</StdOut></Output></UnitTestResult>
  <UnitTestResult testId="3" testName="Rows" outcome="Failed"><InnerResults>
    <UnitTestResult testId="3" testName="Rows (1)" outcome="Passed"/><UnitTestResult testId="3" testName="Rows (2)" outcome="NotExecuted"/>
  </InnerResults></UnitTestResult>
 </Results>
 <TestDefinitions>
  <UnitTest id="1" name="Adds"><TestMethod className="Shop.Orders, Shop, Version=1" name="Adds"/></UnitTest>
  <UnitTest id="3" name="Rows"><TestMethod className="Shop.Rows" name="Rows"/></UnitTest>
 </TestDefinitions>
</TestRun>`

const GO = [
  { Action: 'start', Package: 'shop' },
  { Action: 'run', Package: 'shop', Test: 'TestAdds' },
  { Action: 'output', Package: 'shop', Test: 'TestAdds', Output: 'ok\n' },
  { Action: 'pass', Package: 'shop', Test: 'TestAdds', Elapsed: 0.5 },
  { Action: 'run', Package: 'shop', Test: 'TestPanics' },
  { Action: 'skip', Package: 'shop', Test: 'TestWaits', Elapsed: 0 },
  { Action: 'fail', Package: 'shop', Elapsed: 2 },
  { Action: 'fail', Package: 'broken', Elapsed: 0 },
  { Action: 'pass', Package: 'fine', Elapsed: 0 },
]
  .map((event) => JSON.stringify(event))
  .join('\n')
  .replace('\n', '\n# shop\n{not json\n')

const JEST = JSON.stringify({
  numTotalTests: 4,
  testResults: [
    {
      name: ['', 'runner', 'work', 'shop', 'shop', 'test', 'orders.test.ts'].join('/'),
      assertionResults: [
        { title: 'adds', fullName: 'orders adds', status: 'passed', duration: 1500, retryReasons: ['first try'] },
        { title: 'waits', status: 'pending', duration: null },
        { title: 'fails', fullName: 'orders fails', status: 'failed', duration: 3 },
      ],
    },
    { name: 'broken.test.ts', status: 'failed', assertionResults: [] },
  ],
})

const TAP = `TAP version 13
# Subtest: orders
    # Subtest: adds
    ok 1 - adds
      ---
      duration_ms: 1500
      note: |
        not ok 9 - only text
      ...
    not ok 2 - rounds # TODO one day
    1..2
ok 1 - orders
not ok 2 - total \\# of rows
ok 3 - waits # SKIP no database
1..4
`

const SAMPLES: Readonly<Record<ReportFormat, { readonly text: string; readonly file: string; readonly cases: readonly unknown[] }>> = {
  junit: {
    text: JUNIT,
    file: 'TEST-orders.xml',
    cases: [
      ['orders', 'orders.Total.adds "up" 🚀', 'passed', 1000.5],
      ['orders', 'rounds', 'failed', null],
      ['orders', 'waits', 'skipped', null],
      ['orders › nested', 'crashes', 'failed', 0.25],
      ['orders', 'shakes', 'passed', 1],
    ],
  },
  trx: {
    text: TRX,
    file: 'result.trx',
    cases: [
      ['Shop.Orders', 'Adds', 'passed', 62.5],
      ['', 'Fails', 'failed', 86_400],
      ['Shop.Rows', 'Rows (1)', 'passed', null],
      ['Shop.Rows', 'Rows (2)', 'skipped', null],
    ],
  },
  'go-test': {
    text: GO,
    file: 'report.json',
    cases: [
      ['shop', 'TestAdds', 'passed', 0.5],
      ['shop', 'TestWaits', 'skipped', 0],
      ['shop', 'TestPanics', 'failed', null],
      ['broken', '(package)', 'failed', 0],
    ],
  },
  jest: {
    text: JEST,
    file: 'results.json',
    cases: [
      ['test/orders.test.ts', 'orders adds', 'passed', 1.5],
      ['test/orders.test.ts', 'waits', 'skipped', null],
      ['test/orders.test.ts', 'orders fails', 'failed', 0.003],
      ['broken.test.ts', '(file)', 'failed', null],
    ],
  },
  tap: {
    text: TAP,
    file: 'out.tap',
    cases: [
      ['orders', 'adds', 'passed', 1.5],
      ['orders', 'rounds', 'skipped', null],
      ['', 'total # of rows', 'failed', null],
      ['', 'waits', 'skipped', null],
      ['', '(1 of 4 planned tests did not run)', 'failed', null],
    ],
  },
}

const FORMATS = Object.keys(SAMPLES) as ReportFormat[]

describe.each(FORMATS)('a report in %s', (format) => {
  const { text, file, cases } = SAMPLES[format]

  test('says each test once, with its suite, outcome and duration', () => {
    expect(rowsOf(REPORT_READERS[format](), text)).toEqual(cases)
  })

  test('says the same wherever it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
        expect(rowsOf(REPORT_READERS[format](), text, cuts)).toEqual(cases)
      }),
      { numRuns: 60 },
    )
    expect(
      rowsOf(
        REPORT_READERS[format](),
        text,
        [...text].map((_, at) => at),
      ),
    ).toEqual(cases)
  })

  test('is known by its name and beginning, and to no other reader', () => {
    expect(reportFormat(file, text)).toBe(format)
    for (const other of FORMATS.filter((each) => each !== format)) expect(read(REPORT_READERS[other](), text).state).toBe('unreadable')
  })

  test('that is empty, cut short or noise is refused or read, never thrown', () => {
    expect(read(REPORT_READERS[format](), '').state).toBe('unreadable')
    fc.assert(
      fc.property(fc.nat(text.length), fc.string({ maxLength: 40 }), (at, noise) => {
        expect(['read', 'unreadable']).toContain(read(REPORT_READERS[format](), text.slice(0, at) + noise).state)
      }),
      { numRuns: 60 },
    )
  })
})

describe('retries', () => {
  test('of Surefire and of Jest are told', () => {
    for (const [reader, text] of [[readJunit(), JUNIT] as const, [readJest(), JEST] as const]) {
      const result = read(reader, text)
      expect(result.state === 'read' && result.cases.filter(({ retried }) => retried).length).toBe(1)
    }
  })
})

describe('hostile reports', () => {
  const laughs = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><testsuites><testsuite name="&b;"/></testsuites>'

  test('a document type with definitions is refused, a bare one is passed over', () => {
    expect(read(readJunit(), laughs)).toEqual({ state: 'unreadable', why: expect.stringMatching(/document type/) })
    expect(read(readJunit(), laughs, [12, 14])).toEqual({ state: 'unreadable', why: expect.stringMatching(/document type/) })
    expect(read(readTrx(), '<!DOCTYPE TestRun><TestRun/>').state).toBe('read')
  })

  test('an entity that XML does not define stays as it is written', () => {
    const text = '<testsuite name="&xxe; &#0; &#xD800; &amp;lt;"><testcase name="t"/></testsuite>'
    expect(rowsOf(readJunit(), text)).toEqual([['&xxe; &#0; &#xD800; &lt;', 't', 'passed', null]])
  })

  test.each([
    ['elements without end', '<a>'.repeat(200), /deeper than 100/],
    ['a tag without end', `<testsuite name="${'x'.repeat(MAX_TOKEN + 10)}`, /longer than/],
    ['a wrong closing tag', '<testsuite></testsuites>', /closes nothing/],
    ['two roots', '<testsuite/><testsuite/>', /no XML/],
    ['no suite', '<html></html>', /no <testsuite>/],
    ['half a comment', '<testsuite/><!-- ', /in the middle/],
  ])('%s is refused', (_, text, why) => {
    expect(read(readJunit(), text)).toEqual({ state: 'unreadable', why: expect.stringMatching(why) })
  })

  test('a line without end is refused', () => {
    expect(read(readGoTest(), `{"Action":"run","Test":"${'x'.repeat(MAX_TOKEN)}"`, [20])).toEqual({
      state: 'unreadable',
      why: expect.stringMatching(/line/),
    })
  })

  test('more cases than anybody has are refused', () => {
    expect(read(readTap(), 'ok 1 - a\n'.repeat(MAX_CASES + 1))).toEqual({
      state: 'unreadable',
      why: expect.stringMatching(/more than 200000/),
    })
  })

  test('text of a large report is passed over without keeping it', () => {
    const opened: string[] = []
    const xml = makeXmlReader({ open: (name) => opened.push(name), close: () => undefined })
    xml.write('<r><out><![CDATA[')
    for (let at = 0; at < 200; at += 1) xml.write(`<no>]]${'y'.repeat(65_536)}`)
    xml.write(']]></out></r>')
    expect([opened, xml.end()]).toEqual([['r', 'out'], null])
  })
})

test('files that are no test report belong to no reader', () => {
  const others = [
    ['cobertura.xml', '<coverage line-rate="1">'],
    ['package.json', '{"name":"shop"}'],
    ['index.html', '<testsuites>'],
    ['build.log', 'ok, done'],
    ['screen.png', '\u0089PNG'],
  ] as const
  expect(others.map(([name, head]) => reportFormat(name, head))).toEqual([null, null, null, null, null])
})

test('a path of a runner becomes the path in the repository', () => {
  const windows = ['D:', 'a', 'shop', 'shop', 'test', 'x.test.ts'].join('\\')
  expect([windows, 'test/x.test.ts', ['', 'srv', 'x.test.ts'].join('/')].map(fileInRepository)).toEqual([
    'test/x.test.ts',
    'test/x.test.ts',
    '/srv/x.test.ts',
  ])
})
