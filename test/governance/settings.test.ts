import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { z } from 'zod'
import type { Problem } from '../../integrations/governance/artifact.ts'
import { DEFAULT_SETTINGS, parseSettings, pathInside, SETTINGS_SCHEMA, weighProblems } from '../../integrations/governance/settings.ts'

const faults = (text: unknown) =>
  parseSettings(text).problems.map(
    ({ line, column, code, path, message, advice }) => `${line}:${column} ${code} ${path}: ${message} ${advice}`,
  )

describe('settings', () => {
  test.each([undefined, null, '', '# nothing set yet\n', {}])('are the defaults for %j', (input) => {
    expect(parseSettings(input)).toEqual({ settings: DEFAULT_SETTINGS, problems: [] })
    expect(DEFAULT_SETTINGS).toEqual({
      governancePath: 'governance',
      checks: { governance: true, delivery: true },
      fail: [],
      warn: [],
      ignore: [],
    })
  })

  test('are read from text and from a value alike', () => {
    const text =
      'governancePath: packages/delivery-framework\nchecks:\n  delivery: false\nfail: [strict-variant]\nwarn: [gate-unmet]\nignore:\n  - reference-orphan\n'
    const value = {
      governancePath: 'packages/delivery-framework',
      checks: { delivery: false },
      fail: ['strict-variant'],
      warn: ['gate-unmet'],
      ignore: ['reference-orphan'],
    }
    expect(parseSettings(text)).toEqual(parseSettings(value))
    expect(parseSettings(text).problems).toEqual([])
    expect(parseSettings(text).settings).toMatchObject({ ...value, checks: { governance: true, delivery: false } })
  })

  test.each([
    ['governance/', 'governance'],
    ['./a/b/', 'a/b'],
    ['.', '.'],
    ['./', '.'],
    ['.katalyst', '.katalyst'],
    ['..a/b..', '..a/b..'],
  ])('take %j for the folder %j', (given, folder) => {
    expect(parseSettings({ governancePath: given })).toMatchObject({ settings: { governancePath: folder }, problems: [] })
  })

  test.each(['/etc', '..', '../other', 'a/../b', 'a//b', 'a\\b', '', 'a/.', './../x'])('refuse the folder %j', (given) => {
    const { settings, problems } = parseSettings({ governancePath: given })
    expect(settings.governancePath).toBe('governance')
    expect(problems).toMatchObject([{ code: 'value-unknown', path: 'governancePath', severity: 'error' }])
  })

  test('name the line, the fault and the way out, and keep every key that is right', () => {
    const text =
      'governancePath: docs/governance\ncheks: {}\nchecks:\n  governance: maybe\n  delivry: true\nfail:\n  - transition-ilegal\n  - 7\nwarn: gate-unmet\n'
    expect(faults(text)).toEqual([
      '2:8 value-unknown cheks: There is no setting called "cheks" here. Did you mean checks?',
      '4:15 type-wrong checks.governance: `checks.governance` is "maybe", not true or false. Write true or false.',
      '5:12 value-unknown checks.delivry: There is no setting called "delivry" here. Did you mean delivery?',
      '7:5 value-unknown fail[0]: `fail[0]` is "transition-ilegal", which is not the code of a problem. Did you mean transition-illegal?',
      expect.stringMatching(
        /^8:5 value-unknown fail\[1\]: `fail\[1\]` is 7, which is not the code of a problem\. The codes are: file-unreadable, /,
      ),
      '9:7 type-wrong warn: `warn` is "gate-unmet", not a list of problem codes. Write a list of problem codes.',
    ])
    expect(parseSettings(text).settings).toEqual({ ...DEFAULT_SETTINGS, governancePath: 'docs/governance' })
  })

  test('report a code in two lists, and the stricter list counts', () => {
    const text = 'fail: [gate-unmet]\nwarn: [gate-unmet, strict-variant]\nignore: [strict-variant]\n'
    expect(faults(text)).toEqual([
      '2:8 key-duplicate warn[0]: gate-unmet stands under warn and under fail; fail counts. Keep it in one list.',
      '3:10 key-duplicate ignore[0]: strict-variant stands under ignore and under warn; warn counts. Keep it in one list.',
    ])
  })

  test.each([
    ['a: [', 'yaml-invalid'],
    ['- fail', 'yaml-invalid'],
    ['"just text"', 'yaml-invalid'],
    [`a: ${'['.repeat(500)}${']'.repeat(500)}`, 'yaml-refused'],
    ['fail: []\nfail: [gate-unmet]', 'key-duplicate'],
    ['__proto__: {fail: [gate-unmet]}', 'yaml-refused'],
  ])('that cannot be read (%#) are reported and the defaults count', (text, code) => {
    const { settings, problems } = parseSettings(text)
    expect(problems.map((problem) => problem.code)).toContain(code)
    expect(problems.every(({ file, message }) => file === '.github/katalyst.yml' && !message.includes('frontmatter'))).toBe(true)
    expect(settings.governancePath).toBe('governance')
  })

  test('never throw, whatever is in the file', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.json()), (input) => {
        expect(() => SETTINGS_SCHEMA.parse(parseSettings(input).settings)).not.toThrow()
      }),
      { numRuns: 300 },
    )
  })

  test('have a schema that can be published', () => {
    expect(z.toJSONSchema(SETTINGS_SCHEMA, { io: 'input' })).toMatchObject({ type: 'object', additionalProperties: false })
  })
})

describe('problems weighed by settings', () => {
  const problem = (code: Problem['code'], severity: Problem['severity']): Problem => ({
    code,
    severity,
    file: 'a.md',
    path: '',
    line: 1,
    column: 1,
    message: 'm',
  })
  const given = [
    problem('gate-unmet', 'error'),
    problem('strict-variant', 'warning'),
    problem('reference-orphan', 'warning'),
    problem('yaml-invalid', 'error'),
  ]

  test('are raised, lowered and left out by their code', () => {
    const weighed = weighProblems(given, { fail: ['strict-variant'], warn: ['gate-unmet'], ignore: ['reference-orphan'] })
    expect(weighed.map(({ code, severity }) => `${code} ${severity}`)).toEqual([
      'gate-unmet warning',
      'strict-variant error',
      'yaml-invalid error',
    ])
  })

  test('stay as they are without settings', () => {
    expect(weighProblems(given, DEFAULT_SETTINGS)).toEqual(given)
  })
})

test.each([
  ['governance', 'governance/roads/ROAD-001.md', 'roads/ROAD-001.md'],
  ['governance', 'governance-old/roads/ROAD-001.md', undefined],
  ['governance', 'README.md', undefined],
  ['.', 'roads/ROAD-001.md', 'roads/ROAD-001.md'],
  ['a/b', 'a/b/c.md', 'c.md'],
])('with the folder %j the file %j is governed as %j', (governancePath, path, inside) => {
  expect(pathInside({ governancePath }, path)).toBe(inside)
})
