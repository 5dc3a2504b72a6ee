import { describe, expect, test } from '@jest/globals'
import { parseMarkdown } from '../../integrations/documents/parse-markdown.ts'
import { splitCheckBoxes, toSectionText } from '../../integrations/documents/section-text.ts'

const tree = (text: string) => parseMarkdown(text).tree
const section = (text: string) => toSectionText(tree(text))

describe('a text as a section', () => {
  test('keeps its headings below those of the artifact, and their order', () => {
    expect(section('# A\n\nx\n\n## B\n\n##### C')).toBe('### A\n\nx\n\n#### B\n\n###### C')
    expect(section('### A\n\n#### B')).toBe('### A\n\n#### B')
    expect(section('Title\n=====\n\n## Road Items')).toBe('### Title\n\n#### Road Items')
  })

  test('closes the code that its author left open', () => {
    expect(section('```\n## no heading')).toBe('```\n## no heading\n```')
  })

  test('stays as it is when it is read again', () => {
    const once = section('# A\n\n* one\n* two\n\n> quote')
    expect(section(once)).toBe(once)
  })
})

describe('check boxes', () => {
  test('are told apart from prose, with those below them', () => {
    const { boxes, rest } = splitCheckBoxes(tree('Do:\n\n- [x] **one**\n  - [ ] part\n- [ ] #7\n\n- a bullet\n\n> - [ ] quoted'))
    expect(boxes).toEqual([
      { title: 'one', isDone: true, boxes: [{ title: 'part', isDone: false, boxes: [] }] },
      { title: '#7', isDone: false, boxes: [] },
    ])
    expect(toSectionText(rest)).toContain('- a bullet')
    expect(toSectionText(rest)).not.toContain('one')
  })

  test('in code are text', () => {
    expect(splitCheckBoxes(tree('```\n- [ ] x\n```')).boxes).toEqual([])
  })
})
