// Jira writes instants with milliseconds and an offset without a colon, which strict RFC 3339 parsers refuse.

/** `2026-01-31T10:00:00.000+0000`. */
export const toJiraDate = (instant: Date): string => instant.toISOString().replace('Z', '+0000')

const RELATIVE_UNITS_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const

/**
 * The instant a JQL date means, in UTC: `2026-01-31`, `2026-01-31 10:00` (also with slashes), `-2h`, `now()`, `startOfDay()`,
 * or milliseconds since 1970. JQL knows no seconds. Undefined when it is none of these.
 */
export function parseJqlDate(text: string, now: Date): Date | undefined {
  if (/^now\(\)$/i.test(text)) return now
  if (/^startOfDay\(\)$/i.test(text)) return new Date(`${now.toISOString().slice(0, 10)}T00:00:00Z`)
  const relative = /^([+-]?)(\d+)([mhdw])$/.exec(text)
  if (relative) {
    const distance = Number(relative[2]) * RELATIVE_UNITS_MS[relative[3] as keyof typeof RELATIVE_UNITS_MS]
    return new Date(now.getTime() + (relative[1] === '-' ? -distance : distance))
  }
  if (/^\d{12,}$/.test(text)) return new Date(Number(text))
  const absolute = /^(\d{4})[-/](\d\d?)[-/](\d\d?)(?: (\d\d?):(\d\d))?$/.exec(text)
  if (!absolute) return undefined
  const [year, month, day, hour, minute] = absolute.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number]
  const instant = new Date(Date.UTC(year, month - 1, day, hour, minute))
  return instant.getUTCMonth() === month - 1 && instant.getUTCDate() === day ? instant : undefined
}
