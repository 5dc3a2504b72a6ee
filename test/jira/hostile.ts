// Text of the kind that breaks converters, and documents made of it.
import fc from 'fast-check'

export const HOSTILE = [
  '{code}',
  '{panel:title=x}',
  ']]>',
  '</script><script>alert(1)</script>',
  '<!-- hidden',
  '&lt;b&gt;&amp;nbsp;&#0;',
  '\u0000\u0001\u0008',
  '\uD800 alone',
  '‮right to left‬',
  '👩‍👩‍👧 family',
  '`tick',
  '```',
  '|cell|',
  '**',
  '~~',
  '[text](javascript:alert(1))',
  '[text](../x.md#y)',
  '![alt](data:image/png;base64,AAAA)',
  '![alt](https://example.org/a.png)',
  '[ref][x]',
  '[^1]',
  'a\\',
  '  ',
  '\r\n',
  '\t',
  'https://example.org/?a=b&c=d',
  '<Foo bar={x}/>',
  '$&',
  '__proto__',
] as const

const word = fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...HOSTILE) }, fc.string({ unit: 'grapheme', maxLength: 12 }))
const sentence = fc.array(word, { minLength: 0, maxLength: 5 }).map((words) => words.join(' '))

const block = fc.oneof(
  sentence,
  fc.tuple(fc.integer({ min: 1, max: 6 }), sentence).map(([depth, text]) => `${'#'.repeat(depth)} ${text}`),
  fc.array(sentence, { minLength: 1, maxLength: 4 }).map((items) => items.map((item) => `- ${item}`).join('\n')),
  fc
    .array(fc.tuple(fc.boolean(), sentence), { minLength: 1, maxLength: 4 })
    .map((items) => items.map(([done, item]) => `- [${done ? 'x' : ' '}] ${item}`).join('\n')),
  fc.array(sentence, { minLength: 1, maxLength: 3 }).map((items) => items.map((item, index) => `${index + 7}. ${item}`).join('\n')),
  fc.array(fc.array(sentence, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 }).map((rows) => {
    const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/[\r\n]/g, ' ')).join(' | ')} |`
    return [line(rows[0] ?? ['a']), line((rows[0] ?? ['a']).map(() => '---')), ...rows.slice(1).map(line)].join('\n')
  }),
  sentence.map((text) => `\`\`\`ts\n${text}\n\`\`\``),
  fc.constantFrom(
    '---',
    '[x]: https://example.org/x',
    '[^1]: a note',
    '<details>\n\nx\n\n</details>',
    '***bold `code` [l](https://e.org)***',
  ),
)

const indent = (prefix: string, rest: string) => (text: string) =>
  text
    .split('\n')
    .map((line, index) => `${index === 0 ? prefix : rest}${line}`)
    .join('\n')

/** Markdown documents with nesting: quotes in lists, lists in quotes, tables and headings in both. */
export const markdown: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      block,
      block.map(indent('> ', '> ')),
      block.map(indent('- ', '  ')),
      block.map(indent('1. > ', '   > ')),
      block.map(indent('> - [x] ', '>   ')),
      block.map(indent('- [ ] a\n  - [x] ', '    ')),
    ),
    { maxLength: 8 },
  )
  .map((blocks) => blocks.join('\n\n'))
