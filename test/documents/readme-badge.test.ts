import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { badgeMarkdown, placeBadge } from '../../integrations/documents/readme-badge.ts'

const badge = { owner: 'acme', repo: 'shop', server: 'https://katalyst.example', target: 'https://acme.example/shop/' }
const markdown = badgeMarkdown(badge)

describe('a badge in a README', () => {
  test('is a picture that leads somewhere', () => {
    expect(markdown).toBe(
      '[![Katalyst score](https://katalyst.example/api/v1/integrations/github/badge?owner=acme&repo=shop)](https://acme.example/shop/)',
    )
  })

  test.each([
    ['below the title', '# Shop\n\nWe sell.\n', `# Shop\n\n${markdown}\n\nWe sell.\n`],
    ['below a title without a line between', '# Shop\nWe sell.\n', `# Shop\n\n${markdown}\n\nWe sell.\n`],
    ['below an underlined title', 'Shop\n====\n\nWe sell.\n', `Shop\n====\n\n${markdown}\n\nWe sell.\n`],
    ['before the badges that are there', '# Shop\n\n[![CI](a)](b)\n![x](y)\n', `# Shop\n\n${markdown}\n[![CI](a)](b)\n![x](y)\n`],
    ['at the top without a title', 'We sell.\n', `${markdown}\n\nWe sell.\n`],
    ['below a title that is all there is', '# Shop\n', `# Shop\n\n${markdown}\n`],
    ['in an empty file', '', `${markdown}\n`],
    ['with the line ends of the file', '# Shop\r\n\r\nWe sell.\r\n', `# Shop\r\n\r\n${markdown}\r\n\r\nWe sell.\r\n`],
  ])('stands %s', (_place, before, after) => {
    expect(placeBadge(before, badge)).toBe(after)
  })

  test('that is there in whatever form is left as it is', () => {
    const own =
      '# Shop\n<img alt="x" src="https://katalyst.example/api/v1/integrations/github/badge?theme=dark&amp;repo=Shop&amp;owner=ACME">\n'
    expect(placeBadge(own, badge)).toBe(own)
  })

  test('with the address of an earlier server gets the new one in place; that of another repository is not touched', () => {
    const other = '![other](https://old.example/api/v1/integrations/github/badge?owner=acme&repo=else)'
    const old = `# Shop\n\nWords ![mine](https://old.example/k/api/v1/integrations/github/badge?owner=acme&repo=shop&theme=light) ${other}\n`
    expect(placeBadge(old, badge)).toBe(
      `# Shop\n\nWords ![mine](https://katalyst.example/api/v1/integrations/github/badge?owner=acme&repo=shop&theme=light) ${other}\n`,
    )
  })

  test('is placed once in any text, and takes nothing away', () => {
    const line = fc.oneof(fc.constantFrom('', '# Title', '====', '[![a](b)](c)', '```', '- x'), fc.string({ maxLength: 20 }))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
        const before = lines.join('\n')
        const after = placeBadge(before, badge)
        expect(placeBadge(after, badge)).toBe(after)
        expect(after.split(markdown)).toHaveLength(2)
        const words = (text: string) => text.split(/\s+/).filter(Boolean)
        expect(words(after.replace(markdown, ''))).toEqual(words(before))
      }),
    )
  })
})
