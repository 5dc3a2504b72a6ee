// Files can come from anyone who opens a pull request: nothing here may throw, hang or reach beyond the file.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Problem } from '../../integrations/governance/artifact.ts'
import { MAX_PROBLEMS, parseArtifact } from '../../integrations/governance/parse-artifact.ts'
import { writeSource } from '../../integrations/governance/source-document.ts'
import { MAX_ALIASES, MAX_VALUES } from '../../integrations/governance/yaml-tree.ts'
import { hasCorpus, readCorpus } from './corpus.ts'

const FILE = 'roads/ROAD-001.md'
const ROAD = 'id: ROAD-001\ntitle: "T"\nstatus: proposed\nphase: 1\npriority: high\n'
const file = (yaml: string, body = '\n# Body\n') => `---\n${yaml}---\n${body}`
const short = (problems: readonly Problem[]) => problems.map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`.trim())
const problemsOf = (content: string | Uint8Array, name = FILE) => short(parseArtifact(name, content).problems)

describe('a problem', () => {
  test.each([
    ['of a wrong type stands on the value', 'tags: {a: 1}\n', ['7:7 type-wrong tags']],
    [
      'of an unknown word stands on the value',
      'governance:\n  nfrs:\n    status: perhaps\n',
      ['9:13 value-unknown governance.nfrs.status'],
    ],
    [
      'of a malformed id stands on the entry',
      'governance:\n  adrs:\n    ids: [ADR-001, ADR-1]\n',
      ['9:20 id-malformed governance.adrs.ids[1]'],
    ],
    ['of an id the schema does not see stands there too', 'user_stories:\n  - US-001\n  - story\n', ['9:5 id-malformed user_stories[1]']],
    ['of a key that stands twice stands on the second', 'phase: 2\n', ['7:1 key-duplicate phase']],
    ['of a key that is refused stands on the key', '__proto__: {polluted: yes}\n', ['7:1 yaml-refused __proto__']],
    ['of a quote that is not closed stands where it opens', 'owner: "open\n', ['7:8 yaml-invalid']],
    ['of a bracket that is not closed stands where it opens', 'tags: [a, b\nowner: "x"\n', ['7:7 yaml-invalid']],
    ['of an escaped quote at the end stands where the text opens', "owner: 'it''\n", ['7:8 yaml-invalid']],
    ['of an unquoted date is a warning', 'created: 2026-02-19\n', ['7:10 date-unquoted created']],
    ['of an entity is a warning', 'owner: "a &lt; b"\n', ['7:8 entity-encoded owner']],
    ['of a block that is no map stands on it', 'governance: yes\n', ['7:13 type-wrong governance']],
    ['of a single value where a list is meant is a warning', 'tags: one\n', ['7:7 strict-variant tags']],
    ['of an unknown contribution stands on its status', 'contribution: {status: perhaps}\n', ['7:24 value-unknown contribution.status']],
  ])('%s', (_name, yaml, expected) => {
    expect(problemsOf(file(ROAD + yaml))).toEqual(expect.arrayContaining(expected))
    expect(problemsOf(file(ROAD + yaml)).length).toBeGreaterThanOrEqual(expected.length)
  })

  test('says what was expected, what was found and what to do', () => {
    const { problems } = parseArtifact(FILE, file(ROAD.replace('proposed', 'in_progress')))
    expect(problems).toEqual([
      {
        code: 'state-unknown',
        severity: 'error',
        file: FILE,
        path: 'status',
        line: 4,
        column: 9,
        message:
          '`status` is "in_progress", read as implementing; Katalyst\'s schema wants one of proposed, adr_validated, bdd_pending, bdd_complete, implementing, nfr_validating, nfr_blocked, complete.',
        expected: 'one of proposed, adr_validated, bdd_pending, bdd_complete, implementing, nfr_validating, nfr_blocked, complete',
        found: '"in_progress"',
        advice: 'Write one of proposed, adr_validated, bdd_pending, bdd_complete, implementing, nfr_validating, nfr_blocked, complete.',
      },
    ])
  })

  test('of a missing key stands on the map that should have it, or on the first line', () => {
    expect(problemsOf(file('id: ROAD-001\n'))).toEqual([
      '1:1 key-missing title',
      '1:1 key-missing status',
      '1:1 key-missing phase',
      '1:1 key-missing priority',
    ])
    expect(problemsOf(file(`${ROAD}contribution:\n  version: 1\n`))).toEqual(['7:1 key-missing contribution.status'])
  })

  test('has the same line in a file with CRLF and a byte order mark', () => {
    const text = `\uFEFF${file(`${ROAD}created: 2026-02-19\n`)}`.replaceAll('\n', '\r\n')
    expect(problemsOf(text)).toEqual(['7:10 date-unquoted created'])
  })
})

describe('a file', () => {
  test.each([
    ['that is empty', '', ['1:1 frontmatter-missing']],
    ['without frontmatter', '# Title\n', ['1:1 frontmatter-missing']],
    ['with an open frontmatter', '---\nid: ROAD-001\n', ['1:1 frontmatter-unclosed']],
    ['with NUL in it', file(ROAD, '\0'), ['1:1 file-unreadable']],
    ['that is binary', new Uint8Array([0xff, 0xfe, 0x00, 0x80]), ['1:1 file-unreadable']],
    ['whose frontmatter is a list', file('- a\n- b\n'), ['2:1 yaml-invalid']],
    ['whose frontmatter is text', file('just text\n'), ['2:1 yaml-invalid']],
    ['whose frontmatter is empty', file(''), ['1:1 key-missing id']],
    ['whose frontmatter holds only a comment', file('# nothing\n'), ['1:1 key-missing id']],
    ['indented with tabs', file(`${ROAD}governance:\n\tadrs: {}\n`), ['8:1 yaml-invalid']],
    ['with a key that is a list', file(`${ROAD}? [a]\n: 1\n`), ['7:3 yaml-refused']],
  ])('%s is a problem, not an artifact that is wrong everywhere', (_name, content, expected) => {
    const result = parseArtifact(FILE, content)
    expect(short(result.problems)).toEqual(expect.arrayContaining(expected))
    expect(result.passesStrict).toBe(false)
  })

  test('of 10 MiB is read, and one byte more is refused', () => {
    const body = 'x'.repeat(10 * 1024 * 1024 - file(ROAD, '').length)
    expect(parseArtifact(FILE, file(ROAD, body)).artifact?.body).toHaveLength(body.length)
    expect(problemsOf(file(ROAD, `${body}x`))).toEqual(['1:1 file-unreadable'])
    expect(problemsOf(new Uint8Array(10 * 1024 * 1024 + 1))).toEqual(['1:1 file-unreadable'])
  })

  test('with an unread frontmatter is written back as it was', () => {
    for (const content of ['---\nid: ROAD-001\n', file('a: [\n'), '\uFEFF---\r\n- x\r\n---', new Uint8Array([0xff, 0x00])])
      expect(writeSource(parseArtifact(FILE, content).source)).toEqual(content)
  })
})

describe('hostile YAML', () => {
  const refused = (yaml: string) => {
    const started = performance.now()
    const result = parseArtifact(FILE, file(yaml))
    expect(performance.now() - started).toBeLessThan(5000)
    expect(result.artifact).toBeUndefined()
    expect(result.problems.length).toBeLessThan(10)
    return result.problems[0]?.code
  }

  test.each([
    ['brackets', `id: ${'['.repeat(100_000)}`],
    ['braces', `id: ${'{a: '.repeat(50_000)}`],
    ['dashes', '- '.repeat(100_000)],
    ['question marks', '? '.repeat(100_000)],
    ['colons', `a: ${': '.repeat(100_000)}`],
    ['pairs in a line', 'a: b: '.repeat(40_000)],
    ['pairs in lines in brackets', `[\n${' a: a\n'.repeat(30_000)}]`],
    ['pairs in braces', `{${'a: '.repeat(60_000)}}`],
    ['pairs in brackets', `a: [${'a: '.repeat(80_000)}]`],
    ['indentation', Array.from({ length: 700 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('nested deeply by %s is refused before the YAML library recurses', (_name, yaml) => {
    expect(['yaml-refused', 'yaml-invalid']).toContain(refused(`${yaml}\n`))
  })

  test('with a bomb of aliases is refused', () => {
    const levels = Array.from({ length: 12 }, (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(', ')}]`)
    expect(refused(`l0: &l0 [x]\n${levels.join('\n')}\n`)).toBe('yaml-refused')
  })

  test('with an alias inside its own anchor is refused or empty, never endless', () => {
    const { problems } = parseArtifact(FILE, file(`${ROAD}a: &a\n  b: *a\n`))
    expect(problems.every(({ code }) => code === 'yaml-refused' || code === 'yaml-invalid')).toBe(true)
  })

  test('with too many values is refused', () => {
    expect(refused(`a: [${'1,'.repeat(MAX_VALUES + 1)}]\n`)).toBe('yaml-refused')
    expect(refused(`a: [${','.repeat(200_000)}]\n`)).toBe('yaml-refused')
    expect(refused(`a: ${'x'.repeat(300_000)}\n`)).toBe('yaml-refused')
  })

  test('with more problems than anyone reads has the first of them', () => {
    const { problems } = parseArtifact(FILE, file(`${ROAD}${'phase: 1\n'.repeat(1000)}`))
    expect(problems).toHaveLength(MAX_PROBLEMS)
    expect(problems[0]?.line).toBe(7)
  })

  test('with a few aliases is read', () => {
    const { artifact } = parseArtifact(FILE, file(`${ROAD}created: &d "2026-01-01"\nupdated: *d\n`))
    expect(artifact?.kind === 'road-item' && artifact.data.updated).toBe('2026-01-01')
    expect(MAX_ALIASES).toBeGreaterThan(1)
  })

  test.each(['__proto__', 'constructor', 'prototype', '<<'])('cannot reach objects through the key %s', (key) => {
    const { artifact, problems } = parseArtifact(
      FILE,
      file(`${ROAD}${key}: {polluted: true, title: "x"}\ngovernance:\n  agent_signatures: {${key}: {polluted: true}}\n`),
    )
    expect(problems.map(({ code }) => code)).toEqual(['yaml-refused', 'yaml-refused'])
    expect(artifact?.title).toBe('T')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })
})

describe('whatever a file holds', () => {
  const holds = (name: string, content: string | Uint8Array) => {
    const { artifact, problems, source } = parseArtifact(name, content)
    const written = writeSource(source)
    expect(typeof content === 'string' ? written === content : Buffer.from(written as string).equals(content)).toBe(true)
    for (const problem of problems) {
      expect(problem.line).toBeGreaterThanOrEqual(1)
      expect(problem.column).toBeGreaterThanOrEqual(1)
    }
    if (artifact !== undefined) expect(artifact.id).not.toBe('')
  }

  test('random bytes and random text never throw', () => {
    const hostile = fc.stringMatching(/^[-?:,[\]{}#&*!|>'"%@`\n\r\t a1]{0,200}$/)
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.string({ unit: 'binary', maxLength: 200 }),
          hostile.map((yaml) => `---\n${yaml}\n---\n`),
        ),
        (content) => {
          holds(FILE, content)
        },
      ),
      { numRuns: 400 },
    )
  })

  const withCorpus = hasCorpus ? test : test.skip
  withCorpus('real files cut off, spliced, with other line ends, or with a byte changed never throw', () => {
    const files = readCorpus()
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), fc.constantFrom('cut', 'splice', 'crlf', 'cr', 'bom', 'byte'), (pick, at, with_, how) => {
        const { file: name, content } = files[pick % files.length]!
        const offset = at % Math.max(1, Math.min(content.length, 3000))
        const other = files[with_ % files.length]!.content
        const bytes = new TextEncoder().encode(content)
        if (how === 'cut') holds(name, content.slice(0, offset))
        if (how === 'splice') holds(name, content.slice(0, offset) + other.slice(offset))
        if (how === 'crlf') holds(name, content.replaceAll('\n', '\r\n'))
        if (how === 'cr') holds(name, content.replaceAll('\n', '\r'))
        if (how === 'bom') holds(name, `\uFEFF${content}`)
        if (how === 'byte') holds(name, bytes.with(offset % bytes.length, with_ % 256))
      }),
      { numRuns: 300 },
    )
  })

  withCorpus('CRLF changes the meaning of no real file', () => {
    for (const { file: name, content } of readCorpus()) {
      const [unix, dos] = [parseArtifact(name, content), parseArtifact(name, content.replaceAll('\n', '\r\n'))]
      expect(short(dos.problems)).toEqual(short(unix.problems))
      expect(dos.artifact?.positions).toEqual(unix.artifact?.positions)
      expect(dos.artifact?.data).toEqual(unix.artifact?.data)
    }
  })
})
