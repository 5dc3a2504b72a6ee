// What a group of Jira's figures answers, and what it answers where its facts are absent.
import type { AbsenceReason } from '../collected.ts'
import type { Measured } from '../measured.ts'
import { type MetricValue, type Reason, uncounted, unknown } from '../metric-value.ts'
import type { JiraFactKind } from './jira-facts.ts'
import { jiraGapOfAbsence } from './jira-gap.ts'
import { isCount, type JiraMetric } from './jira-metric-table.ts'

/** The figures without a value: 0 for counts, null for the rest, all with the reason. */
export const withoutFigures = <Name extends JiraMetric>(names: readonly Name[], reason: Reason): Readonly<Record<Name, MetricValue>> =>
  Object.fromEntries(names.map((name) => [name, isCount(name) ? uncounted(reason) : unknown(reason)])) as Record<Name, MetricValue>

/** The answer of a group whose facts could not be read. */
export const absentFigures = <Name extends JiraMetric>(
  names: readonly Name[],
  kind: JiraFactKind,
  reason: AbsenceReason,
): Measured<Name> => ({ metrics: withoutFigures(names, reason), gaps: [jiraGapOfAbsence(kind, reason)], notes: [] })
