// Values as people read them.

/** `22 Nov 2026, 23:55`, in UTC; a dash for none. */
export function instant(iso: string | null | undefined): string {
  if (!iso) return '–'
  const [date = '', time = ''] = new Date(iso).toISOString().split('T')
  const [year, month = '1', day] = date.split('-')
  const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
  return `${Number(day)} ${months[Number(month) - 1]} ${year}, ${time.slice(0, 5)}`
}

const UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const

/** A length in seconds by its largest unit, with at most one decimal: `42 s`, `3.5 h`; a dash for none. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return '–'
  const [unit, size] = UNITS.find(([, length]) => seconds >= length) ?? ['s', 1]
  return `${Math.round((seconds / size) * 10) / 10} ${unit}`
}

/** A fraction 0..1 as percent; a dash for none. */
export const percent = (fraction: number | null | undefined): string =>
  fraction === null || fraction === undefined ? '–' : `${Math.round(fraction * 1000) / 10} %`

/** A number with at most two decimals; a dash for none. */
export const decimal = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : String(Math.round(value * 100) / 100)

/** Any JSON value in one short line. */
export const brief = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value ?? null)
  return text.length > 200 ? `${text.slice(0, 199)}…` : text
}
