import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { equalsInConstantTime, makeSecretBox, parseSecretKey } from '../../integrations/kernel/secrets.ts'

const [first, second] = [randomBytes(32), randomBytes(32)]

describe('sealing', () => {
  test('what was sealed for a row opens for that row, whatever the text', () => {
    const box = makeSecretBox(first)
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string(),
        (text, row) => box.open(box.seal(text, row), row) === Buffer.from(text, 'utf8').toString('utf8'),
      ),
      { numRuns: 100 },
    )
  })

  test('the same text sealed twice looks different and shows nothing of itself', () => {
    const box = makeSecretBox(first)
    const sealed = box.seal('correct horse', 'row')
    expect(sealed).not.toBe(box.seal('correct horse', 'row'))
    expect(sealed).not.toContain(Buffer.from('correct horse').toString('base64url'))
  })

  test('another row, another key or a changed byte does not open, and says what to do', () => {
    const box = makeSecretBox(first)
    const sealed = box.seal('x', 'connection:1:credentials')
    const parts = sealed.split('.')
    const body = Buffer.from(parts[4] as string, 'base64url')
    body[0] = (body[0] as number) ^ 1
    const changed = [...parts.slice(0, 4), body.toString('base64url')].join('.')
    for (const attempt of [
      () => box.open(sealed, 'connection:2:credentials'),
      () => makeSecretBox(second).open(sealed, 'connection:1:credentials'),
      () => box.open(changed, 'connection:1:credentials'),
      () => box.open('v1.x', 'r'),
      () => box.open('', 'r'),
    ])
      expect(attempt).toThrow(
        expect.objectContaining({ code: 'secret-key-wrong', message: expect.stringContaining('KATALYST_SECRET_KEY') }),
      )
  })

  test('after a rotation the old seal opens, counts as stale, and new seals use the new key', () => {
    const old = makeSecretBox(first).seal('token', 'row')
    const rotated = makeSecretBox(second, [first])
    expect(rotated.open(old, 'row')).toBe('token')
    expect(rotated.isStale(old)).toBe(true)
    expect(rotated.isStale(rotated.seal('token', 'row'))).toBe(false)
  })

  test('a key of the wrong length is refused by the name of its variable and not shown', () => {
    expect(() => parseSecretKey('c2hvcnQ=', 'KATALYST_SECRET_KEY')).toThrow(
      'KATALYST_SECRET_KEY: expected 32 bytes in base64, found 5 bytes.',
    )
  })
})

test('comparison in constant time agrees with equality', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => equalsInConstantTime(a, b) === (a === b) && equalsInConstantTime(a, a)),
    { numRuns: 100 },
  )
})
