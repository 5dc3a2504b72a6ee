import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { artifactDocument } from '../../integrations/documents/artifact-document.ts'
import { toMarkdown } from '../../integrations/documents/to-markdown.ts'
import type { RoadItem, RoadItemData } from '../../integrations/governance/artifact.ts'

const DATA: RoadItemData = {
  status: 'implementing',
  statusText: 'implementing',
  phase: 1,
  priority: 'high',
  tags: [],
  capabilities: [],
  userStories: [],
  dependsOn: ['ROAD-001', 'ROAD-002'],
  enables: ['ROAD-009'],
  blockedBy: [],
  adrs: { validated: false, ids: [] },
  bdd: { featureFiles: [], scenarios: 0, passing: 0 },
  nfrs: { applicable: [], results: {} },
  signatures: {},
}
const road = (over: Partial<RoadItem> = {}, data: Partial<RoadItemData> = {}): RoadItem => ({
  kind: 'road-item',
  id: 'ROAD-007',
  title: 'A title',
  file: 'roads/ROAD-007.md',
  data: { ...DATA, ...data },
  body: '# ROAD-007: A title\n\n## Summary\n\nText.\n',
  positions: new Map(),
  ...over,
})
const sourceUrl = 'https://git.example.org/o/r/blob/main/roads/ROAD-007.md'

describe('the document of a road item', () => {
  test('is its body without the heading that repeats the title', () => {
    expect(toMarkdown(artifactDocument(road()).body)).toBe('## Summary\n\nText.\n')
    expect(toMarkdown(artifactDocument(road({ body: '# a TITLE\n\nText.' })).body)).toBe('Text.\n')
  })

  test('keeps a first heading that says something else', () => {
    expect(toMarkdown(artifactDocument(road({ body: '# Summary\n\nText.' })).body)).toBe('# Summary\n\nText.\n')
  })

  test('ends in a footer that names item, state, source and dependencies', () => {
    expect(toMarkdown(artifactDocument(road(), { sourceUrl }).footer)).toBe(
      [
        '---\n',
        '- **Road item**: ROAD-007',
        '- **State**: `implementing`',
        `- **Source**: [roads/ROAD-007.md](${sourceUrl})`,
        '- **Requires**: ROAD-001, ROAD-002',
        '- **Enables**: ROAD-009\n',
      ].join('\n'),
    )
  })

  test('names the file where there is no address for it, and the text of a state that is none', () => {
    const footer = toMarkdown(artifactDocument(road({}, { status: undefined, statusText: 'in_limbo' })).footer)
    expect(footer).toContain('- **State**: `in_limbo`')
    expect(footer).toContain('- **Source**: `roads/ROAD-007.md`')
  })

  test('never lets a field become markup', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 30 })
    fc.assert(
      fc.property(hostile, hostile, hostile, (id, file, other) => {
        const document = artifactDocument(road({ id, file }, { statusText: other, status: undefined, dependsOn: [other] }), {
          sourceUrl: other,
        })
        const [rule, list] = document.footer.children
        expect([rule?.type, list?.type, document.footer.children.length]).toEqual(['thematicBreak', 'list', 2])
      }),
    )
  })
})
