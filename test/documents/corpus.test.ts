// Every real file once through all serializers. Parsing 250 files takes longer than all that is checked of them, so they are
// parsed once, here.
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import { parseDocument } from '../../integrations/documents/parse-document.ts'
import { renderHtml } from '../../integrations/documents/to-html.ts'
import { toMarkdown } from '../../integrations/documents/to-markdown.ts'
import { renderStorage } from '../../integrations/documents/to-storage.ts'
import { describeOnCorpus } from '../flow/corpus.ts'
import { readCorpus } from '../governance/corpus.ts'
import { roundTrip } from './round-trip.ts'
import { htmlFault, xmlFault } from './strict-xml.ts'

describeOnCorpus('the real corpus', () => {
  const documents = () =>
    readCorpus()
      .filter(({ file }) => /\.mdx?$/.test(file))
      .map(({ file, content }) => ({ file, tree: parseDocument(content).tree }))
  let parsed: ReturnType<typeof documents> | undefined
  const all = () => {
    parsed ??= documents()
    return parsed
  }

  test('is well-formed as pages and as HTML', () => {
    expect(all().length).toBeGreaterThan(200)
    const faults = all().flatMap(({ file, tree }) => {
      const found = [xmlFault(renderStorage(tree).body), htmlFault(renderHtml(tree))].filter((fault) => fault !== null)
      return found.map((fault) => `${file}: ${fault}`)
    })
    expect(faults).toEqual([])
  })

  test('is taken by Confluence, and means the same after it has been pages', () => {
    const changed = all().flatMap(({ file, tree }) => {
      const { before, after } = roundTrip(tree)
      // Equal trees are equal texts; writing all of them as markdown twice would take longer than all the rest.
      if (isDeepStrictEqual(before, after)) return []
      const [left, right] = [toMarkdown(before).split('\n'), toMarkdown(after).split('\n')]
      const at = left.findIndex((line, index) => line !== right[index])
      return isDeepStrictEqual(left, right) ? [] : [`${file}: ${JSON.stringify(left[at])} → ${JSON.stringify(right[at])}`]
    })
    expect(changed).toEqual([])
  })
})
