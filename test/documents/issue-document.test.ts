import { describe, expect, test } from '@jest/globals'
import { type IssueArtifact, issueDocument } from '../../integrations/documents/issue-document.ts'
import type { Artifact } from '../../integrations/governance/artifact.ts'
import { parseArtifact } from '../../integrations/governance/parse-artifact.ts'

const road = (body: string) =>
  parseArtifact('roads/ROAD-001.md', `---\nid: ROAD-001\ntitle: Search\nstatus: proposed\n---\n\n${body}\n`).artifact as IssueArtifact
const story = (status: string) =>
  parseArtifact(
    'user-stories/US-001.md',
    `---\nid: US-001\ntitle: See it\nstatus: ${status}\nacceptance_criteria:\n  - It opens\n---\n\n# See it\n\nAs somebody.\n`,
  ).artifact as Artifact<'user-story'>
const document = (item: IssueArtifact, more: object = {}) => issueDocument(item, { maxLength: 48_000, ...more })

describe('the text of an issue', () => {
  test('is that of the file, with stories and criteria as tasks and where it comes from', () => {
    expect(document(road('# Search\n\nFind **things**.'), { stories: [story('complete')] })).toBe(
      [
        ...['Find **things**.', '', '## User stories', '', '- [x] US-001: See it', '  - [x] It opens', ''],
        ...['---', '', '- **Road item**: ROAD-001', '- **State**: `proposed`', '- **Source**: `roads/ROAD-001.md`', ''],
      ].join('\n'),
    )
  })

  test('of a story tells the criteria that its text does not', () => {
    expect(document(story('draft'))).toContain('## Acceptance criteria\n\n- [ ] It opens')
  })

  test('calls nobody, and leaves addresses and code as they are', () => {
    const text = document(road('Ask @ann and @org/team, a@b.example, or `@code`.'))
    expect(text).toContain('Ask @\u200bann and @\u200borg/team')
    expect(text).toContain('`@code`')
  })

  test('that is too long loses its end, says so, and keeps its tasks', () => {
    const paragraphs = Array.from({ length: 200 }, (_, at) => `Paragraph ${at} of a long text.`).join('\n\n')
    const text = document(road(paragraphs), { maxLength: 2_000, stories: [story('draft')] })
    expect(text.length).toBeLessThanOrEqual(2_000)
    expect(text).toMatch(/^Paragraph 0 .*\n[\s\S]*the rest is in the file\.\n\n## User stories\n\n- \[ \] US-001/)
  })
})
