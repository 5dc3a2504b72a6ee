import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseMarkdown } from '../../integrations/documents/parse-markdown.ts'
import { type AdfDoc, type AdfNode, MAX_ADF_LENGTH, toAdf } from '../../integrations/jira/adf.ts'
import { loadAdfCheck, realRoadFolder } from './adf-schema.ts'
import { HOSTILE, markdown } from './hostile.ts'

const check = loadAdfCheck()
const valid = (doc: AdfDoc) => expect(check ? check(doc) : []).toEqual([])
const adf = (text: string, limit = MAX_ADF_LENGTH) => toAdf({ body: parseMarkdown(text).tree }, { limit })
const textOf = (node: AdfNode | AdfDoc): string =>
  'text' in node ? (node.text ?? '') : (node.content ?? []).map((child) => textOf(child)).join('')

describe('golden', () => {
  const golden = (text: string, content: readonly unknown[]) => {
    const doc = adf(text)
    valid(doc)
    expect(doc).toEqual({ type: 'doc', version: 1, content })
  }
  const p = (...content: unknown[]) => ({ type: 'paragraph', content })
  const t = (text: string, ...marks: unknown[]) => (marks.length > 0 ? { type: 'text', text, marks } : { type: 'text', text })

  test('marks combine, and code stands only beside a link', () => {
    golden('a **b *c*** ~~d~~ **`e`** [`f`](https://e.org/)', [
      p(
        t('a '),
        t('b ', { type: 'strong' }),
        t('c', { type: 'em' }, { type: 'strong' }),
        t(' '),
        t('d', { type: 'strike' }),
        t(' '),
        t('e', { type: 'code' }),
        t(' '),
        t('f', { type: 'link', attrs: { href: 'https://e.org/' } }, { type: 'code' }),
      ),
    ])
  })

  test('headings, rules, quotes and code keep their kind at the top', () => {
    golden('## A\n\n---\n\n> q\n\n```ts\nlet a = 1\n```', [
      { type: 'heading', attrs: { level: 2 }, content: [t('A')] },
      { type: 'rule' },
      { type: 'blockquote', content: [p(t('q'))] },
      { type: 'codeBlock', attrs: { language: 'ts' }, content: [t('let a = 1')] },
    ])
  })

  test('in a list a heading becomes strong text, a quote its content, a table its rows', () => {
    golden('- # A\n- > q\n- | a | b |\n  | - | - |\n  | 1 | 2 |', [
      {
        type: 'bulletList',
        content: [
          { type: 'listItem', content: [p(t('A', { type: 'strong' }))] },
          { type: 'listItem', content: [p(t('q'))] },
          {
            type: 'listItem',
            content: [p(t('a', { type: 'strong' }), t(' | '), t('b', { type: 'strong' })), p(t('1 | 2'))],
          },
        ],
      },
    ])
  })

  test('task lists nest, and their ids are the same every time', () => {
    const item = (id: number, state: string, text: string) => ({
      type: 'taskItem',
      attrs: { localId: `katalyst-${id}`, state },
      content: [t(text)],
    })
    golden('- [x] a\n  - [ ] b\n- [ ] c', [
      {
        type: 'taskList',
        attrs: { localId: 'katalyst-1' },
        content: [
          item(2, 'DONE', 'a'),
          { type: 'taskList', attrs: { localId: 'katalyst-3' }, content: [item(4, 'TODO', 'b')] },
          item(5, 'TODO', 'c'),
        ],
      },
    ])
  })

  test('a task with more than a line, and one in a quote, shows its box as a character', () => {
    const text = textOf(adf('- [x] a\n\n  ```\n  code\n  ```\n\n> - [ ] b'))
    expect(text).toBe('☑ acode☐ b')
  })

  test('tables get a heading row, and short rows get empty cells', () => {
    golden('| a | b |\n| - | - |\n| 1 |', [
      {
        type: 'table',
        content: [
          {
            type: 'tableRow',
            content: [
              { type: 'tableHeader', content: [p(t('a'))] },
              { type: 'tableHeader', content: [p(t('b'))] },
            ],
          },
          {
            type: 'tableRow',
            content: [
              { type: 'tableCell', content: [p(t('1'))] },
              { type: 'tableCell', content: [p()] },
            ],
          },
        ],
      },
    ])
  })

  test('an image alone is external media, an image between words is a link', () => {
    golden('![alt](https://e.org/a.png)\n\nsee ![alt](https://e.org/a.png)', [
      {
        type: 'mediaSingle',
        attrs: { layout: 'center' },
        content: [{ type: 'media', attrs: { type: 'external', url: 'https://e.org/a.png', alt: 'alt' } }],
      },
      p(t('see '), t('alt', { type: 'link', attrs: { href: 'https://e.org/a.png' } })),
    ])
  })

  test('an ordered list keeps the number it starts at', () => {
    golden('3. a', [{ type: 'orderedList', attrs: { order: 3 }, content: [{ type: 'listItem', content: [p(t('a'))] }] }])
  })

  test('html is the text it is, its comments are not there, its line breaks are', () => {
    golden('a<br/>b <b>c</b> <!-- d -->', [p(t('a'), { type: 'hardBreak' }, t('b <b>c</b> '))])
  })
})

describe('every document', () => {
  test('is valid against the schema of Atlassian, whatever the markdown', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        valid(adf(text))
      }),
      { numRuns: 300 },
    )
  })

  test('is the same for the same markdown', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        expect(JSON.stringify(adf(text))).toBe(JSON.stringify(adf(text)))
      }),
      { numRuns: 40 },
    )
  })

  test.each(HOSTILE)('holds %j as text, in every place', (text) => {
    const places = [text, `# ${text}`, `- ${text}`, `> ${text}`, `| a |\n| - |\n| ${text} |`, `\`\`\`\n${text}\n\`\`\``]
    for (const place of places) {
      const doc = adf(place)
      valid(doc)
      expect(JSON.stringify(doc)).not.toMatch(/"href":"(javascript|data)|\\u0000|\\ud800/)
    }
  })
})

describe('the length limit', () => {
  const footer = parseMarkdown('---\n\n- Source: x').tree
  const cut = (text: string, limit: number) => toAdf({ body: parseMarkdown(text).tree, footer }, { limit, sourceUrl: 'https://e.org/f' })

  test('a document that fits is whole', () => {
    expect(textOf(cut('short', 2000))).toBe('shortSource: x')
  })

  test('a longer one ends at a block, says so with a link to the file, and keeps its footer', () => {
    const doc = cut(Array.from({ length: 200 }, (_, index) => `Paragraph ${index} here.`).join('\n\n'), 2000)
    valid(doc)
    expect(JSON.stringify(doc).length).toBeLessThanOrEqual(2000)
    expect(textOf(doc)).toMatch(/^Paragraph 0 here\..*here\.The text is longer than Jira takes.*Source: x$/)
    expect(JSON.stringify(doc)).toContain('"href":"https://e.org/f"')
  })

  test.each([
    ['list', Array.from({ length: 400 }, (_, index) => `- item ${index}`).join('\n')],
    ['table', `| a |\n| - |\n${Array.from({ length: 400 }, (_, index) => `| row ${index} |`).join('\n')}`],
    ['code block', `\`\`\`\n${Array.from({ length: 400 }, (_, index) => `line "${index}"`).join('\n')}\n\`\`\``],
  ])('one %s that is too long by itself keeps its beginning', (_, text) => {
    const doc = cut(text, 3000)
    valid(doc)
    expect(JSON.stringify(doc).length).toBeLessThanOrEqual(3000)
    expect(textOf(doc)).toMatch(/^(item 0|arow 0|line "0")/)
  })

  test('five megabytes become a document within the limit', () => {
    const doc = adf('word '.repeat(1_000_000))
    valid(doc)
    expect(JSON.stringify(doc).length).toBeLessThanOrEqual(MAX_ADF_LENGTH)
  })

  test('holds for every markdown', () => {
    fc.assert(
      fc.property(markdown, fc.integer({ min: 700, max: 1500 }), (text, limit) => {
        const doc = cut(text, limit)
        valid(doc)
        expect(JSON.stringify(doc).length).toBeLessThanOrEqual(limit)
      }),
      { numRuns: 100 },
    )
  })
})

describe('real road items', () => {
  const folder = realRoadFolder()
  const files = folder ? readdirSync(folder).filter((file) => /^ROAD-\d+\.md$/.test(file)) : []
  const optionally = folder ? test : test.skip

  optionally('all 33 bodies are valid documents that keep their headings', () => {
    expect(files).toHaveLength(33)
    for (const file of files) {
      const body = readFileSync(path.join(folder as string, file), 'utf8').replace(/^---\n[\s\S]*?\n---\n/, '')
      const doc = adf(body)
      valid(doc)
      expect(doc.content.some((node) => node.type === 'heading')).toBe(true)
      expect(JSON.stringify(doc).length).toBeLessThanOrEqual(MAX_ADF_LENGTH)
    }
  })
})
