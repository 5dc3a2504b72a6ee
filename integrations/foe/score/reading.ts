// From a metric's value to the one number that bands are about. Values come from stored imports of any version, so everything is
// looked at before it is used; what has another shape is unknown, not 0.
import type { MetricContent } from '../metric-value.ts'
import { CONTRACT_WORDS } from './contract-words.ts'

type Read = (value: MetricContent) => number | null

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const numberOf = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null)
const at =
  (...path: readonly string[]): Read =>
  (value) =>
    numberOf(path.reduce<unknown>((inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), value))
const listAt = (value: unknown, key: string): readonly unknown[] | null =>
  isObject(value) && Array.isArray(value[key]) ? (value[key] as readonly unknown[]) : null

/** One part of a value ÷ another; null where the whole is 0. */
const shareOf =
  (part: Read, whole: Read): Read =>
  (value) => {
    const [over, under] = [part(value), whole(value)]
    return over === null || under === null || under === 0 ? null : Math.min(1, over / under)
  }

/** How many entries of a list of names (or of objects with a `name`) speak of contracts. */
const contractsIn =
  (key: string): Read =>
  (value) =>
    listAt(value, key)?.filter((entry) => {
      const name = isObject(entry) ? entry.name : entry
      return typeof name === 'string' && CONTRACT_WORDS.test(name)
    }).length ?? null

const sumOf =
  (...reads: readonly Read[]): Read =>
  (value) => {
    const numbers = reads.map((read) => read(value))
    return numbers.some((number) => number === null) ? null : numbers.reduce<number>((total, number) => total + (number ?? 0), 0)
  }

interface BoardColumn {
  readonly max: number
  readonly current: number
}

/** Share of the board's limited columns that hold no more than their limit; null where no column has one. */
const withinLimits: Read = (value) => {
  const columns = (listAt(value, 'columns') ?? []).flatMap((column): BoardColumn[] => {
    const [max, current] = [at('max')(column as MetricContent), at('current')(column as MetricContent)]
    return max === null || current === null ? [] : [{ max, current }]
  })
  return columns.length === 0 ? null : columns.filter(({ max, current }) => current <= max).length / columns.length
}

const flag: Read = (value) => (typeof value === 'boolean' ? Number(value) : null)

/** Every reading by name, with how documents say it. */
export const READINGS = {
  number: { says: null, read: numberOf },
  flag: { says: null, read: flag },
  perDay: { says: 'its `daily`', read: at('daily') },
  notFalling: {
    says: 'its `direction` is `up` or `flat`',
    read: (value) =>
      isObject(value) && typeof value.direction === 'string' && ['up', 'flat', 'down'].includes(value.direction)
        ? Number(value.direction !== 'down')
        : null,
  },
  tests: { says: 'its `total`', read: at('total') },
  executed: { says: '(passed + failed) ÷ total', read: shareOf(sumOf(at('passed'), at('failed')), at('total')) },
  passed: { says: 'its `passRate`', read: at('passRate') },
  flaky: { says: '`flaky` ÷ total', read: shareOf(at('flaky'), at('total')) },
  contractSuites: { says: 'suites whose name speaks of contracts', read: contractsIn('suites') },
  contractChecks: { says: 'required checks whose name speaks of contracts', read: contractsIn('contexts') },
  required: { says: 'its `required`', read: (value) => (isObject(value) ? flag(value.required as MetricContent) : null) },
  strict: { says: 'its `strict`', read: (value) => (isObject(value) ? flag(value.strict as MetricContent) : null) },
  contexts: { says: 'the number of its `contexts`', read: (value) => listAt(value, 'contexts')?.length ?? null },
  serious: { says: '`critical` + `high`', read: sumOf(at('critical'), at('high')) },
  seriousOpen: {
    says: '`bySeverity.critical` + `bySeverity.high`',
    read: sumOf(at('bySeverity', 'critical'), at('bySeverity', 'high')),
  },
  open: { says: 'its `open`', read: at('open') },
  withinLimits: { says: 'limited columns within their limit ÷ limited columns', read: withinLimits },
  decisionPages: { says: 'its `adr`', read: at('adr') },
  glossaryPages: { says: 'its `glossary`', read: at('glossary') },
} as const satisfies Readonly<Record<string, { readonly says: string | null; readonly read: Read }>>

export type ReadingName = keyof typeof READINGS
