import { describe, expect, test } from '@jest/globals'
import { readSection, replaceSection } from '../../integrations/governance/body-section-edit.ts'

const BODY = '\n# ROAD-001: Search\n\n## Summary\n\nOld.\n\n### Detail\n\nStays in it.\n\n## Risks\n\n* none\n'

describe('a section', () => {
  test('reaches to the next heading of its level, its subsections included', () => {
    expect(readSection(BODY, 'summary')).toBe('Old.\n\n### Detail\n\nStays in it.')
    expect(readSection(BODY, 'Risks')).toBe('* none')
    expect(readSection(BODY, 'Detail')).toBeUndefined()
  })

  test('is not begun or ended by a heading in code', () => {
    const body = '## Summary\n\n```\n## Risks\n```\n\nafter\n\n## Next\n'
    expect(readSection(body, 'Summary')).toBe('```\n## Risks\n```\n\nafter')
    expect(readSection(body, 'Risks')).toBeUndefined()
  })

  test('is replaced alone; every other line stays', () => {
    expect(replaceSection(BODY, 'Summary', 'New.\n\nMore.', 'first')).toBe(
      '\n# ROAD-001: Search\n\n## Summary\n\nNew.\n\nMore.\n\n## Risks\n\n* none\n',
    )
    const windows = BODY.replaceAll('\n', '\r\n')
    expect(replaceSection(windows, 'Summary', 'New.', 'first')).toBe(
      '\r\n# ROAD-001: Search\r\n\r\n## Summary\r\n\r\nNew.\r\n\r\n## Risks\r\n\r\n* none\r\n',
    )
  })

  test('that is missing is made, first or last; an empty text takes it away', () => {
    const bare = '\n# ROAD-001: Search\n\n## Risks\n\n* none\n'
    expect(replaceSection(bare, 'Summary', 'New.', 'first')).toBe('\n# ROAD-001: Search\n\n## Summary\n\nNew.\n\n## Risks\n\n* none\n')
    expect(replaceSection(bare, 'Tasks', '- one', 'last')).toBe('\n# ROAD-001: Search\n\n## Risks\n\n* none\n\n## Tasks\n\n- one\n')
    expect(replaceSection(BODY, 'Summary', '', 'first')).toBe(bare)
    expect(replaceSection('\n# A\n', 'Summary', 'New.', 'first')).toBe('\n# A\n\n## Summary\n\nNew.\n')
  })

  test('that was written is read back', () => {
    for (const where of ['first', 'last'] as const) expect(readSection(replaceSection(BODY, 'X', 'a\n\nb', where), 'X')).toBe('a\n\nb')
  })
})
