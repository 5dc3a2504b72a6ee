import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { cleanText, oneLine, shorten } from '../../integrations/documents/clean-text.ts'

const anyText = fc.string({ unit: 'binary', maxLength: 40 })

test('cleaned text has no control character, no lone surrogate, and is not changed by cleaning again', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const clean = cleanText(`${text}\uD800\u0000\r\n`)
      expect(clean).not.toMatch(/[\p{Surrogate}\r]/u)
      expect([...clean].some((character) => character < ' ' && character !== '\n' && character !== '\t')).toBe(false)
      expect(cleanText(clean)).toBe(clean)
    }),
  )
})

test('direction marks, emoji and accents are content', () => {
  expect(cleanText('‮x‬ 👩‍👧 é')).toBe('‮x‬ 👩‍👧 é')
})

test('one line has no line end and no space at its ends', () => {
  expect(oneLine(' a\r\n\tb  c\u2028d ')).toBe('a b c d')
})

test('shortening never cuts a character in two', () => {
  expect(shorten('ab👩c', 4)).toBe('ab…')
  expect(shorten('abc', 3)).toBe('abc')
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 20 }), (text, limit) => {
      const short = shorten(cleanText(text), limit)
      expect(short.length).toBeLessThanOrEqual(limit)
      expect(short).not.toMatch(/\p{Surrogate}/u)
    }),
  )
})
