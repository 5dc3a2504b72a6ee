// Evidence as imports of any provider may leave it: every metric that any criterion reads, known, unknown for some reason, or never
// asked for, in one or several sets. And ways to make any one figure better.
import fc from 'fast-check'
import { DIMENSIONS } from '../../../integrations/foe/measure.ts'
import { type MetricContent, type MetricValue, REASONS, type Reason } from '../../../integrations/foe/metric-value.ts'
import { CRITERIA } from '../../../integrations/foe/score/criteria.ts'
import type { EvidenceSet, EvidenceSource } from '../../../integrations/foe/score/evidence-set.ts'

const small = fc.nat({ max: 40 })
const share = fc.double({ min: 0, max: 1, noNaN: true })
const severities = fc.record({ critical: small, high: small, medium: small, low: small, unknown: small })
const names = fc.array(fc.constantFrom('unit', 'lint', 'contract', 'pact / provider', 'build (20)'), { maxLength: 5 })

const SHAPES: Readonly<Record<string, fc.Arbitrary<MetricContent>>> = {
  deploymentFrequency: fc.double({ min: 0, max: 3, noNaN: true }).map((daily) => ({
    daily,
    weekly: daily * 7,
    monthly: daily * 30.44,
    quarterly: daily * 91.32,
  })),
  releaseCadenceTrend: fc.record({ direction: fc.constantFrom('up', 'flat', 'down'), counts: fc.array(small) }),
  testResults: fc
    .record({ passed: small, failed: small, skipped: small, flaky: small, suites: names })
    .map(({ passed, failed, skipped, flaky, suites }) => ({
      total: passed + failed + skipped,
      passed,
      failed,
      skipped,
      passRate: passed + failed === 0 ? null : passed / (passed + failed),
      flaky,
      suites: suites.map((name) => ({ name })),
    })),
  requiredStatusChecks: fc.record({ required: fc.boolean(), strict: fc.boolean(), contexts: names }),
  openAlertsBySeverity: severities,
  codeScanningAlerts: severities.map((bySeverity) => ({ open: 3, fixed: 1, dismissed: 0, bySeverity })),
  secretScanningAlerts: fc.record({ open: small, resolved: small }),
  wip: fc.record({
    columns: fc.array(
      fc.record({ name: fc.string(), min: fc.constant(null), max: fc.option(small), current: small, overLimit: fc.boolean() }),
    ),
  }),
  byType: fc.record({ adr: small, runbook: small, glossary: small }),
}

/** Every metric that a criterion reads, with the values it may have. */
export const READ_METRICS: readonly {
  readonly source: EvidenceSource
  readonly metric: string
  readonly values: fc.Arbitrary<MetricContent>
}[] = DIMENSIONS.flatMap((dimension) => Object.values(CRITERIA[dimension]).flat()).flatMap(({ places, unit }) =>
  places.flatMap(({ source, metric, reading, per }) => {
    const plain =
      unit === 'fraction' && !per ? share : unit === 'percent' ? fc.nat({ max: 100 }) : fc.oneof(small, fc.nat({ max: 10_000_000 }))
    const values: fc.Arbitrary<MetricContent> = SHAPES[metric] ?? (reading === 'flag' ? fc.boolean() : plain)
    return [{ source, metric, values }, ...(per ? [{ source, metric: per, values: small }] : [])]
  }),
)

const metricValue = (values: fc.Arbitrary<MetricContent>): fc.Arbitrary<MetricValue | null> =>
  fc.oneof(
    { weight: 6, arbitrary: values.map((value) => ({ value })) },
    { weight: 2, arbitrary: fc.constantFrom(...(Object.keys(REASONS) as Reason[])).map((reason) => ({ value: null, reason })) },
    { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(REASONS) as Reason[])).map((reason) => ({ value: 0, reason })) },
    { weight: 2, arbitrary: fc.constant(null) },
  )

const anySet = (source: EvidenceSource): fc.Arbitrary<EvidenceSet> => {
  const mine = new Map(READ_METRICS.filter((row) => row.source === source).map((row) => [row.metric, metricValue(row.values)]))
  return fc.record({ metrics: fc.record(Object.fromEntries(mine)), day: fc.nat({ max: 3 }) }).map(({ metrics, day }) => ({
    source,
    metrics: Object.fromEntries(Object.entries(metrics).filter((entry): entry is [string, MetricValue] => entry[1] !== null)),
    at: new Date(Date.UTC(2026, 4, 1 + day)),
    url: `https://katalyst.example/${source}/${day}`,
  }))
}

/** Any evidence: up to two imports of each source. */
export const anyEvidence: fc.Arbitrary<readonly EvidenceSet[]> = fc
  .tuple(...(['github', 'jira', 'confluence', 'governance'] as const).map((source) => fc.array(anySet(source), { maxLength: 2 })))
  .map((sets) => sets.flat())
