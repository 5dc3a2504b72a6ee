import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cleanText } from '../../integrations/documents/clean-text.ts'
import { parseMarkdown } from '../../integrations/documents/parse-markdown.ts'
import { flatText } from '../../integrations/documents/plain-tree.ts'
import { toMarkdown } from '../../integrations/documents/to-markdown.ts'
import { toAdf } from '../../integrations/jira/adf.ts'
import { descriptionHash } from '../../integrations/jira/adf-canonical.ts'
import { MAX_WIKI_LENGTH, toWiki, treeToWiki } from '../../integrations/jira/wiki-markup.ts'
import { fromWiki } from '../../integrations/jira/wiki-read.ts'
import { HOSTILE, markdown } from './hostile.ts'

const wiki = (text: string) => treeToWiki(parseMarkdown(text).tree)
const canonical = (text: string) => toMarkdown(parseMarkdown(text).tree)
/** What a reader sees of it. */
const key = (text: string) => descriptionHash(toAdf({ body: fromWiki(text) }))
const back = (text: string) => toMarkdown(fromWiki(text))

describe('wiki markup', () => {
  test.each([
    ['headings', '## Two\n\n###### Six', 'h2. Two\n\nh6. Six'],
    ['marks', 'A **strong *and em*** `fn()` ~~gone~~', 'A *strong _and em_* {{fn()}} -gone-'],
    ['a mark inside a word', 'a**b**c', 'a{*}b{*}c'],
    ['a word that is a macro as code', '`code`', '{{&#99;ode}}'],
    ['links', '[text](https://e.org/a) <https://e.org/b>', '[text|https://e.org/a] [https://e.org/b]'],
    ['an image', '![alt](https://e.org/a.png)', '!https://e.org/a.png|alt=alt!'],
    ['a list', '- one\n  - two\n    1. three\n- four', '* one\n** two\n**# three\n* four'],
    ['an ordered list', '1. one\n2. two', '# one\n# two'],
    ['a task list', '- [ ] open\n- [x] done', '* ☐ open\n* ☑ done'],
    ['a table', '| a | b |\n| - | - |\n| 1 | **2** |\n| 3 | |', '||a||b||\n|1|*2*|\n|3| |'],
    ['code in a language Jira colours', '```java\nint a;\n```', '{code:java}\nint a;\n{code}'],
    ['code in another one', '```ts\nlet a\n```', '{code:title=ts}\nlet a\n{code}'],
    ['a quote', '> quote\n>\n> - a', '{quote}\nquote\n\n* a\n{quote}'],
    ['a rule', '---', '----'],
    ['a line break', 'a\\\nb', 'a\\\\ b'],
    ['code in a list item', '- a\n  ```\n  x\n  ```\n- b', '* a\n{code}\nx\n{code}\n* b'],
  ])('says %s', (_, text, expected) => {
    expect(wiki(text)).toBe(expected)
    expect(back(expected)).toBe(canonical(text))
  })

  test.each([
    ['{code}', '\\{code\\}'],
    ['a * b *c* d', 'a * b _c_ d'],
    ['2 * 3 - 4', '2 * 3 - 4'],
    ['e-mail snake_case C++', 'e-mail snake_case C++'],
    ['a \\*b\\* \\[c\\] \\\\ | d', 'a \\*b* \\[c\\] &#92; &#124; d'],
    ['Wait! Why? (x) :) -- so', 'Wait! Why? &#40;x) &#58;) \\-\\- so'],
    ['\\# no heading', '\\# no heading'],
    ['h1. no heading', '&#104;1. no heading'],
    ['&amp;lt; & &amp;', '&amp;lt; & &'],
  ])('escapes %j where it would be markup, and nowhere else', (text, expected) => {
    expect(wiki(text)).toBe(expected)
    expect(back(expected)).toBe(canonical(text))
  })

  test.each(HOSTILE)('says %j and reads the same words back', (text) => {
    const trees = [`a ${text} b`, `- ${text}`, `| ${text.replace(/[\r\n]/g, ' ')} |\n| - |`, `\`\`\`\n${text}\n\`\`\``]
    for (const source of trees) expect(back(wiki(source))).toBe(back(wiki(back(wiki(source)))))
    const code = { type: 'code', lang: null, meta: null, value: cleanText(text).trim() } as const
    expect(fromWiki(treeToWiki({ type: 'root', children: [code] })).children).toEqual([code])
  })

  test('reads back what it wrote, whatever the document', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const once = wiki(text)
        const again = treeToWiki(fromWiki(once))
        expect(again).toBe(once)
      }),
      { numRuns: 300 },
    )
  })

  test('is the same for descriptions that read the same', () => {
    expect(key('h1. A\r\n\r\n* one\r\n* two  ')).toBe(key('h1. A\n\n* one\n* two'))
    expect(key('*a* b')).not.toBe(key('a b'))
  })
})

describe('what people write', () => {
  test.each([
    ['lines of a paragraph', 'a\nb', 'a\\\nb'],
    ['a quoted line', 'bq. words', '> words'],
    ['a panel', '{panel:title=Note}\nwords\n{panel}', '> words'],
    ['text that has no format', '{noformat}\n*x*\n{noformat}', '```\n*x*\n```'],
    ['colour', 'a {color:red}b{color} c', 'a b c'],
    ['marks without a form in markdown', '+ins+ x^2^ H~2~O', 'ins x^2^ H\\~2\\~O'],
    ['the word code as code', 'a {{code}} b', 'a `code` b'],
    ['a person', 'ask [~ada]', 'ask @ada'],
    ['an attachment', '!screen.png|thumbnail!', 'screen.png'],
    ['a bare address', 'see https://e.org/x.', 'see <https://e.org/x>.'],
    ['a box', '* [ ] open\n* [x] done', '- [ ] open\n- [x] done'],
    ['dashes as bullets', '- a\n- b', '- a\n- b'],
    ['a mark that never ends', '*a _b', '\\*a \\_b'],
    ['code that never ends', '{code}\nx', '{code}\\\nx'],
    ['a table without a heading', '|a|b|\n|c|d|', '| a | b |\n| - | - |\n| c | d |'],
    ['a link in a table', '|[a|https://e.org]|b|', '| [a](https://e.org/) | b |\n| - | - |'],
    ['a list below nothing', '** deep', '- - deep'],
  ])('%s is read', (_, text, expected) => {
    expect(back(text).trim()).toBe(expected)
  })

  test('any text is read without harm, and reads the same once written', () => {
    const piece = fc.constantFrom(
      '{code}',
      '{quote}',
      '*',
      '_',
      '||',
      '|',
      '\n',
      ' ',
      '[',
      ']',
      '\\',
      '{{',
      '}}',
      'a',
      '-',
      '# ',
      '!',
      '&#42;',
      '{*}',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const tree = fromWiki(pieces.join(''))
        expect(typeof toMarkdown(tree)).toBe('string')
        const once = treeToWiki(tree)
        expect(key(treeToWiki(fromWiki(once)))).toBe(key(once))
      }),
      { numRuns: 500 },
    )
  })

  // Each would take hours if a mark were looked for anew from every place where it might open.
  test.each([
    ['marks that open and never end', '*a ', 'a'],
    ['macros that open and never end', '{code:x} ', 'x'],
    ['quotes that open', '{quote}a\n', 'a'],
    ['brackets', '[a', 'a'],
    ['nested marks', '*_a', 'a'],
    ['links in tables', '|[a', 'a'],
  ])('a description full of %s is read, and no word of it is lost', (_, piece, word) => {
    const count = Math.floor(MAX_WIKI_LENGTH / piece.length)
    expect(flatText(fromWiki(piece.repeat(count))).split(word)).toHaveLength(count + 1)
  })
})

describe('a text above the limit', () => {
  const footer = parseMarkdown('---\n\n- **Road item**: ROAD-001').tree
  const cut = (text: string, limit: number) =>
    toWiki({ body: parseMarkdown(text).tree, footer }, { limit, sourceUrl: 'https://e.org/f.md' })

  test.each([
    ['paragraphs', Array.from({ length: 50 }, (_, at) => `Words number ${at}.`).join('\n\n')],
    ['a list', Array.from({ length: 50 }, (_, at) => `- item ${at}`).join('\n')],
    ['a table', ['| a |', '| - |', ...Array.from({ length: 50 }, (_, at) => `| row ${at} |`)].join('\n')],
    ['code', `\`\`\`java\n${Array.from({ length: 50 }, (_, at) => `line ${at}`).join('\n')}\n\`\`\``],
  ])('%s ends where it fits, with the notice and the whole footer', (_, text) => {
    const written = cut(text, 400)
    expect(written.length).toBeLessThanOrEqual(400)
    expect(written).toContain('[_The text is longer than Jira takes; the rest is in the source file._|https://e.org/f.md]')
    expect(written.endsWith('----\n\n* *Road item*: ROAD-001')).toBe(true)
    const { children } = fromWiki(written)
    expect(children.length).toBeGreaterThan(3)
    expect(treeToWiki(fromWiki(written))).toBe(written)
  })
})
