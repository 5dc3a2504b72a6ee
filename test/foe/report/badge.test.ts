import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { BADGE_THEMES, BADGE_TONES, type BadgeTone, LABEL_COLOURS, renderBadge } from '../../../integrations/foe/report/badge.ts'

/** WCAG 2.1 contrast of two colours. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return channel <= 0.03928 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left)
  return (high + 0.05) / (low + 0.05)
}

const tones = Object.keys(BADGE_TONES) as BadgeTone[]

describe('a badge', () => {
  test.each(tones.flatMap((tone) => (['light', 'dark'] as const).map((scheme) => [tone, scheme] as const)))(
    '%s is readable on %s pages',
    (tone, scheme) => {
      const { background, text } = BADGE_TONES[tone][scheme]
      expect(contrast(background, text)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(LABEL_COLOURS[scheme].background, LABEL_COLOURS[scheme].text)).toBeGreaterThanOrEqual(4.5)
    },
  )

  test('says what it shows to those who hear it, and follows the colour scheme unless told otherwise', () => {
    const badge = { label: 'Katalyst', value: '61 Practicing', title: 'Katalyst: 61 of 100, Practicing', tone: 'practicing' } as const
    const svg = renderBadge(badge, 'auto')
    expect(svg).toContain('role="img" aria-label="Katalyst: 61 of 100, Practicing"')
    expect(svg).toContain('<title>Katalyst: 61 of 100, Practicing</title>')
    expect(svg).toContain('@media (prefers-color-scheme:dark)')
    expect(renderBadge(badge, 'dark')).not.toContain('@media')
    expect(renderBadge(badge, 'auto')).toBe(svg)
  })

  test('is well-formed whatever the texts are', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.constantFrom(...BADGE_THEMES), (label, value, theme) => {
        const svg = renderBadge({ label, value, title: `${label}: ${value}`, tone: 'neutral' }, theme)
        // Outside of its own tags nothing may look like markup.
        const bare = svg.replace(/<\/?(?:svg|title|style|clipPath|rect|g|text)\b[^<>]*>/g, '')
        expect(bare).not.toMatch(/[<>]/)
        expect(bare.replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&')
      }),
    )
  })
})
