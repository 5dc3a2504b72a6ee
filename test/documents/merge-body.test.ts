import { describe, expect, test } from '@jest/globals'
import { mergeBody } from '../../integrations/documents/merge-body.ts'
import { parseMarkdown } from '../../integrations/documents/parse-markdown.ts'
import { toMarkdown } from '../../integrations/documents/to-markdown.ts'

const BODY = `
# ROAD-001: Search

## Summary

Find   things __fast__,
in two lines.

<!-- for editors only -->

* one
* two

| a | b |
|:--|--:|
| 1 | 2 |
`
/** What a tool shows of a body: all but the title. */
const shownOf = (body: string) => {
  const { tree } = parseMarkdown(body)
  return { ...tree, children: tree.children.filter((node) => !(node.type === 'heading' && node.depth === 1)) }
}
const merge = (body: string, change: (shown: string) => string) => mergeBody(body, parseMarkdown(change(toMarkdown(shownOf(body)))).tree)

describe('an edited text in the file it came from', () => {
  test('that says the same as before is the file, byte for byte', () => {
    expect(merge(BODY, (shown) => shown)).toBe(BODY)
    const windows = BODY.replaceAll('\n', '\r\n')
    expect(merge(windows, (shown) => shown)).toBe(windows)
  })

  test('keeps its lines where a tool shows a paragraph as one', () => {
    expect(merge(BODY, (shown) => shown.replace('__,\n', '__, ').replace(',\nin two', ', in two'))).toBe(BODY)
  })

  test('changes the block that was edited and leaves the spelling of the others', () => {
    const merged = merge(BODY, (shown) => shown.replace('- two', '- two and a half'))
    expect(merged).toContain('Find   things __fast__,\nin two lines.\n\n<!-- for editors only -->\n')
    expect(merged).toContain('- one\n- two and a half')
    expect(merged).toContain('|:--|--:|')
  })

  test('takes added and removed blocks, and keeps the title', () => {
    const merged = merge(BODY, (shown) => `${shown.replace('## Summary\n\n', '')}\nA last word.\n`)
    expect(merged.startsWith('\n# ROAD-001: Search\n\nFind   things')).toBe(true)
    expect(merged.endsWith('| 1 | 2 |\n\nA last word.\n')).toBe(true)
  })

  test('of nothing at all is its title', () => {
    expect(mergeBody('\n# T\n\ntext\n', { type: 'root', children: [] })).toBe('\n# T\n')
    expect(mergeBody('', parseMarkdown('new').tree)).toBe('new\n')
  })

  test('whose blocks depend on each other says what is wanted all the same', () => {
    const body = 'See [the plan][plan].\n\nAnd more.\n\n[plan]: https://example.com/plan\n'
    const merged = merge(body, (shown) => shown.replace('more', 'less'))
    expect(toMarkdown(parseMarkdown(merged).tree)).toBe('See [the plan](https://example.com/plan).\n\nAnd less.\n')
  })

  test.each([5, 60])('of any shape is said again: %i paragraphs in random order', (count) => {
    let seed = count
    const next = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed / 2_147_483_648
    }
    const words = () => Array.from({ length: count }, () => `Word **${Math.floor(next() * 5)}** \`x\`.`).join('\n\n')
    for (let round = 0; round < 10; round += 1) {
      const wanted = parseMarkdown(words()).tree
      expect(toMarkdown(parseMarkdown(mergeBody(words(), wanted)).tree)).toBe(toMarkdown(wanted))
    }
  })
})
