import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseConventionalCommit, parseSubject } from '../../integrations/foe/conventional-commit.ts'

describe('a subject', () => {
  test.each([
    ['feat: add it', { type: 'feat', scope: null, isBreaking: false, description: 'add it' }],
    ['fix(parser)!: stop at the end', { type: 'fix', scope: 'parser', isBreaking: true, description: 'stop at the end' }],
    ['FEAT(my scope): x', { type: 'feat', scope: 'my scope', isBreaking: false, description: 'x' }],
    ['refactor!: drop it', { type: 'refactor', scope: null, isBreaking: true, description: 'drop it' }],
  ])('%s parses', (subject, expected) => {
    expect(parseSubject(subject)).toEqual(expected)
  })

  test.each([
    'add it',
    'feat:add it',
    'feat : add',
    'feat(): x',
    'feat( ): x',
    'feat:',
    'feat: ',
    '(scope): x',
    'Merge branch a: b',
    ': x',
    '',
    'feat((a)): x',
  ])('%j does not parse', (subject) => {
    expect(parseSubject(subject)).toBeNull()
  })
})

describe('a message', () => {
  test('has a body and footers, whose values may go on in the next line', () => {
    const message =
      'fix: prevent racing\n\nIntroduce a request id.\n\nIgnore older answers: they are stale.\n\nReviewed-by: Z\nRefs #123\nBREAKING CHANGE: ids\n  are text'
    expect(parseConventionalCommit(message)).toEqual({
      type: 'fix',
      scope: null,
      isBreaking: true,
      description: 'prevent racing',
      body: 'Introduce a request id.\n\nIgnore older answers: they are stale.',
      footers: [
        { token: 'Reviewed-by', value: 'Z' },
        { token: 'Refs', value: '123' },
        { token: 'BREAKING CHANGE', value: 'ids\n  are text' },
      ],
    })
  })

  test('whose body does not follow a blank line is none', () => {
    expect(parseConventionalCommit('fix: a\nb')).toBeNull()
    expect(parseConventionalCommit('fix: a\r\n\r\nb')).toMatchObject({ body: 'b', footers: [] })
  })

  test('put together from parts comes apart into them', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/)
    fc.assert(
      fc.property(
        word,
        fc.option(word),
        fc.boolean(),
        fc.stringMatching(/^[a-z][a-z ]{0,30}[a-z]$/),
        (type, scope, isBreaking, description) => {
          const subject = `${type}${scope === null ? '' : `(${scope})`}${isBreaking ? '!' : ''}: ${description}`
          expect(parseConventionalCommit(subject)).toEqual({ type, scope, isBreaking, description, body: null, footers: [] })
        },
      ),
      { numRuns: 100 },
    )
  })
})
