import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { HtmlOptions } from '../../integrations/documents/html-options.ts'
import { parseDocument } from '../../integrations/documents/parse-document.ts'
import { renderHtml } from '../../integrations/documents/to-html.ts'
import { element, text } from '../../integrations/documents/xml-tree.ts'
import { markdown } from '../jira/hostile.ts'
import { htmlFault } from './strict-xml.ts'

const html = (markdownText: string, options: HtmlOptions = {}) => renderHtml(parseDocument(markdownText).tree, options)

describe('HTML of a document', () => {
  test('has headings with ids, moved down and named apart where the page wants it', () => {
    expect(html('# A b\n\n[up](#a-b)')).toBe('<h1 id="a-b">A b</h1><p><a href="#a-b">up</a></p>')
    expect(html('# A b\n\n[up](#a-b)', { headingShift: 2, idPrefix: 'doc-' })).toBe(
      '<h3 id="doc-a-b">A b</h3><p><a href="#doc-a-b">up</a></p>',
    )
  })

  test('has lists as people wrote them, and tasks that say whether they are done', () => {
    expect(html('- [x] a\n- b')).toBe(
      '<ul><li class="task"><input type="checkbox" disabled="" checked="" aria-label="done"> a</li><li>b</li></ul>',
    )
    expect(html('2. a\n\n   b\n3. c')).toBe('<ol start="2"><li><p>a</p><p>b</p></li><li><p>c</p></li></ol>')
  })

  test('has tables with a head, code with its language, alerts and folded parts', () => {
    expect(html('| a | b |\n|---|--:|\n| c | d |')).toBe(
      '<table><thead><tr><th scope="col">a</th><th class="align-right" scope="col">b</th></tr></thead>' +
        '<tbody><tr><td>c</td><td class="align-right">d</td></tr></tbody></table>',
    )
    expect(html('```ts\na < b\n```')).toBe('<pre><code class="language-ts">a &lt; b\n</code></pre>')
    expect(html('> [!TIP]\n> x')).toBe('<div class="alert alert-tip" role="note"><p class="alert-title">Tip</p><p>x</p></div>')
    expect(html('<details><summary>s</summary>\n\nx\n\n</details>')).toBe('<details><summary>s</summary><p>x</p></details>')
  })

  test('has footnotes that lead down and back up', () => {
    expect(html('a[^1]\n\n[^1]: n')).toBe(
      '<p>a<sup><a href="#fn-1" id="fnref-1">[1]</a></sup></p><hr><ol class="footnotes"><li id="fn-1"><p>n</p>' +
        '<a href="#fnref-1" aria-label="back to the text">↩</a></li></ol>',
    )
  })

  test('lists its headings where it is asked to', () => {
    expect(html('[TOC]\n\n# t\n\n## A [x](https://e.org)')).toContain('<ul class="toc"><li class="toc-2"><a href="#a-x">A x</a></li></ul>')
  })

  test('asks the page where links and images lead, and holds its answers to safe addresses', () => {
    const resolve = (url: string) => (url === 'b.md' ? '/docs/b' : url === 'c.md' ? 'javascript:alert(1)' : undefined)
    const options = { resolveLink: resolve, resolveImage: resolve }
    expect(html('[b](b.md) [c](c.md) [d](d.md) ![b](b.md) ![c](c.md)', options)).toBe(
      '<p><a href="/docs/b">b</a> c d <img src="/docs/b" alt="b"> c</p>',
    )
    expect(html('[d](d.md)', { baseUrl: 'https://git.example.org/o/r/x.md' })).toBe(
      '<p><a href="https://git.example.org/o/r/d.md">d</a></p>',
    )
  })

  test('shows our own nodes', () => {
    const svg = element('svg', { role: 'img' }, [element('title', {}, [text('A & b')])])
    const page = renderHtml({
      type: 'root',
      children: [
        {
          type: 'paragraph',
          children: [
            { type: 'status', value: '<b>', colour: 'Red' },
            { type: 'anchor', name: 'x y' },
          ],
        },
        { type: 'drawing', name: 'a.svg', svg, alt: 'a' },
      ],
    })
    expect(page).toBe(
      '<p><span class="status status-red">&lt;b&gt;</span><a id="x-y"></a></p><figure><svg role="img"><title>A &amp; b</title></svg></figure>',
    )
  })
})

test('any text is HTML whose elements are closed, and none of it is a script or a handler', () => {
  const options: HtmlOptions = { resolveLink: (url) => url, resolveImage: (url) => url, baseUrl: 'https://e.org/' }
  fc.assert(
    fc.property(markdown, (words) => {
      const page = html(words, options)
      expect(htmlFault(page)).toBeNull()
      expect(page).not.toMatch(/<(?:script|style|iframe|object|form)|<[^>]* on[a-z]+=|(?:href|src)="\s*(?:javascript|data|vbscript):/i)
    }),
    { numRuns: 120 },
  )
})
