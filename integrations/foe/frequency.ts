// How often: one count over one window, said in four units, and its DORA class.
import { DAY_SECONDS, MONTH_DAYS, type Window, windowSeconds } from './instants.ts'

/** Days of each unit; a quarter is three months. */
export const FREQUENCY_UNITS = { daily: 1, weekly: 7, monthly: MONTH_DAYS, quarterly: 3 * MONTH_DAYS } as const

export type Frequency = Readonly<Record<keyof typeof FREQUENCY_UNITS, number>>

export type DoraClass = 'elite' | 'high' | 'medium' | 'low'

/** Bands of deployment frequency as DORA's reports of these years draw them: at least once per so many days. */
export const DORA_BANDS = {
  years: '2019–2023',
  atLeastOncePerDays: [
    ['elite', FREQUENCY_UNITS.daily],
    ['high', FREQUENCY_UNITS.weekly],
    ['medium', FREQUENCY_UNITS.monthly],
  ],
} as const

/** Events per day, week, month (30.44 days) and quarter. A window of no length has none. */
export function frequencyOf(count: number, window: Window): Frequency {
  const days = windowSeconds(window) / DAY_SECONDS
  const per = (unit: number) => (days > 0 ? (count * unit) / days : 0)
  return {
    daily: per(FREQUENCY_UNITS.daily),
    weekly: per(FREQUENCY_UNITS.weekly),
    monthly: per(FREQUENCY_UNITS.monthly),
    quarterly: per(FREQUENCY_UNITS.quarterly),
  }
}

/** The class of so many deployments in the window. Products are compared, not quotients: 13 in 91 days are exactly weekly. */
export function doraClassOf(count: number, window: Window): DoraClass {
  const days = windowSeconds(window) / DAY_SECONDS
  return DORA_BANDS.atLeastOncePerDays.find(([, unit]) => count > 0 && count * unit >= days)?.[0] ?? 'low'
}
