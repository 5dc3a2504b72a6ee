// Numbers as people read them, in evidence and deductions.
import type { Criterion } from './criterion.ts'

const trim = (number: number, digits: number): string => String(Number(number.toFixed(digits)))

const SPANS = [
  [2 * 86_400, 86_400, 'days'],
  [2 * 3600, 3600, 'h'],
  [2 * 60, 60, 'min'],
] as const

function saySeconds(seconds: number): string {
  const span = SPANS.find(([from]) => seconds >= from)
  return span ? `${trim(seconds / span[1], 1)} ${span[2]}` : `${trim(seconds, 0)} s`
}

/** A rate in the unit in which it is at least 1, or per year. */
function sayPerDay(perDay: number): string {
  if (perDay >= 1) return `${trim(perDay, 1)} a day`
  if (perDay * 7 >= 1) return `${trim(perDay * 7, 1)} a week`
  return perDay * 30.44 >= 1 ? `${trim(perDay * 30.44, 1)} a month` : `${trim(perDay * 365.25, 1)} a year`
}

const SAY: Readonly<Record<Criterion['unit'], (number: number) => string>> = {
  seconds: saySeconds,
  fraction: (number) => `${trim(number * 100, 1)} %`,
  percent: (number) => `${trim(number, 1)} of 100`,
  count: (number) => trim(number, 0),
  number: (number) => trim(number, 2),
  flag: (number) => (number >= 1 ? 'yes' : 'no'),
  perDay: sayPerDay,
}

/** The number of a criterion in words: `8.5 min`, `12.5 %`, `1.4 a week`. */
export const sayNumber = (unit: Criterion['unit'], number: number): string => SAY[unit](number)
