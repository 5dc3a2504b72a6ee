// Known weaknesses and how fast they go. Every figure is as of the window's end, so past windows can be asked for: an alert that
// was fixed later was open then. Definitions: docs/metrics.md, confidence.
import type { Collected } from '../collected.ts'
import type { AlertFact, SecretAlertFact } from '../facts/posture-fact.ts'
import { DAY_SECONDS, isWithin, spanSeconds, type Window } from '../instants.ts'
import { type Measured, measuredAbsent } from '../measured.ts'
import { known, knownOr, ratio } from '../metric-value.ts'
import { type MetricSettings, SEVERITIES, type Severity } from '../settings.ts'
import { mean } from '../statistics.ts'

const DEPENDABOT = { counts: ['openAlerts'], others: ['openAlertsBySeverity', 'resolutionRate', 'meanTimeToRemediate'] } as const
export type DependabotMetric = (typeof DEPENDABOT)['counts' | 'others'][number]
export type CodeScanningMetric = 'codeScanningAlerts'
export type SecretScanningMetric = 'secretScanningAlerts'

/** Words of the alert sources for our four severities; code scanning speaks of errors where no security severity is given. */
export const SEVERITY_WORDS: Readonly<Record<string, Severity>> = {
  critical: 'critical',
  high: 'high',
  error: 'high',
  medium: 'medium',
  moderate: 'medium',
  warning: 'medium',
  low: 'low',
  note: 'low',
}

/** Our severity for a provider's word; null for one we do not know. */
export const normalSeverity = (word: string | null): Severity | null => SEVERITY_WORDS[(word ?? '').toLowerCase()] ?? null

const resolvedAt = ({ fixedAt, dismissedAt }: AlertFact): Date | null => fixedAt ?? dismissedAt

/** Open at the instant. One that is closed now without saying when counts as closed: nobody can say it was open then. */
function isOpenAt(alert: AlertFact, at: Date): boolean {
  if (alert.createdAt >= at) return false
  const resolved = resolvedAt(alert)
  return resolved === null ? alert.state.toLowerCase() === 'open' : resolved >= at
}

function bySeverity(alerts: readonly AlertFact[]): Readonly<Record<Severity | 'unknown', number>> {
  const countOf = (severity: Severity | null) => alerts.filter((alert) => normalSeverity(alert.severity) === severity).length
  const [critical, high, medium, low] = SEVERITIES.map(countOf) as [number, number, number, number]
  return { critical, high, medium, low, unknown: countOf(null) }
}

/** Seconds an alert may stay open. One of unknown severity gets the longest time: nothing says that it is urgent. */
const slaSeconds = (alert: AlertFact, { slaDays }: MetricSettings): number =>
  (normalSeverity(alert.severity) === null ? Math.max(...Object.values(slaDays)) : slaDays[normalSeverity(alert.severity) as Severity]) *
  DAY_SECONDS

/** Dependabot alerts: open at the window's end; resolved in it, within SLA (0..1); mean seconds to fix over those fixed in it. */
export function measureDependabot(
  facts: { readonly dependabotAlerts: Collected<AlertFact> },
  window: Window,
  settings: MetricSettings,
): Measured<DependabotMetric> {
  const { dependabotAlerts } = facts
  if (dependabotAlerts.state === 'absent') return measuredAbsent(dependabotAlerts, 'dependabot-alerts', DEPENDABOT)
  const alerts = dependabotAlerts.items
  const open = alerts.filter((alert) => isOpenAt(alert, window.to))
  const resolved = alerts.filter((alert) => isWithin(resolvedAt(alert), window))
  const isLate = (alert: AlertFact, at: Date | null) => (spanSeconds(alert.createdAt, at) ?? 0) > slaSeconds(alert, settings)
  const inTime = resolved.filter((alert) => !isLate(alert, resolvedAt(alert)))
  const overdue = open.filter((alert) => isLate(alert, window.to))
  const fixTimes = alerts.filter(({ fixedAt }) => isWithin(fixedAt, window)).map((alert) => spanSeconds(alert.createdAt, alert.fixedAt))
  return {
    metrics: {
      openAlerts: known(open.length),
      openAlertsBySeverity: known(bySeverity(open)),
      resolutionRate: ratio(inTime.length, resolved.length + overdue.length),
      meanTimeToRemediate: knownOr(mean(fixTimes.filter((seconds) => seconds !== null))),
    },
    gaps: [],
    notes: overdue.length > 0 ? [`${overdue.length} open Dependabot alerts are older than their severity allows.`] : [],
  }
}

/** Code-scanning alerts: open at the window's end, with severities; fixed and dismissed in it. */
export function measureCodeScanning(
  facts: { readonly codeScanningAlerts: Collected<AlertFact> },
  window: Window,
): Measured<CodeScanningMetric> {
  const { codeScanningAlerts } = facts
  if (codeScanningAlerts.state === 'absent')
    return measuredAbsent(codeScanningAlerts, 'code-scanning', { counts: [], others: ['codeScanningAlerts'] })
  const alerts = codeScanningAlerts.items
  const open = alerts.filter((alert) => isOpenAt(alert, window.to))
  const value = {
    open: open.length,
    fixed: alerts.filter(({ fixedAt }) => isWithin(fixedAt, window)).length,
    dismissed: alerts.filter(({ fixedAt, dismissedAt }) => fixedAt === null && isWithin(dismissedAt, window)).length,
    bySeverity: bySeverity(open),
  }
  return { metrics: { codeScanningAlerts: known(value) }, gaps: [], notes: [] }
}

/** Leaked secrets: open at the window's end, resolved in it. Beyond the contract's names, shown beside them. */
export function measureSecretScanning(
  facts: { readonly secretAlerts: Collected<SecretAlertFact> },
  window: Window,
): Measured<SecretScanningMetric> {
  const { secretAlerts } = facts
  if (secretAlerts.state === 'absent')
    return measuredAbsent(secretAlerts, 'secret-scanning', { counts: [], others: ['secretScanningAlerts'] })
  const open = secretAlerts.items.filter(
    ({ state, createdAt, resolvedAt: at }) => createdAt < window.to && (at === null ? state.toLowerCase() === 'open' : at >= window.to),
  )
  const resolved = secretAlerts.items.filter(({ resolvedAt: at }) => isWithin(at, window))
  return { metrics: { secretScanningAlerts: known({ open: open.length, resolved: resolved.length }) }, gaps: [], notes: [] }
}
