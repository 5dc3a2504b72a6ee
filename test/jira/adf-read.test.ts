import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseMarkdown } from '../../integrations/documents/parse-markdown.ts'
import { toMarkdown } from '../../integrations/documents/to-markdown.ts'
import { type AdfNode, toAdf } from '../../integrations/jira/adf.ts'
import { descriptionHash, sameDescription } from '../../integrations/jira/adf-canonical.ts'
import { fromAdf } from '../../integrations/jira/adf-read.ts'
import { loadAdfCheck } from './adf-schema.ts'
import { markdown } from './hostile.ts'

const check = loadAdfCheck()
const adf = (text: string) => toAdf({ body: parseMarkdown(text).tree })

/** A document as Jira gives it back: ids, reordered attributes, split texts, filled-in defaults. */
function rewritten(node: AdfNode, path = '0'): unknown {
  if (node.type === 'text') {
    const text = node.text ?? ''
    const marks = node.marks ? { marks: [...node.marks].reverse() } : {}
    const half = Math.ceil(text.length / 2)
    return [text.slice(0, half), text.slice(half)].filter((part) => part !== '').map((part) => ({ ...marks, text: part, type: 'text' }))
  }
  const attrs = { localId: `other-${path}`, ...Object.fromEntries(Object.entries(node.attrs ?? {}).reverse()) }
  const content = node.content?.flatMap((child, index) => rewritten(child, `${path}.${index}`))
  return { ...(content ? { content } : {}), ...(node.type === 'doc' ? { version: 1 } : { attrs }), type: node.type }
}

describe('what Jira gives back', () => {
  test('reads the same as what was sent, however it is stored', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const doc = adf(text)
        expect(sameDescription(doc, rewritten(doc))).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  test.each([
    ['a word', 'a b', 'a c'],
    ['a mark', 'a **b**', 'a b'],
    ['a task', '- [ ] a', '- [x] a'],
    ['a link', '[a](https://e.org/1)', '[a](https://e.org/2)'],
    ['a level', '# a', '## a'],
    ['a language', '```ts\na\n```', '```js\na\n```'],
    ['an order', '- a\n- b', '- b\n- a'],
    ['a kind of list', '- a', '1. a'],
  ])('differs when %s was changed', (_, before, after) => {
    expect(sameDescription(adf(before), adf(after))).toBe(false)
  })

  test.each([
    ['an address and its link', 'https://e.org/?a=b', '[https://e.org/?a=b](https://e.org/?a=b)'],
    ['an escaped address, which markdown links all the same', 'a https\\://e.org/x', 'a <https://e.org/x>'],
  ])('is the same for %s', (_, one, other) => {
    expect(sameDescription(adf(one), adf(other))).toBe(true)
    const plain = { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text: 'see www.e.org' }] }] }
    expect(sameDescription(plain, adf('see www\\.e.org'))).toBe(true)
  })

  test('characters that no file keeps are no difference', () => {
    const doc = (text: string) => ({ type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] })
    expect(sameDescription(doc('a\u0001\u0000\ud800'), doc('a\ufffd\ufffd'))).toBe(true)
  })

  test('nothing, null and the empty document are the same', () => {
    const empty = descriptionHash({ type: 'doc', version: 1, content: [] })
    expect([undefined, null, '', 7, [], { type: 'doc', version: 1, content: [{ type: 'paragraph' }] }].map(descriptionHash)).toEqual(
      Array(6).fill(empty),
    )
  })

  test('any JSON is read without harm', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(descriptionHash(value)).toHaveLength(64)
        expect(typeof toMarkdown(fromAdf(value))).toBe('string')
      }),
      { numRuns: 100 },
    )
  })

  test('nesting without a floor is cut, not followed', () => {
    let node: unknown = { type: 'paragraph', content: [{ type: 'text', text: 'deep' }] }
    for (let depth = 0; depth < 3000; depth += 1) node = { type: 'blockquote', content: [node] }
    expect(toMarkdown(fromAdf({ type: 'doc', version: 1, content: [node] })).length).toBeLessThan(500)
  })
})

describe('reading back', () => {
  const text = [
    '## Heading',
    'A **strong *and em*** `code` [link](https://e.org/) ~~gone~~.',
    '- one\n  - two\n- three',
    '3. three\n4. four',
    '- [x] done\n- [ ] open',
    '> quote',
    '```ts\nlet a = 1\n```',
    '| a | b |\n| - | - |\n| 1 | **2** |',
    '![alt](https://e.org/a.png)',
    '---',
  ].join('\n\n')

  test('gives the markdown that was written', () => {
    expect(toMarkdown(fromAdf(adf(text)))).toBe(toMarkdown(parseMarkdown(text).tree))
  })

  test('gives a tree that can be written again, valid and the same', () => {
    const doc = adf(text)
    const again = toAdf({ body: fromAdf(doc) })
    expect(again).toEqual(doc)
    fc.assert(
      fc.property(markdown, (any) => {
        const once = toAdf({ body: fromAdf(adf(any)) })
        expect(check ? check(once) : []).toEqual([])
      }),
      { numRuns: 60 },
    )
  })

  test('shows what a person put in with the editor as text', () => {
    const doc = {
      type: 'doc',
      version: 1,
      content: [
        {
          type: 'panel',
          attrs: { panelType: 'info' },
          content: [
            {
              type: 'paragraph',
              content: [
                { type: 'mention', attrs: { id: '1', text: '@Ada' } },
                { type: 'text', text: ' by ' },
                { type: 'date', attrs: { timestamp: '1767225600000' } },
                { type: 'text', text: ' ' },
                { type: 'status', attrs: { text: 'LATE', color: 'red' } },
                { type: 'inlineCard', attrs: { url: 'https://e.org/x' } },
              ],
            },
          ],
        },
      ],
    }
    expect(toMarkdown(fromAdf(doc))).toBe('> @Ada by 2026-01-01 LATE<https://e.org/x>\n')
  })
})
