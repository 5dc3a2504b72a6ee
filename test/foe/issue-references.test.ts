import { expect, test } from '@jest/globals'
import { branchReferencesIssue, NO_ISSUE_KEYS, referencesIssue } from '../../integrations/foe/issue-references.ts'
import { characterCount, withoutCode, withoutComments, writtenPart } from '../../integrations/foe/written-text.ts'

const ANY = { issueKeys: null, notIssues: new Set([7]) }

test.each([
  'fixes #12',
  '(#12)',
  'see owner/repo#7',
  'https://example.test/o/r/issues/7',
  'ABC-1',
  'feat: x [ABC-12]',
  '#12',
  'A2B-3 first',
])('%j names an issue', (text) => {
  expect(referencesIssue(text, ANY)).toBe(true)
})

test.each([
  '#7',
  'x (#7)',
  'a#12',
  '&#12;',
  '#12a',
  'UTF-8',
  'abc-12',
  'A-1',
  'XABC-12x',
  'page#12',
  '<!-- #12 -->',
  '`#12`',
  '```\n#12\n```',
  '',
  'ABC-',
  ...NO_ISSUE_KEYS.map((key) => `${key}-256`),
])('%j names none', (text) => {
  expect(referencesIssue(text, ANY)).toBe(false)
})

test('named keys count in any case, and no others', () => {
  const rule = { issueKeys: ['Shop'] }
  expect(['shop-12-title', 'feature/SHOP-12', 'ABC-12', 'shop'].map((branch) => branchReferencesIssue(branch, rule))).toEqual([
    true,
    true,
    false,
    false,
  ])
  expect(['ABC-12-title', 'fix/ABC-12', '12-title', 'abc-12'].map((branch) => branchReferencesIssue(branch, { issueKeys: null }))).toEqual([
    true,
    true,
    false,
    false,
  ])
})

test('what a person wrote is what neither the template nor a hidden comment says', () => {
  const template = '## What\n<!-- say it -->\n## Why\n- [ ] tested\n'
  expect(writtenPart('## What\r\n<!-- say\nit -->\r\nSorts rows\r\n\r\n\r\n## Why\r\n- [x] tested', template)).toBe(
    'Sorts rows\n\n- [x] tested',
  )
  expect([writtenPart(template, template), writtenPart(null, template), withoutComments('a<!-- b'), withoutComments('a<!---->b')]).toEqual([
    '',
    '',
    'a',
    'ab',
  ])
  expect([characterCount('🚀é'), withoutCode('a\n~~~js\nb\n~~~\nc `d`')]).toEqual([2, 'a\nc  '])
})
