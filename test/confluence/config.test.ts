import { describe, expect, test } from '@jest/globals'
import { parseConfluenceConfig } from '../../integrations/confluence/config.ts'

const parse = (content: unknown) => parseConfluenceConfig(content, 'confluence-config.json')

describe('confluence-config.json', () => {
  test('of one line works, with safe defaults', () => {
    const parsed = parse({ spaceKey: 'KDM' })
    expect(parsed).toMatchObject({
      kind: 'config',
      config: { conflictPolicy: 'warn', freshnessDays: 180, orphans: { policy: 'report', atMost: 10 }, documents: [], pageHierarchy: {} },
    })
  })

  test('keeps the places of content types, tidied', () => {
    expect(parse({ spaceKey: 'KDM', pageHierarchy: { roadmap: ' Governance / Roadmap ' } })).toMatchObject({
      config: { pageHierarchy: { roadmap: 'Governance/Roadmap' } },
    })
  })

  test.each([
    [{}, 'spaceKey: expected'],
    [{ spaceKey: 'K D' }, 'spaceKey: expected a space key'],
    [{ spaceKey: 'KDM', conflictPolicy: 'ask' }, 'conflictPolicy: expected one of warn, overwrite, managed-region, pull, found "ask"'],
    [{ spaceKey: 'KDM', pageHierachy: {} }, 'pageHierachy: expected a key of the schema'],
    [{ spaceKey: 'KDM', pageHierarchy: { roadmap: 'A//B' } }, 'pageHierarchy.roadmap: expected titles joined by "/"'],
    [{ spaceKey: 'KDM', documents: [{ file: '../secrets.md' }] }, 'documents.0.file: expected a markdown file of the repository'],
    [{ spaceKey: 'KDM', labels: ['Two Words'] }, 'labels.0: expected a label'],
  ])('%j is refused with the place and what was expected', (content, message) => {
    expect(parse(content)).toMatchObject({ kind: 'problems', problems: [expect.stringContaining(`confluence-config.json: ${message}`)] })
  })
})
