// docs/metrics.md says what the program computes: its tables are those of the code. After a change on purpose,
// UPDATE_METRICS=1 npx jest test/foe/metrics-document.test.ts writes them.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { CLARITY_POINTS } from '../../integrations/foe/commit-clarity.ts'
import { CONFLUENCE_MISSING } from '../../integrations/foe/confluence/confluence-gap.ts'
import { CONFLUENCE_METRICS, DESIGN_SECTIONS, RUNBOOK_SECTIONS } from '../../integrations/foe/confluence/confluence-metric-table.ts'
import { DESCRIPTION_POINTS } from '../../integrations/foe/description-points.ts'
import { SKIP_REASONS } from '../../integrations/foe/facts/workflow-fact.ts'
import { FEATURES, MISSING_THINGS } from '../../integrations/foe/gap.ts'
import { JIRA_FEATURES, JIRA_MISSING } from '../../integrations/foe/jira/jira-gap.ts'
import { JIRA_METRICS, JIRA_PROMISED, type JiraMetric } from '../../integrations/foe/jira/jira-metric-table.ts'
import { DEFAULT_JIRA_SETTINGS } from '../../integrations/foe/jira/jira-settings.ts'
import { DIMENSIONS } from '../../integrations/foe/measure.ts'
import { METRICS, PROMISED, UNITS } from '../../integrations/foe/metric-table.ts'
import { REASONS } from '../../integrations/foe/metric-value.ts'
import { DEFAULT_SETTINGS } from '../../integrations/foe/settings.ts'
import { projectRoot } from '../source-tree.ts'

const place = path.join(projectRoot, 'docs', 'metrics.md')

const table = (heads: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const metricRows = (dimension: string) =>
  Object.entries(METRICS)
    .filter(([, row]) => row.dimension === dimension)
    .map(([name, { dataType, unit, better, definition }]) => {
      const isPromised = (PROMISED[dataType] as readonly string[]).includes(name)
      return [`\`${name}\`${isPromised ? '' : ' +'}`, dataType, unit, better ?? '', definition]
    })

const settingText = (value: unknown): string => (value instanceof RegExp ? `\`${value}\`` : `\`${JSON.stringify(value)}\``)
const points = (rows: readonly { readonly says: string; readonly points: number }[]) =>
  table(
    ['Points', 'For'],
    rows.map((row) => [row.points, row.says]),
  )

const SECTIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    DIMENSIONS.map((dimension) => [dimension, table(['Metric', 'Data type', 'Unit', 'Better', 'Definition'], metricRows(dimension))]),
  ),
  units: table(['Unit', 'Is'], Object.entries(UNITS)),
  reasons: table(
    ['Reason', 'Means'],
    Object.entries(REASONS).map(([reason, means]) => [`\`${reason}\``, means]),
  ),
  description: points(DESCRIPTION_POINTS),
  clarity: points(CLARITY_POINTS),
  settings: table(
    ['Setting', 'Default'],
    Object.entries(DEFAULT_SETTINGS).map(([name, value]) => [`\`${name}\``, settingText(value)]),
  ),
  features: table(
    ['Feature', 'Permission', 'Switched on at', 'Severity'],
    Object.entries(FEATURES).map(([name, row]) => [`\`${name}\``, `\`${row.permission}\``, row.enable, row.severity]),
  ),
  missing: table(
    ['Code', 'Recommendation', 'Severity'],
    Object.entries(MISSING_THINGS).map(([code, [, recommendation, severity]]) => [`\`${code}\``, recommendation, severity]),
  ),
  jira: table(
    ['Metric', 'Data types', 'Unit', 'Better', 'Definition'],
    Object.entries(JIRA_METRICS).map(([name, { dataTypes, unit, better, definition }]) => [
      `\`${name}\`${JIRA_PROMISED.includes(name as JiraMetric) ? '' : ' +'}`,
      dataTypes.join(', '),
      unit,
      better ?? '',
      definition,
    ]),
  ),
  'jira-settings': table(
    ['Setting', 'Default'],
    Object.entries(DEFAULT_JIRA_SETTINGS).map(([name, value]) => [`\`${name}\``, settingText(value)]),
  ),
  'jira-features': table(
    ['Kind', 'Permission', 'Severity'],
    Object.entries(JIRA_FEATURES).map(([name, row]) => [`\`${name}\``, row.permission, row.severity]),
  ),
  'jira-missing': table(
    ['Code', 'Recommendation', 'Severity'],
    Object.entries(JIRA_MISSING).map(([code, [, recommendation, severity]]) => [`\`${code}\``, recommendation, severity]),
  ),
  confluence: table(
    ['Metric', 'Unit', 'Better', 'Definition'],
    Object.entries(CONFLUENCE_METRICS).map(([name, { unit, better, definition }]) => [`\`${name}\``, unit, better ?? '', definition]),
  ),
  'confluence-sections': table(
    ['Section', 'Headings that are one'],
    [...Object.entries(RUNBOOK_SECTIONS), ...Object.entries(DESIGN_SECTIONS)].map(([name, words]) => [
      name,
      `\`${words.source.replaceAll('|', '\\|')}\``,
    ]),
  ),
  'confluence-missing': table(
    ['Code', 'Recommendation', 'Severity'],
    Object.entries(CONFLUENCE_MISSING).map(([code, [, recommendation, severity]]) => [`\`${code}\``, recommendation, severity]),
  ),
  skipped: table(
    ['Reason', 'Means'],
    Object.entries(SKIP_REASONS).map(([reason, means]) => [`\`${reason}\``, means]),
  ),
}

const section = (name: string): RegExp => new RegExp(`(<!-- table: ${name} -->\\n)([\\s\\S]*?)(\\n<!-- end -->)`)

test.each(Object.keys(SECTIONS))('docs/metrics.md has the table of %s as the program has it', (name) => {
  const written = SECTIONS[name] as string
  if (process.env.UPDATE_METRICS === '1') {
    const text = readFileSync(place, 'utf8')
    writeFileSync(
      place,
      text.replace(section(name), (_, begin: string, __, end: string) => `${begin}${written}${end}`),
    )
  }
  expect(section(name).exec(readFileSync(place, 'utf8'))?.[2]).toBe(written)
})
