// The badge of a repository as SVG, drawn here: no service is told who looks at which repository. Readable by screen readers, on
// light and dark pages, with a contrast of at least 4.5 to 1.
export const BADGE_THEMES = ['auto', 'light', 'dark'] as const
export type BadgeTheme = (typeof BADGE_THEMES)[number]

interface Colours {
  readonly background: string
  readonly text: string
}

/** What a badge says by its colour: the four levels of maturity, and that nothing is known. */
export const BADGE_TONES = {
  optimized: { light: { background: '#1a7f37', text: '#ffffff' }, dark: { background: '#3fb950', text: '#0b1220' } },
  practicing: { light: { background: '#0969da', text: '#ffffff' }, dark: { background: '#58a6ff', text: '#0b1220' } },
  emerging: { light: { background: '#8a5a00', text: '#ffffff' }, dark: { background: '#f5b942', text: '#0b1220' } },
  hypothesized: { light: { background: '#57606a', text: '#ffffff' }, dark: { background: '#afb8c1', text: '#0b1220' } },
  neutral: { light: { background: '#6e7781', text: '#ffffff' }, dark: { background: '#8c959f', text: '#0b1220' } },
} as const satisfies Readonly<Record<string, Readonly<Record<'light' | 'dark', Colours>>>>
export type BadgeTone = keyof typeof BADGE_TONES

/** Behind the label. */
export const LABEL_COLOURS = {
  light: { background: '#24292f', text: '#ffffff' },
  dark: { background: '#e6edf3', text: '#0b1220' },
} as const satisfies Readonly<Record<'light' | 'dark', Colours>>

export interface Badge {
  readonly label: string
  readonly value: string
  /** The whole of it in one sentence, for those who hear it. */
  readonly title: string
  readonly tone: BadgeTone
}

const HEIGHT = 20
const PADDING = 8
/** Mean width of a character at 11 px; `textLength` makes every font fit it. */
const CHARACTER = 6.6

const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[sign] ?? sign)

function styleOf(tone: BadgeTone, theme: BadgeTheme): string {
  const rules = (scheme: 'light' | 'dark') => {
    const [label, value] = [LABEL_COLOURS[scheme], BADGE_TONES[tone][scheme]]
    return `.lb{fill:${label.background}}.lt{fill:${label.text}}.vb{fill:${value.background}}.vt{fill:${value.text}}`
  }
  return theme === 'auto' ? `${rules('light')}@media (prefers-color-scheme:dark){${rules('dark')}}` : rules(theme)
}

const round = (number: number): string => String(Number(number.toFixed(1)))

/** Draws a badge. The same badge is the same text, so that its hash can be its ETag. */
export function renderBadge({ label, value, title, tone }: Badge, theme: BadgeTheme): string {
  const [labelText, valueText] = [label.length * CHARACTER, value.length * CHARACTER]
  const [labelWidth, valueWidth] = [labelText + 2 * PADDING, valueText + 2 * PADDING]
  const width = round(labelWidth + valueWidth)
  const text = (cssClass: string, at: number, length: number, content: string) =>
    `<text class="${cssClass}" x="${round(at)}" y="14" textLength="${round(length)}">${escapeXml(content)}</text>`
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${escapeXml(title)}">`,
    `<title>${escapeXml(title)}</title>`,
    `<style>text{font:11px Verdana,DejaVu Sans,sans-serif}${styleOf(tone, theme)}</style>`,
    `<clipPath id="r"><rect width="${width}" height="${HEIGHT}" rx="4"/></clipPath>`,
    `<g clip-path="url(#r)" aria-hidden="true"><rect class="lb" width="${round(labelWidth)}" height="${HEIGHT}"/>`,
    `<rect class="vb" x="${round(labelWidth)}" width="${round(valueWidth)}" height="${HEIGHT}"/>`,
    `${text('lt', PADDING, labelText, label)}${text('vt', labelWidth + PADDING, valueText, value)}</g></svg>`,
  ].join('')
}
