// Writing values as YAML text: in the style that stands there where that is legal, in quotes where another reader of YAML
// (1.1 as well as 1.2) could take the text for something else.

export type EditValue = string | number | boolean | null | readonly EditValue[] | { readonly [key: string]: EditValue }
export type ScalarStyle = 'plain' | 'single' | 'double'

export interface Layout {
  readonly style: ScalarStyle
  /** Inside brackets or braces, where commas end a plain text. */
  readonly inFlow: boolean
  readonly eol: string
}

/** What some YAML reader takes for null, a truth value, a number or a date. */
const AMBIGUOUS = [
  /^(?:~|null|true|false|yes|no|on|off|y|n)$/i,
  /^[-+]?(?:0b[01_]+|0x[\da-f_]+|0o?[0-7_]+|[\d_]*\.?[\d_]*(?:e[-+]?\d+)?|\d[\d_]*(?::[0-5]?\d)+(?:\.\d*)?|\.inf|\.nan)$/i,
  /^\d{4}-\d{1,2}-\d{1,2}(?:$|[Tt \t])/,
]
/** No number or date is longer; the patterns need not see whole descriptions. */
const MAX_AMBIGUOUS_LENGTH = 64
const STARTS_PLAIN = /^[^\s\-?:,[\]{}#&*!|>'"%@`=<]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff\ud800-\udfff]/
const ESCAPED_IN_DOUBLE = /[\u007f-\u009f\u2028\u2029\ufeff]/g
/** List that still fits one line; longer ones are written one entry per line. */
const MAX_FLOW_LENGTH = 100

export const isEditMap = (value: EditValue): value is { readonly [key: string]: EditValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Whether a text may stand without quotes. */
export function isPlainText(text: string, inFlow: boolean): boolean {
  if (!STARTS_PLAIN.test(text) || text.trimEnd() !== text || hasUnprintable(text)) return false
  if (/: |:$| #|:\t|\t#/.test(text) || (inFlow && /[,[\]{}]/.test(text))) return false
  return text.length > MAX_AMBIGUOUS_LENGTH || !AMBIGUOUS.some((pattern) => pattern.test(text))
}

/** Surrogate pairs are characters, lone surrogates are not. */
const hasUnprintable = (text: string): boolean => UNPRINTABLE.test(text.replaceAll(/[\ud800-\udbff][\udc00-\udfff]/g, ''))

/** A scalar on one line, in the style wanted where it is legal and in double quotes elsewhere. */
export function renderScalar(value: string | number | boolean | null, { style, inFlow }: Pick<Layout, 'style' | 'inFlow'>): string {
  if (typeof value !== 'string') return String(value)
  if (style === 'plain' && isPlainText(value, inFlow)) return value
  if (style === 'single' && !hasUnprintable(value)) return `'${value.replaceAll("'", "''")}'`
  return JSON.stringify(value).replace(ESCAPED_IN_DOUBLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** Any value on one line. */
export function renderFlow(value: EditValue, layout: Pick<Layout, 'style'>): string {
  const inFlow = { style: layout.style, inFlow: true }
  if (Array.isArray(value)) return `[${(value as readonly EditValue[]).map((item) => renderFlow(item, layout)).join(', ')}]`
  if (isEditMap(value))
    return `{${Object.entries(value)
      .map(([key, item]) => `${renderKey(key)}: ${renderFlow(item, layout)}`)
      .join(', ')}}`
  return renderScalar(value as string | number | boolean | null, inFlow)
}

export const renderKey = (key: string): string => renderScalar(key, { style: 'plain', inFlow: true })

/** What stands behind `key:` in a block map whose keys stand at `indent`; starts with a blank or a line break, ends without one. */
export function renderAfterColon(value: EditValue, indent: string, layout: Layout): string {
  const inner = `${indent}  `
  if (Array.isArray(value)) {
    const flow = renderFlow(value, layout)
    const short =
      flow.length <= MAX_FLOW_LENGTH && !(value as readonly EditValue[]).some((item) => typeof item === 'object' && item !== null)
    if (short) return ` ${flow}`
    return (value as readonly EditValue[]).map((item) => layout.eol + renderItem(item, inner, layout)).join('')
  }
  if (isEditMap(value)) {
    if (Object.keys(value).length === 0) return ' {}'
    return Object.entries(value)
      .map(([key, item]) => `${layout.eol}${inner}${renderKey(key)}:${renderAfterColon(item, inner, layout)}`)
      .join('')
  }
  return ` ${renderScalar(value as string | number | boolean | null, { style: layout.style, inFlow: false })}`
}

/** One entry of a block list whose dashes stand at `indent`. */
export function renderItem(value: EditValue, indent: string, layout: Layout): string {
  if (!isEditMap(value) || Object.keys(value).length === 0)
    return `${indent}- ${Array.isArray(value) || isEditMap(value) ? renderFlow(value, layout) : renderScalar(value as string | number | boolean | null, { style: layout.style, inFlow: false })}`
  const inner = `${indent}  `
  const lines = Object.entries(value).map(([key, item]) => `${renderKey(key)}:${renderAfterColon(item, inner, layout)}`)
  return `${indent}- ${lines.join(layout.eol + inner)}`
}

/**
 * A text as a block (`|`, or `>` where it is one paragraph), from its indicator to its last line without line break;
 * `undefined` when a block cannot hold it exactly.
 */
export function renderBlockText(text: string, folded: boolean, indent: string, eol: string): string | undefined {
  const lines = text.replace(/\n$/, '').split('\n')
  if (
    text === '' ||
    text === '\n' ||
    text.endsWith('\n\n') ||
    /^[ \t\n]/.test(text) ||
    lines.some((line) => line !== '' && hasUnprintable(line.replaceAll('\t', '')))
  )
    return undefined
  const indicator = (folded && lines.length === 1 ? '>' : '|') + (text.endsWith('\n') ? '' : '-')
  return [indicator, ...lines.map((line) => (line === '' ? '' : indent + line))].join(eol)
}
