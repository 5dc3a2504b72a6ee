import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readStorage } from '../../integrations/documents/from-storage.ts'
import { parseDocument } from '../../integrations/documents/parse-document.ts'
import { STORAGE_LOSSES } from '../../integrations/documents/storage-losses.ts'
import type { ReadOptions } from '../../integrations/documents/storage-reader.ts'
import { toMarkdown } from '../../integrations/documents/to-markdown.ts'
import { markdown } from '../jira/hostile.ts'
import { projectRoot } from '../source-tree.ts'
import { SAMPLES } from './markdown-samples.ts'
import { back, meaning, roundTrip, saved } from './round-trip.ts'

describe('markdown that has been a page', () => {
  test.each(SAMPLES)('means the same: %s', (_, text) => {
    const { before, after } = roundTrip(parseDocument(text).tree)
    expect(toMarkdown(after)).toBe(toMarkdown(before))
  })

  test.each(STORAGE_LOSSES.map((loss) => [loss.what, loss] as const))('loses what the list says: %s', (_, { before, after }) => {
    expect(toMarkdown(readStorage(saved(parseDocument(before).tree), back).tree).trimEnd()).toBe(after)
  })

  test('the list is the one of docs/confluence-rendering.md', () => {
    const document = readFileSync(path.join(projectRoot, 'docs/confluence-rendering.md'), 'utf8')
    const cell = (text: string) => `\`${text.replaceAll('\n', '⏎').replaceAll('|', '\\|')}\``.replace(/^`(.*`.*)`$/, '`` $1 ``')
    const rows = STORAGE_LOSSES.map(({ what, before, after, why }) => `| ${what} | ${cell(before)} | ${cell(after)} | ${why} |`)
    expect(rows.filter((row) => !document.includes(row))).toEqual([])
  })
})

describe('pages that people and editors wrote', () => {
  const read = (body: string, options: ReadOptions = {}) => {
    const { tree, lost } = readStorage(body, options)
    return [toMarkdown(tree).trimEnd(), ...lost]
  }

  test('are read with the entities, ids and boxes that Confluence adds', () => {
    expect(
      read(
        '<p local-id="x">a&nbsp;&ndash; b &eacute;</p><ac:layout><ac:layout-section><ac:layout-cell><p>c</p></ac:layout-cell></ac:layout-section></ac:layout>',
      ),
    ).toEqual(['a\u00a0– b é\n\nc'])
  })

  test('keep the words around a comment in the text', () => {
    expect(read('<p>a <ac:inline-comment-marker ac:ref="r">b</ac:inline-comment-marker> c</p>')).toEqual(['a b c'])
  })

  test('say what markdown cannot keep', () => {
    expect(
      read(
        '<p><ac:link><ri:user ri:account-id="1" /></ac:link> <ac:emoticon ac:name="tick" ac:emoji-fallback="✅" /> <time datetime="2026-01-02" /></p>' +
          '<ac:structured-macro ac:name="gallery" /><table><tbody><tr><td colspan="2"><ul><li>a</li></ul></td></tr></tbody></table>',
      ),
    ).toEqual([
      '✅ 2026-01-02\n\n| |\n| - |\n| a |',
      'a link to a person',
      'the macro "gallery"',
      'merged cells',
      'blocks inside table cells',
    ])
  })

  test('have their macros read as what they mean', () => {
    const macro = (name: string, inside: string) => `<ac:structured-macro ac:name="${name}" ac:macro-id="1">${inside}</ac:structured-macro>`
    const parameter = (name: string, value: string) => `<ac:parameter ac:name="${name}">${value}</ac:parameter>`
    expect(read(macro('panel', `${parameter('title', 'T')}<ac:rich-text-body>x<p>y</p></ac:rich-text-body>`))).toEqual([
      '> [!NOTE]\n> **T**\n>\n> x\n>\n> y',
    ])
    expect(
      read(`<p>${macro('status', parameter('title', 'Done'))} ${macro('jira', parameter('key', 'AB-1'))}</p>`, {
        jiraBaseUrl: 'https://x.example.org/',
      }),
    ).toEqual(['`Done` [AB-1](https://x.example.org/browse/AB-1)'])
    expect(read(macro('widget', '<ac:plain-text-body><![CDATA[z]]></ac:plain-text-body>'))).toEqual([
      '```\nz\n```',
      'the macro "widget", whose content stays',
    ])
  })

  test('have lists that are nested as older editors did', () => {
    expect(read('<ul><li>a</li><ul><li>b</li></ul></ul>')).toEqual(['- a\n  - b'])
  })

  test('whatever they hold, are read, and written again as a page Confluence takes', () => {
    const pieces = fc.constantFrom(
      '<p>',
      '</p>',
      '<ul><li>',
      '</li>',
      '<table><tr><td>',
      '<ac:link>',
      '<ri:page ri:content-title="x"/>',
      '<ac:structured-macro ac:name="',
      'code">',
      '<![CDATA[',
      ']]>',
      '&nbsp;',
      '&',
      '<',
      'a',
      '\u0000',
      '<ac:task-list><ac:task>',
      '<h2>',
      '__proto__',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        expect(() => saved(readStorage(parts.join('')).tree)).not.toThrow()
      }),
      { numRuns: 200 },
    )
  })
})

test('any markdown is a page Confluence takes, and the page reads as a document that renders to the same page', () => {
  fc.assert(
    fc.property(markdown, (text) => {
      const once = saved(parseDocument(text).tree)
      const { tree } = readStorage(once, back)
      expect(meaning(readStorage(saved(tree), back).tree)).toBe(meaning(tree))
    }),
    { numRuns: 80 },
  )
})
