import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { valueAt } from '../../integrations/governance/front-reader.ts'
import { parseSource, writeSource } from '../../integrations/governance/source-document.ts'
import { editSource, type SourceChange, sameValue } from '../../integrations/governance/source-edit.ts'
import type { EditValue } from '../../integrations/governance/yaml-text.ts'
import { isAppError } from '../../integrations/kernel/errors.ts'
import { hasCorpus, readCorpus } from './corpus.ts'

const edit = (text: string, ...changes: SourceChange[]) => editSource(parseSource('roads/ROAD-001.md', text).document, changes)
const front = (yaml: string) => `---\n${yaml}---\n\n# Body\n`
const set = (yaml: string, path: string, value: EditValue | undefined) => {
  const text = edit(front(yaml), { path, value })
  return text.slice(4, text.indexOf('---\n', 4))
}
const codeOf = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    return isAppError(error) ? error.code : error
  }
  return 'nothing thrown'
}

describe('a scalar', () => {
  test.each([
    ['keeps double quotes', 'title: "Old"  # why\n', 'title', 'New: one', 'title: "New: one"  # why\n'],
    ['keeps single quotes', "title: 'Old'\n", 'title', "It's", "title: 'It''s'\n"],
    ['stays plain where that is legal', 'status: proposed # now\n', 'status', 'complete', 'status: complete # now\n'],
    ['is quoted where plain would be read as something else', 'owner: me\n', 'owner', 'yes', 'owner: "yes"\n'],
    ['is quoted where it would end the value', 'owner: me\n', 'owner', 'a: b #c', 'owner: "a: b #c"\n'],
    ['stays an unquoted date where it was one', 'created: 2026-02-19\n', 'created', '2026-03-01', 'created: 2026-03-01\n'],
    ['becomes a number', 'phase: "2"\n', 'phase', 3, 'phase: 3\n'],
    ['becomes null', 'owner: me\n', 'owner', null, 'owner: null\n'],
    ['fills an empty key', 'owner:\nphase: 1\n', 'owner', 'me', 'owner: me\nphase: 1\n'],
    ['fills an empty key before a comment', 'owner: # nobody\nphase: 1\n', 'owner', 'me', 'owner: me # nobody\nphase: 1\n'],
    ['is replaced deep in blocks', 'a:\n  b:\n    c: 1\n    d: 2\n', 'a.b.c', 5, 'a:\n  b:\n    c: 5\n    d: 2\n'],
    ['is replaced inside braces', 'a: {b: 1, c: x}\n', 'a.c', 'x, y', 'a: {b: 1, c: "x, y"}\n'],
    ['is replaced in an entry of a list', 'a:\n  - b: 1\n    c: 2\n', 'a[0].c', 3, 'a:\n  - b: 1\n    c: 3\n'],
    ['keeps the block of a text', 'n: |\n  one\n  two\nm: 1\n', 'n', 'three\nfour\n', 'n: |\n  three\n  four\nm: 1\n'],
    ['keeps a folded block of one paragraph', 'n: >\n  one\n  two\nm: 1\n', 'n', 'three\n', 'n: >\n  three\nm: 1\n'],
    ['leaves a block it cannot hold', 'n: |\n  one\nm: 1\n', 'n', ' one', 'n: " one"\nm: 1\n'],
    ['takes the place of a map', 'a:\n  b: 1\nc: 2\n', 'a', 'x', 'a: x\nc: 2\n'],
    ['escapes what no file should hold raw', 'a: "x"\n', 'a', '\u0007\u0085\u2028', 'a: "\\u0007\\u0085\\u2028"\n'],
  ] as const)('%s', (_name, yaml, path, value, expected) => {
    expect(set(yaml, path, value)).toBe(expected)
  })
})

describe('a list', () => {
  test.each([
    ['in brackets grows at its end', 'a: [x,  y] # c\n', ['x', 'y', 'z'], 'a: [x,  y, z] # c\n'],
    ['in brackets shrinks', 'a: [x, y, z]\n', ['x', 'z'], 'a: [x, z]\n'],
    ['in brackets keeps its quotes', 'a: ["x"]\n', ['x', 'y'], 'a: ["x", "y"]\n'],
    ['in brackets quotes what holds a comma', 'a: [x]\n', ['x', 'p, q'], 'a: [x, "p, q"]\n'],
    ['of lines grows by a line', 'a:\n  - x # one\n  - y\nb: 1\n', ['x', 'y', 'z'], 'a:\n  - x # one\n  - y\n  - z\nb: 1\n'],
    ['of lines loses a line', 'a:\n- x # one\n- y\n- z\nb: 1\n', ['x', 'z'], 'a:\n- x # one\n- z\nb: 1\n'],
    ['of lines keeps its quotes', 'a:\n  - "x"\n', ['x', 'y'], 'a:\n  - "x"\n  - "y"\n'],
    ['of lines becomes empty', 'a:\n  - x\n  - y\nb: 1\n', [], 'a: []\nb: 1\n'],
    ['that was empty is filled', 'a: []\nb: 1\n', ['x'], 'a: [x]\nb: 1\n'],
    ['takes the place of a scalar', 'a: x\nb: 1\n', ['x', 'z'], 'a: [x, z]\nb: 1\n'],
  ] as const)('%s', (_name, yaml, value, expected) => {
    expect(set(yaml, 'a', value)).toBe(expected)
  })

  test('of maps is written one key per line', () => {
    expect(set('a: 1\n', 's', [{ agent: '@x', status: 'approved' }])).toBe('a: 1\ns:\n  - agent: "@x"\n    status: approved\n')
  })
})

describe('a key', () => {
  test.each([
    ['is added at the end of the frontmatter', 'a: 1\n# end\n', 'b', 2, 'a: 1\nb: 2\n# end\n'],
    ['is added at the end of its map', 'a:\n    b: 1\nc: 2\n', 'a.d', 'x', 'a:\n    b: 1\n    d: x\nc: 2\n'],
    ['is added inside braces', 'a: {b: 1}\n', 'a.c', 2, 'a: {b: 1, c: 2}\n'],
    ['is added inside empty braces', 'a: {}\n', 'a.c', 'x', 'a: {c: x}\n'],
    ['brings the maps above it', 'a: 1\n', 'g.nfrs.status', 'pass', 'a: 1\ng:\n  nfrs:\n    status: pass\n'],
    ['fills an empty map above it', 'g:\na: 1\n', 'g.b', 'x', 'g:\n  b: x\na: 1\n'],
    ['is added to an empty frontmatter', '', 'a.b', 1, 'a:\n  b: 1\n'],
    ['is removed with its lines', 'a:\n  - x\n  - y\nb: 1 # c\n', 'a', undefined, 'b: 1 # c\n'],
    ['is removed from braces', 'a: {b: 1, c: 2}\n', 'a.c', undefined, 'a: {b: 1}\n'],
    ['is removed from the front of braces', 'a: {b: 1, c: 2}\n', 'a.b', undefined, 'a: {c: 2}\n'],
    ['that was the last of its map leaves it empty', 'a:\n  b: 1\nc: 2\n', 'a.b', undefined, 'a: {}\nc: 2\n'],
    ['behind a dash is removed', 'a:\n  - b: 1\n    c: 2\n', 'a[0].b', undefined, 'a:\n  - c: 2\n'],
    ['that is not there is removed without a change', 'a: 1\n', 'x.y', undefined, 'a: 1\n'],
    ['with odd characters is found by its quoted path', '"a.b": 1\n', '["a.b"]', 2, '"a.b": 2\n'],
  ] as const)('%s', (_name, yaml, path, value, expected) => {
    expect(set(yaml, path, value)).toBe(expected)
  })

  test('takes the line ends of the file', () => {
    expect(edit('\uFEFF---\r\na: 1\r\n---\r\nbody', { path: 'b', value: ['x'] }, { path: 'a', value: 2 })).toBe(
      '\uFEFF---\r\na: 2\r\nb: [x]\r\n---\r\nbody',
    )
  })

  test.each([
    ['through a text', 'a: x\n', 'a.b'],
    ['into an entry that is not there', 'a: [x]\n', 'a[3]'],
    ['without a path', 'a: x\n', ''],
    ['with half a path', 'a: x\n', 'a['],
    ['inside an alias', 'a: &x {k: 1}\nb: *x\n', 'b.k'],
  ])('cannot be set %s', (_name, yaml, path) => {
    expect(codeOf(() => set(yaml, path, 'y'))).toBe('refused')
  })

  test('cannot be set where there is no frontmatter', () => {
    expect(codeOf(() => edit('# plain', { path: 'a', value: 1 }))).toBe('refused')
    expect(codeOf(() => edit('---\na: [\n---\n', { path: 'a', value: 1 }))).toBe('refused')
  })
})

describe('HTML entities', () => {
  test('are written where the file uses them', () => {
    expect(set('a: "x &lt; y"\nb: "z"\n', 'b', 'p < q')).toBe('a: "x &lt; y"\nb: "p &lt; q"\n')
  })
  test('are not brought into a file that has none', () => {
    expect(set('a: "x"\n', 'a', 'p < q & r')).toBe('a: "p < q & r"\n')
  })
  test('that are meant as such survive', () => {
    const yaml = set('a: "x"\n', 'a', 'write &lt;')
    expect(yaml).toBe('a: "write &amp;lt;"\n')
    expect(parseSource('f', front(yaml)).document.root.a).toBe('write &lt;')
  })
})

const key = fc.stringMatching(/^[a-z][a-z_]{0,8}$/).filter((name) => !['constructor', 'prototype', 'unprototyped'].includes(name))
const text = fc.oneof(
  fc.string({ maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.stringMatching(/^[-?:,[\]{}#&*!|>'"%@`<=~ \n\tynTF0-9.e+_]{0,12}$/),
)
const scalar = fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null))
const { tree } = fc.letrec<{ tree: EditValue }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    scalar,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(key, tie('tree'), { maxKeys: 3 }),
  ),
}))

test('any value set is read again as it was given, and set again changes nothing', () => {
  fc.assert(
    fc.property(fc.uniqueArray(key, { minLength: 1, maxLength: 4 }), tree, tree, (path, before, after) => {
      const once = edit(front('first: 1 # kept\n'), { path: path.join('.'), value: before }, { path: path.join('.'), value: after })
      const { document, problems } = parseSource('f', once)
      expect(problems).toEqual([])
      expect(sameValue(valueAt(document.root, path.join('.')), after as never)).toBe(true)
      expect(once).toContain('first: 1 # kept\n')
      expect(editSource(document, [{ path: path.join('.'), value: after }])).toBe(once)
    }),
    { numRuns: 300 },
  )
})

const withCorpus = hasCorpus ? describe : describe.skip
withCorpus('on the real artifacts', () => {
  const documents = hasCorpus ? readCorpus().map(({ file, content }) => parseSource(file, content).document) : []
  const read = documents.filter((document) => document.frontmatter === 'read' && document.places.size > 0)

  /** Lines of both texts that differ, from the first to the last that does. */
  const changedLines = (before: string, after: string) => {
    const [a, b] = [before.split('\n'), after.split('\n')]
    let head = 0
    while (head < a.length && a[head] === b[head]) head += 1
    let tail = 0
    while (tail < a.length - head && a.at(-1 - tail) === b.at(-1 - tail)) tail += 1
    return { first: head + 1, last: a.length - tail }
  }

  test('a changed scalar changes its own lines and no other', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), text, (pick, which, value) => {
        const document = read[pick % read.length]!
        const scalars = [...document.places.keys()].filter((path) => typeof valueAt(document.root, path) !== 'object')
        const path = scalars[which % scalars.length]!
        const before = String(writeSource(document))
        const { first, last } = changedLines(before, editSource(document, [{ path, value }]))
        const place = document.places.get(path)!
        if (first <= last) {
          expect(first).toBeGreaterThanOrEqual(document.positionAt(place.start).line)
          expect(last).toBeLessThanOrEqual(document.positionAt(place.end).line)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a status put back gives the file back', () => {
    for (const document of read) {
      const status = document.root.status
      if (typeof status !== 'string') continue
      const moved = parseSource(document.file, editSource(document, [{ path: 'status', value: 'nfr_blocked' }])).document
      expect(editSource(moved, [{ path: 'status', value: status }])).toBe(writeSource(document))
    }
  })

  // Every fourth file, because each key costs three readings of its file.
  test('every key can be removed, and every list can lose and gain an entry', () => {
    for (const document of read.filter((_, at) => at % 4 === 0)) {
      for (const path of document.places.keys()) {
        const value = valueAt(document.root, path)
        if (!path.endsWith(']'))
          expect(valueAt(parseSource('f', editSource(document, [{ path, value: undefined }])).document.root, path)).toBeUndefined()
        if (!Array.isArray(value)) continue
        const longer = editSource(document, [{ path, value: [...value, 'ROAD-999'] as EditValue }])
        if (value.length > 0)
          expect(editSource(parseSource('f', longer).document, [{ path, value: value as EditValue }])).toBe(writeSource(document))
      }
    }
  })
})
