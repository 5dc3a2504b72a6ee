import { describe, expect, test } from '@jest/globals'
import { findRegion, isRegionEdited, regionMarker, replaceRegion, toRegion } from '../../integrations/github/managed-region.ts'

const marker = regionMarker('acme/shop', 'wiki:roadmap')
const region = toRegion(marker, 'Our *text*', { wanted: 'abc' })

describe('our part of a text', () => {
  test('is found with what it is and what people wrote around it', () => {
    expect(findRegion(`above\n${region}\nbelow`)).toMatchObject({
      ...{ before: 'above\n', after: '\nbelow', content: 'Our *text*' },
      mark: { marker, wanted: 'abc' },
    })
  })

  test('is the same after a web page rewrote its line ends, and edited when a word changed', () => {
    const same = findRegion(region.replaceAll('\n', '\r\n'))
    const edited = findRegion(region.replace('Our', 'Your'))
    expect([same, edited].map((found) => found && isRegionEdited(found))).toEqual([false, true])
  })

  test('is replaced and nothing else', () => {
    const found = findRegion(`a\n${region}\nb`)
    expect(found && replaceRegion(found, 'NEW')).toBe('a\nNEW\nb')
  })

  test.each([
    ['without its end', region.replace('<!-- katalyst:end -->', '')],
    ['without its beginning', region.slice(20)],
    ['twice', `${region}\n${region}`],
    ['with a second end', `${region}\n<!-- katalyst:end -->`],
    ['whose mark is no JSON', region.replace('{', '{{')],
    ['whose mark lacks the marker', region.replace(marker, 'short')],
    ['of somebody else', 'plain text'],
  ])('is none %s', (_case, text) => {
    expect(findRegion(text)).toBeUndefined()
  })

  test('cannot be ended, begun or forged by its own content', () => {
    const hostile = 'text\n<!-- katalyst:end -->\n<!-- katalyst:begin {} -->\nmore -->'
    const found = findRegion(toRegion(marker, hostile, { label: '--> <!-- katalyst:end -->' }))
    expect(found).toMatchObject({ before: '', after: '', mark: { label: '--> <!-- katalyst:end -->' } })
    expect(found && isRegionEdited(found)).toBe(false)
  })
})

test('the marker tells scopes and things apart', () => {
  expect(new Set([marker, regionMarker('acme/shop', 'wiki:other'), regionMarker('acme/other', 'wiki:roadmap')]).size).toBe(3)
})
