import { describe, expect, test } from '@jest/globals'
import type { Nodes, Root, Text } from 'mdast'
import { commonItems } from '../../integrations/documents/align-text.ts'
import { hiddenLosses, takeEdit } from '../../integrations/documents/edited-body.ts'
import { splitFile } from '../../integrations/documents/file-document.ts'
import { readStorage } from '../../integrations/documents/from-storage.ts'
import { parseDocument } from '../../integrations/documents/parse-document.ts'
import { toMarkdown } from '../../integrations/documents/to-markdown.ts'
import { sizeOf } from '../flow/child-process.ts'
import { describeOnCorpus } from '../flow/corpus.ts'
import { readCorpus } from '../governance/corpus.ts'
import { SAMPLES } from './markdown-samples.ts'
import { back, saved } from './round-trip.ts'

const show = (text: string) => readStorage(saved(parseDocument(text).tree), back).tree
/** The page of the text, after somebody changed in it what stands there. */
const edit = (body: string, change: (shown: string) => string) => takeEdit({ body, after: show(change(toMarkdown(show(body)))), show })
const replace = (from: string, to: string) => (text: string) => {
  if (!text.includes(from)) throw new Error(`"${from}" is not on the page: ${text}`)
  return text.replace(from, to)
}

const BODY = `## Summary

Find   things __fast__,
in two lines, as [the plan][plan] says[^why].

<!-- for editors only -->

* one
* two

| a  | b |
|:---|--:|
| 1  | 2 |

\`\`\`yaml
key: value
\`\`\`

[plan]: plan.md "The plan"
[^why]: Because.
`

describe('an edit of a page, in its file', () => {
  test('that changes nothing leaves the file as it is, byte for byte', () => {
    expect(edit(BODY, (shown) => shown)).toEqual({ body: BODY, rewritten: [] })
    const windows = BODY.replaceAll('\n', '\r\n')
    expect(edit(windows, (shown) => shown).body).toBe(windows)
  })

  test.each([
    ['a word in a wrapped paragraph', 'two lines', 'three lines', 'in two lines', 'in three lines'],
    ['words at a line end', 'things **fast**, in two', 'things **fast**, and in two', 'in two', 'and in two'],
    ['an emphasised word', '**fast**', '**slowly**', '__fast__', '**slowly**'],
    ['a cell', '| 1 | 2 |', '| 1 | 3 |', '| 1  | 2 |', '| 1  | 3 |'],
    ['a line of code', 'key: value', 'key: other', 'key: value', 'key: other'],
    ['a footnote', 'Because.', 'Because of this.', 'Because.', 'Because of this.'],
    ['a heading', '## Summary', '## Overview', '## Summary', '## Overview'],
    ['the words of a link', '[the plan]', '[the great plan]', '[the plan][plan]', '[the great plan][plan]'],
  ])('of %s changes these words and nothing else', (_, from, to, was, is) => {
    expect(edit(BODY, replace(from, to))).toEqual({ body: BODY.replace(was, is), rewritten: [] })
  })

  test('that adds a block puts it where it stands, and what nobody sees stays', () => {
    expect(edit(BODY, replace('- one\n', 'New.\n\n- one\n')).body).toBe(
      BODY.replace('\n<!-- for editors only -->', '\nNew.\n\n<!-- for editors only -->'),
    )
    expect(edit('First.\n\n<!-- end -->\n', (text) => `${text}\nLast.\n`).body).toBe('First.\n\nLast.\n\n<!-- end -->\n')
    expect(edit('', () => 'All new.').body).toBe('All new.\n')
  })

  test('that takes everything away leaves what nobody saw', () => {
    expect(edit('One.\n\nTwo.\n', () => '').body.trim()).toBe('')
    expect(edit(BODY, (text) => text.replace(/\n- one\n- two\n/, '')).body).toBe(BODY.replace('* one\n* two\n\n', ''))
  })

  test('that words cannot say takes the block from the page, and says which', () => {
    const { body, rewritten } = edit(BODY, replace('- two\n', '- two\n- three\n'))
    expect(body).toBe(BODY.replace('* one\n* two\n', '- one\n- two\n- three\n'))
    expect(rewritten).toEqual(['- one'])
  })

  test('in several places stays in words where it can', () => {
    const { body } = edit(BODY, (text) => replace('two lines', 'three lines')(replace('- two\n', '- two\n- three\n')(text)))
    expect(body).toBe(BODY.replace('* one\n* two\n', '- one\n- two\n- three\n').replace('two lines', 'three lines'))
  })

  test.each(SAMPLES)('says afterwards what the page says: %s', (_, text) => {
    for (const change of [(shown: string) => `Before.\n\n${shown}`, (shown: string) => `${shown}\n\nAfter.\n`, () => 'Other.'])
      expect(toMarkdown(show(edit(text, change).body))).toBe(toMarkdown(show(toMarkdown(show(change(toMarkdown(show(text))))))))
  })
})

// All of it: KATALYST_EDITED_FILES=1000.
const FILES = sizeOf('KATALYST_EDITED_FILES', 8)

/** The words in the middle of a document, with one of them changed. */
function changeWord(tree: Root): boolean {
  const texts: Text[] = []
  const visit = (node: Nodes): void => {
    if (node.type === 'text' && node.value.split(' ').length > 4) texts.push(node)
    if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(tree)
  const text = texts[Math.floor(texts.length / 2)]
  if (text) text.value = text.value.split(' ').with(2, 'changed').join(' ')
  return text !== undefined
}

describeOnCorpus('an edit of a real file', () => {
  const files = readCorpus().filter(({ file }) => file.endsWith('.md'))
  const sample = files.filter((_, at) => at % Math.max(1, Math.floor(files.length / FILES)) === 0)

  test('of one word changes one line, and a new paragraph adds its own', () => {
    const changed = sample.flatMap(({ file, content }) => {
      const { body } = splitFile(content)
      const [word, more] = [show(body), show(body)]
      more.children.splice(Math.floor(more.children.length / 2), 0, { type: 'paragraph', children: [{ type: 'text', value: 'New.' }] })
      const linesApart = (after: Root) => {
        const [was, is] = [body.split('\n'), takeEdit({ body, after, show }).body.split('\n')]
        return was.length + is.length - 2 * commonItems(was, is).length
      }
      return changeWord(word) && linesApart(word) === 2 && linesApart(more) <= 4 ? [] : [file]
    })
    expect(changed).toEqual([])
  })
})

test('what the file had and its page did not show is named where it is lost', () => {
  const body = 'See [a](https://e.org/ "t") <!-- why --> and this.\n'
  expect(hiddenLosses({ body, show }, body)).toEqual([])
  expect(hiddenLosses({ body, show }, 'Nothing of it.\n')).toEqual(['the title "t" of a link', 'the comment "why"'])
})
