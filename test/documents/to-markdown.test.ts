import { expect, test } from '@jest/globals'
import type { RootContent } from 'mdast'
import { parseDocument } from '../../integrations/documents/parse-document.ts'
import { toMarkdown } from '../../integrations/documents/to-markdown.ts'
import { element } from '../../integrations/documents/xml-tree.ts'

const written = (...children: RootContent[]) => toMarkdown({ type: 'root', children })

test.each([
  ['alerts', '> [!WARNING]\n> a\n>\n> - b\n'],
  ['folded parts', '<details>\n<summary>a &amp; b</summary>\n\n- c\n\n<details>\n<summary>d</summary>\n\ne\n\n</details>\n\n</details>\n'],
  ['a table of contents', '[[_TOC_]]\n'],
  ['marked text', 'H<sub>2</sub>O<sup>*x*</sup> <u>u</u>\n'],
  ['anchors', '<a id="here"></a>there\n'],
  ['footnotes', 'a[^1]\n\n[^1]: b\n'],
])('%s are spelt so that they are read as the same', (_, markdown) => {
  expect(toMarkdown(parseDocument(markdown).tree)).toBe(markdown)
})

test('what markdown cannot say is said in words', () => {
  expect(
    written(
      {
        type: 'paragraph',
        children: [
          { type: 'status', value: 'Done', colour: 'Green' },
          { type: 'text', value: ' ' },
          { type: 'jiraIssue', value: 'AB-1', url: 'https://x.example.org/browse/AB-1' },
          { type: 'jiraIssue', value: '[x]', url: 'javascript:alert(1)' },
        ],
      },
      { type: 'drawing', name: 'map.svg', svg: element('svg'), alt: 'A map' },
    ),
  ).toBe('`Done` [AB-1](https://x.example.org/browse/AB-1)\\[x]\n\n![A map](map.svg)\n')
})
