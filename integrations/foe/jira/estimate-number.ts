// Estimates come as numbers, as texts from fields that somebody made for them, and as texts from every history entry.

/** The number an estimate says; null for nothing and for what is no number. `"3"`, `"3.0"` and `"-1"` are numbers, 0 is one too. */
export function readEstimate(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string') return null
  const text = value.trim().replace(/^([+-]?\d+),(\d+)$/, '$1.$2')
  if (!/^[+-]?\d+(?:\.\d+)?$/.test(text)) return null
  const number = Number(text)
  return Number.isFinite(number) ? number : null
}

/** Ids in a history entry's comma list, such as `"12, 15"`. */
export const readIdList = (text: string | null): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '')
