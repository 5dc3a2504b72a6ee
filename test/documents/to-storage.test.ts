import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Root } from 'mdast'
import { parseDocument } from '../../integrations/documents/parse-document.ts'
import type { StorageOptions } from '../../integrations/documents/storage-options.ts'
import { renderStorage } from '../../integrations/documents/to-storage.ts'
import { element, text } from '../../integrations/documents/xml-tree.ts'
import { markdown } from '../jira/hostile.ts'
import { xmlFault } from './strict-xml.ts'

const render = (text: string, options: StorageOptions = {}) => renderStorage(parseDocument(text).tree, options)
const body = (text: string, options: StorageOptions = {}) => render(text, options).body
const macro = (name: string, inside: string) =>
  `<ac:structured-macro ac:name="${name}" ac:schema-version="1">${inside}</ac:structured-macro>`
const parameter = (name: string, value: string) => `<ac:parameter ac:name="${name}">${value}</ac:parameter>`
const anchor = (name: string) => macro('anchor', parameter('', name))
const code = (value: string, ...parameters: string[]) =>
  macro('code', `${parameters.join('')}<ac:plain-text-body><![CDATA[${value}]]></ac:plain-text-body>`)

test('the checker of the tests refuses what XML refuses', () => {
  const faults = [
    '<p>',
    '</p>',
    '<p></q>',
    'a & b',
    '&nbsp;',
    '<p a=b/>',
    '<p a="<"/>',
    '<p a="1" a="2"/>',
    ']]>',
    '<![CDATA[',
    '\u0000',
    '< p/>',
  ]
  expect(faults.filter((xml) => xmlFault(xml) === null)).toEqual([])
  expect(xmlFault('<ac:x ac:y="&amp;\'">a &#10; <![CDATA[<p>]]></ac:x><br />')).toBeNull()
})

describe('blocks of a page', () => {
  test('headings carry the anchor GitHub gives them, a repeated one with a number', () => {
    expect(body('# A & B\n\n## A & B')).toBe(`<h1>${anchor('a--b')}A &amp; B</h1><h2>${anchor('a--b-1')}A &amp; B</h2>`)
  })

  test('lists nest, ordered ones keep their first number', () => {
    expect(body('3. a\n   - b\n4. c')).toBe('<ol start="3"><li><p>a</p><ul><li><p>b</p></li></ul></li><li><p>c</p></li></ol>')
  })

  test('tasks are tasks, numbered over the page; a box among plain items is a character', () => {
    const task = (id: number, status: string, inside: string) =>
      `<ac:task><ac:task-id>${id}</ac:task-id><ac:task-status>${status}</ac:task-status><ac:task-body>${inside}</ac:task-body></ac:task>`
    expect(body('- [x] a\n  - [ ] b')).toBe(
      `<ac:task-list>${task(1, 'complete', `<span>a</span><ac:task-list>${task(2, 'incomplete', '<span>b</span>')}</ac:task-list>`)}</ac:task-list>`,
    )
    expect(body('- [x] a\n- b')).toBe('<ul><li><p>☑ a</p></li><li><p>b</p></li></ul>')
  })

  test('tables have as many cells in each row, and their alignment', () => {
    expect(body('| a | b |\n|---|--:|\n| c |')).toBe(
      '<table><tbody><tr><th><p>a</p></th><th><p style="text-align: right;">b</p></th></tr>' +
        '<tr><td><p>c</p></td><td><p style="text-align: right;" /></td></tr></tbody></table>',
    )
  })

  test('code stands in a macro with its language, whatever is in it', () => {
    expect(body('```ts\na ]]> <b> {code} &amp;\n```')).toBe(code('a ]]]]><![CDATA[> <b> {code} &amp;', parameter('language', 'typescript')))
    expect(body('    x')).toBe(code('x'))
  })

  test('a language the macro does not know stands above the code', () => {
    expect(body('```gherkin\nx\n```')).toBe(code('x', parameter('language', 'text'), parameter('title', 'gherkin')))
    expect(body('```json\nx\n```', { product: 'data-center' })).toBe(code('x', parameter('language', 'text'), parameter('title', 'json')))
  })

  test.each([
    ['NOTE', 'info', ''],
    ['TIP', 'tip', ''],
    ['IMPORTANT', 'info', parameter('title', 'Important')],
    ['WARNING', 'note', ''],
    ['CAUTION', 'warning', ''],
  ])('an alert of the kind %s is the panel %s', (kind, name, title) => {
    expect(body(`> [!${kind}]\n> Look *here*.`)).toBe(
      macro(name, `${title}<ac:rich-text-body><p>Look <em>here</em>.</p></ac:rich-text-body>`),
    )
  })

  test('a quote that is no alert stays a quote', () => {
    expect(body('> [!OTHER]\n> x')).toBe('<blockquote><p>[!OTHER] x</p></blockquote>')
  })

  test('folded parts are expand macros, also one in another', () => {
    const expand = (title: string, inside: string) =>
      macro('expand', `${parameter('title', title)}<ac:rich-text-body>${inside}</ac:rich-text-body>`)
    const text =
      '<details>\n<summary>A <b>b</b></summary>\n\n- x\n\n<details><summary>In</summary>\n\ny\n\n</details>\n\nz\n\n</details>\n\nafter'
    expect(body(text)).toBe(`${expand('A b', `<ul><li><p>x</p></li></ul>${expand('In', '<p>y</p>')}<p>z</p>`)}<p>after</p>`)
  })

  test('[[_TOC_]] is the table of contents', () => {
    expect(body('[[_TOC_]]\n\n[TOC]')).toBe(macro('toc', parameter('maxLevel', '3')).repeat(2))
  })

  test('footnotes lead down and back up', () => {
    const link = (to: string, words: string) => `<ac:link ac:anchor="${to}"><ac:link-body>${words}</ac:link-body></ac:link>`
    expect(body('a[^n]\n\n[^n]: the note')).toBe(
      `<p>a<sup>${anchor('footnote.1.back')}${link('footnote.1', '[1]')}</sup></p><hr />` +
        `<ol><li><p>${anchor('footnote.1')}the note ${link('footnote.1.back', '↩')}</p></li></ol>`,
    )
  })

  test('frontmatter is no content', () => {
    expect(body('---\nid: X\n---\n\ntext')).toBe('<p>text</p>')
    expect(body('---\n---\ntext')).toBe('<p>text</p>')
  })
})

describe('raw HTML', () => {
  test('between words becomes what it means', () => {
    expect(body('H<sub>2</sub>O <kbd>Ctrl</kbd> <u>u</u> x<br/>y <a href="https://e.org/">z</a>')).toBe(
      '<p>H<sub>2</sub>O <code>Ctrl</code> <u>u</u> x<br />y <a href="https://e.org/">z</a></p>',
    )
  })

  test('that means nothing here stays visible', () => {
    expect(body('a Promise<void> b')).toBe('<p>a Promise&lt;void&gt; b</p>')
    expect(body('<script>\nalert(1)\n</script>')).toBe(code('<script>\nalert(1)\n</script>', parameter('language', 'xml')))
  })

  test('never closes what it did not open', () => {
    expect(body('a</b> <i>b <b>c</i> d')).toBe('<p>a <em>b <strong>c</strong></em> d</p>')
  })

  test('has no comments', () => {
    expect(body('a <!-- b --> c\n\n<!-- d -->')).toBe('<p>a  c</p>')
  })
})

describe('links and images', () => {
  const link = (attributes: string, inside: string, words: string) =>
    `<ac:link${attributes}>${inside}<ac:link-body>${words}</ac:link-body></ac:link>`

  test('go to pages, attachments and addresses as they are told to', () => {
    const resolveLink: StorageOptions['resolveLink'] = (url) =>
      url === 'b.md#x'
        ? { kind: 'page', title: 'B "&" C', anchor: 'x' }
        : url === 'c.pdf'
          ? { kind: 'attachment', name: 'c.pdf' }
          : undefined
    expect(body('[b](b.md#x)', { resolveLink })).toBe(
      `<p>${link(' ac:anchor="x"', '<ri:page ri:content-title="B &quot;&amp;&quot; C" />', 'b')}</p>`,
    )
    expect(body('[c](c.pdf)', { resolveLink })).toBe(`<p>${link('', '<ri:attachment ri:filename="c.pdf" />', 'c')}</p>`)
    expect(body('[d](https://e.org/?a=1&b=2)', { resolveLink })).toBe('<p><a href="https://e.org/?a=1&amp;b=2">d</a></p>')
  })

  test('to headings of the page are links on the page', () => {
    expect(body('[up](#the-top)\n\n# The *top*')).toContain(link(' ac:anchor="the-top"', '', 'up'))
  })

  test('that lead to nothing published lose their target, and that is said', () => {
    const page = render('[x](../y.md) ![pic](p.png) [no](javascript:alert(1))')
    expect(page.body).toBe('<p>x pic no</p>')
    expect(page.notes).toEqual([
      'The link to "../y.md" leads to nothing that is published; its words stand without it.',
      'The image "p.png" is not in the repository; its description stands for it.',
    ])
    expect(body('[x](../y.md)', { baseUrl: 'https://git.example.org/o/r/blob/main/a/b.md' })).toBe(
      '<p><a href="https://git.example.org/o/r/blob/main/y.md">x</a></p>',
    )
  })

  test('images of the repository are attached once, others are shown from where they are', () => {
    const file = { name: 'p.png', mediaType: 'image/png', bytes: new Uint8Array([1, 2]) }
    const page = render('![a](p.png) ![b](p.png) ![c](https://e.org/c.png)', {
      resolveImage: (url) => (url === 'p.png' ? file : undefined),
    })
    const attached = (alt: string) => `<ac:image ac:alt="${alt}"><ri:attachment ri:filename="p.png" /></ac:image>`
    expect(page.body).toBe(
      `<p>${attached('a')} ${attached('b')} <ac:image ac:alt="c"><ri:url ri:value="https://e.org/c.png" /></ac:image></p>`,
    )
    expect(page.attachments).toEqual([file])
  })

  test('to issues of the linked Jira are Jira macros, unless their words say something else', () => {
    const jira = { server: 'System Jira', serverId: 'u-1', baseUrl: 'https://x.example.org' }
    const key = macro('jira', parameter('server', 'System Jira') + parameter('serverId', 'u-1') + parameter('key', 'AB-1'))
    expect(body('<https://x.example.org/browse/AB-1> and [AB-1](https://x.example.org/browse/AB-1)', { jira })).toBe(
      `<p>${key} and ${key}</p>`,
    )
    expect(body('[it](https://x.example.org/browse/AB-1)', { jira })).toBe('<p><a href="https://x.example.org/browse/AB-1">it</a></p>')
  })

  test('a diagram is shown as the picture a renderer makes, with its source folded below', () => {
    const picture = { name: 'd.svg', mediaType: 'image/svg+xml', text: '<svg/>' }
    const page = render('```mermaid\ngraph TD\n```', { renderDiagram: () => picture })
    expect(page.attachments).toEqual([picture])
    expect(page.body).toContain('<ri:attachment ri:filename="d.svg" />')
    expect(page.body).toContain('<![CDATA[graph TD]]>')
    expect(body('```mermaid\ngraph TD\n```')).toBe(code('graph TD', parameter('language', 'text'), parameter('title', 'mermaid')))
  })
})

describe('nodes of our own', () => {
  test('are macros and attachments', () => {
    const tree: Root = {
      type: 'root',
      children: [
        {
          type: 'paragraph',
          children: [
            { type: 'status', value: 'done & <dusted>', colour: 'Green' },
            { type: 'jiraIssue', value: 'AB-1', url: 'https://x.example.org/browse/AB-1' },
          ],
        },
        { type: 'drawing', name: 'map.svg', svg: element('svg', {}, [element('title', {}, [text('A < map')])]), alt: 'A map' },
      ],
    }
    const page = renderStorage(tree)
    expect(page.body).toBe(
      `<p>${macro('status', parameter('title', 'done &amp; &lt;dusted&gt;') + parameter('colour', 'Green'))}` +
        '<a href="https://x.example.org/browse/AB-1">AB-1</a></p>' +
        '<p><ac:image ac:alt="A map"><ri:attachment ri:filename="map.svg" /></ac:image></p>',
    )
    expect(page.attachments).toEqual([
      {
        name: 'map.svg',
        mediaType: 'image/svg+xml',
        text: '<?xml version="1.0" encoding="UTF-8"?>\n<svg><title>A &lt; map</title></svg>\n',
      },
    ])
  })
})

describe('any text', () => {
  test('is a well-formed page, and the same page twice', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const page = render(text)
        expect(xmlFault(page.body)).toBeNull()
        expect(render(text)).toEqual(page)
      }),
      { numRuns: 150 },
    )
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => expect(xmlFault(body(text))).toBeNull()),
      { numRuns: 200 },
    )
  })

  test('whatever the answers about links and files hold', () => {
    const words = fc.string({ unit: 'binary', maxLength: 20 })
    fc.assert(
      fc.property(markdown, words, words, (text, title, name) => {
        const page = render(text, {
          resolveLink: () => ({ kind: 'page', title, spaceKey: name, anchor: title }),
          resolveImage: () => ({ name, mediaType: 'image/png', bytes: new Uint8Array() }),
          jira: { server: title, serverId: name, baseUrl: 'https://example.org' },
        })
        expect(xmlFault(page.body)).toBeNull()
      }),
      { numRuns: 60 },
    )
  })
})
