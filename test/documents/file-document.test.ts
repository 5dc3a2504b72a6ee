import { expect, test } from '@jest/globals'
import { fileDocument } from '../../integrations/documents/file-document.ts'
import { toMarkdown } from '../../integrations/documents/to-markdown.ts'

const provenance = { repository: 'o/r', version: '1' }
const document = (content: string, title?: string) =>
  fileDocument({ path: 'docs/run-book.md', content, provenance, ...(title ? { title } : {}) })

test('the first heading becomes the title and is not repeated', () => {
  const page = document('---\nid: 1\n---\n# Run *book*\n\nText.\n')
  expect([page.key, page.title]).toEqual(['file:docs/run-book.md', 'Run book'])
  expect(toMarkdown(page.tree)).not.toContain('# Run')
  expect(toMarkdown(page.tree)).toContain('Text.')
})

test('a title that is given wins, and a heading that says something else stays', () => {
  expect(document('# Other\n', 'Given').title).toBe('Given')
  expect(toMarkdown(document('# Other\n', 'Given').tree)).toContain('# Other')
  expect(toMarkdown(document('# given\n', 'Given').tree)).not.toContain('# given')
})

test('a file without a heading is called by its name; a title is never longer than a page may have', () => {
  expect(document('x').title).toBe('run-book')
  expect(document(`# ${'a'.repeat(400)}`).title).toHaveLength(255)
})

test('a file that is too long says so', () => {
  expect(toMarkdown(document('a '.repeat(300_000)).tree)).toContain('The file is longer than a page')
})
