import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseSource, positionOf, sourceTextOf, writeSource } from '../../integrations/governance/source-document.ts'

const doc = (text: string) => parseSource('f.md', text).document

describe('a document', () => {
  test('is cut into parts that together are the file', () => {
    expect(doc('\uFEFF--- \r\na: 1\r\n---\t\r\nbody\n---\n').parts).toEqual({
      bom: '\uFEFF',
      open: '--- \r\n',
      yaml: 'a: 1\r\n',
      close: '---\t\r\n',
      body: 'body\n---\n',
    })
    expect(doc('----\nno frontmatter\n---\n').frontmatter).toBe('missing')
    expect(doc('---\na: 1\n---').parts.body).toBe('')
  })

  test('knows where each value stands, in UTF-16 columns of the whole file', () => {
    const document = doc('---\n"😀": x\na:\n  - b: "y"\n    c:\n---\n')
    expect(positionOf(document, '😀')).toEqual({ line: 2, column: 7 })
    expect(positionOf(document, 'a[0].b')).toEqual({ line: 4, column: 8 })
    expect(positionOf(document, 'a[0].c')).toEqual({ line: 5, column: 7 })
    expect(positionOf(document, 'a[0].missing')).toEqual({ line: 4, column: 5 })
    expect(positionOf(document, 'nothing.here')).toEqual({ line: 1, column: 1 })
    expect(sourceTextOf(document, 'a[0].b')).toBe('"y"')
    expect(sourceTextOf(document, 'nothing')).toBeUndefined()
  })

  test('keeps comments, order, quotes, line ends and unknown keys', () => {
    const line = fc.constantFrom(
      '# note',
      'a: 1',
      "b:   'x'  # c",
      'c: [1,   2]',
      'd:',
      '  - x',
      '  e: "&lt;"',
      '',
      '   ',
      'x: |',
      '   text',
      '\ttab',
      'a: 2',
      '---x',
      '... ',
    )
    const eol = fc.constantFrom('\n', '\r\n', '\r')
    fc.assert(
      fc.property(
        fc.array(fc.tuple(line, eol), { maxLength: 12 }),
        fc.constantFrom('', '\uFEFF'),
        fc.constantFrom('---\n', '---\r\n', ''),
        (lines, bom, close) => {
          const text = `${bom}---\n${lines.map(([content, end]) => content + end).join('')}${close}body`
          expect(writeSource(doc(text))).toBe(text)
        },
      ),
      { numRuns: 300 },
    )
  })
})
