import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Nodes } from 'mdast'
import { parseMarkdown } from '../../integrations/documents/parse-markdown.ts'
import { PLAIN_TYPES } from '../../integrations/documents/plain-tree.ts'
import { toMarkdown } from '../../integrations/documents/to-markdown.ts'
import { markdown } from '../jira/hostile.ts'

const written = (text: string, baseUrl?: string) => toMarkdown(parseMarkdown(text, baseUrl === undefined ? {} : { baseUrl }).tree)
const typesOf = (node: Nodes): string[] => [node.type, ...('children' in node ? node.children.flatMap((child) => typesOf(child)) : [])]
const millisecondsOf = (work: () => unknown) => {
  const start = performance.now()
  work()
  return performance.now() - start
}

describe('a parsed text', () => {
  test('holds only plain nodes', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const types = new Set(typesOf(parseMarkdown(text).tree))
        expect([...types].filter((type) => !(PLAIN_TYPES as readonly string[]).includes(type))).toEqual([])
      }),
      { numRuns: 150 },
    )
  })

  test('is spelt the same after being written and read again', () => {
    const text = '# A\n\n* one\n* two\n\n__b__ _c_\n\n| x |\n|---|\n| y |\n'
    const once = written(text)
    expect(once).toBe('# A\n\n- one\n- two\n\n**b** *c*\n\n| x |\n| - |\n| y |\n')
    expect(written(once)).toBe(once)
  })

  test('has its entities decoded, in text and not in code', () => {
    const { tree } = parseMarkdown('a &lt; b `&lt;`')
    expect(tree.children[0]).toEqual({
      type: 'paragraph',
      children: [
        { type: 'text', value: 'a < b ' },
        { type: 'inlineCode', value: '&lt;' },
      ],
    })
  })

  test('keeps tags as text, drops comments, and turns br into a break', () => {
    const { tree } = parseMarkdown('<Foo bar={x}>\n\ny<br>z <!-- no -->')
    expect(tree.children).toEqual([
      { type: 'paragraph', children: [{ type: 'text', value: '<Foo bar={x}>' }] },
      {
        type: 'paragraph',
        children: [{ type: 'text', value: 'y' }, { type: 'break' }, { type: 'text', value: 'z ' }],
      },
    ])
  })

  test('has references and footnotes resolved', () => {
    expect(written('see [it][a] and[^n]\n\n[a]: https://e.org/x\n[^n]: the note')).toBe(
      'see [it](https://e.org/x) and\\[1]\n\n---\n\n1. the note\n',
    )
  })

  test('resolves footnotes that cite each other once each', () => {
    expect(written('[^a]\n\n[^a]: see [^b]\n\n[^b]: see [^a]')).toBe('\\[1]\n\n---\n\n1. see \\[2]\n2. see \\[1]\n')
  })

  test('links only to http, https and mailto; relative links need the address of the file', () => {
    expect(written('[a](javascript:alert(1)) [b](../x.md) [c](#d)')).toBe('a b c\n')
    expect(written('[b](../x.md) [c](#d)', 'https://git.example.org/o/r/blob/main/roads/R.md')).toBe(
      '[b](https://git.example.org/o/r/blob/main/x.md) [c](https://git.example.org/o/r/blob/main/roads/R.md#d)\n',
    )
  })

  test('says when it is only the beginning', () => {
    expect(parseMarkdown('a'.repeat(11), { maxCharacters: 10 }).cut).toBe(true)
    expect(parseMarkdown('a'.repeat(10), { maxCharacters: 10 }).cut).toBe(false)
  })
})

describe('costly texts', () => {
  test.each([
    ['quotes in quotes', '>'.repeat(20_000)],
    ['lists in lists', '- '.repeat(10_000)],
    ['indented lists', Array.from({ length: 250 }, (_, depth) => `${'  '.repeat(depth)}- a`).join('\n')],
    ['emphasis', '*a_ '.repeat(20_000)],
    ['brackets', '['.repeat(20_000)],
    ['links', '[a]('.repeat(10_000)],
  ])('%s are parsed in bounded time and depth', (_, text) => {
    expect(millisecondsOf(() => expect(() => written(text)).not.toThrow())).toBeLessThan(8_000)
  })

  test('emphasis that is too much stays as characters', () => {
    expect(written('*a* '.repeat(2_500)).replaceAll('\\', '')).toBe(`${'*a* '.repeat(2_500).trim()}\n`)
  })
})
