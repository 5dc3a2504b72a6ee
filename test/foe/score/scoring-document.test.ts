// docs/scoring.md says how scores are made: its tables are those of the code, and its example comes out as it says. After a change on
// purpose, UPDATE_SCORING=1 npx jest test/foe/score/scoring-document.test.ts writes the tables.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { CONFLUENCE_METRICS } from '../../../integrations/foe/confluence/confluence-metric-table.ts'
import { GOVERNANCE_METRICS } from '../../../integrations/foe/governance-metrics.ts'
import { JIRA_METRICS } from '../../../integrations/foe/jira/jira-metric-table.ts'
import { DIMENSIONS, type Dimension } from '../../../integrations/foe/measure.ts'
import { METRICS } from '../../../integrations/foe/metric-table.ts'
import { known } from '../../../integrations/foe/metric-value.ts'
import { criteriaOf } from '../../../integrations/foe/score/criteria.ts'
import { BASES, type Criterion } from '../../../integrations/foe/score/criterion.ts'
import { MATURITY_BANDS, OVERALL_WEIGHTS, TRIANGLE_MINIMUMS } from '../../../integrations/foe/score/overall.ts'
import { READINGS } from '../../../integrations/foe/score/reading.ts'
import { sayNumber } from '../../../integrations/foe/score/say-number.ts'
import { scoreDimension } from '../../../integrations/foe/score/score-dimension.ts'
import { DIMENSION_NAMES, SUBSCORES } from '../../../integrations/foe/score/subscores.ts'
import { projectRoot } from '../../source-tree.ts'

const place = path.join(projectRoot, 'docs', 'scoring.md')
const table = (heads: readonly string[], rows: readonly (readonly unknown[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const everyCriterion = DIMENSIONS.flatMap((dimension) => SUBSCORES[dimension].flatMap((subscore) => criteriaOf(dimension, subscore)))
const placesOf = ({ places }: Criterion) =>
  places.map(({ source, metric, reading, per }) => {
    const { says } = READINGS[reading]
    return `${source} \`${metric}\`${says ? ` (${says})` : ''}${per ? ` ÷ \`${per}\`` : ''}`
  })
const bandsOf = ({ bands, unit, better }: Criterion) =>
  bands
    .map(([limit, points]) => `${unit === 'flag' ? 'yes' : `${better === 'more' ? '≥' : '≤'} ${sayNumber(unit, limit)}`}: ${points}`)
    .join(', ')

const criteriaTables = (dimension: Dimension): string =>
  SUBSCORES[dimension]
    .map((subscore) => {
      const rows = criteriaOf(dimension, subscore).map((criterion) => [
        criterion.label,
        criterion.weight,
        placesOf(criterion).join('; '),
        bandsOf(criterion),
        `${criterion.basis}: ${criterion.because}`,
      ])
      return `### ${subscore}\n\n${table(['Criterion', 'Weight', 'Figure', 'Points', 'Source of the bands'], rows)}`
    })
    .join('\n\n')

const evidence = [
  {
    source: 'github' as const,
    at: new Date('2026-05-01T00:00:00Z'),
    metrics: {
      buildTimeP50: known(12 * 60),
      buildTimeP90: known(50 * 60),
      failureRate: known(0.05),
      meanTimeToRecovery: known(2 * 3600),
      deploymentFrequency: known({ daily: 1.5 / 7, weekly: 1.5 }),
    },
  },
]
const example = scoreDimension('feedback', evidence)

const SECTIONS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(DIMENSIONS.map((dimension) => [dimension, criteriaTables(dimension)])),
  readings: table(
    ['Reading', 'Takes'],
    Object.entries(READINGS).flatMap(([name, { says }]) => (says ? [[name, says]] : [])),
  ),
  nothing: table(
    ['Criterion', 'When', 'Because'],
    everyCriterion.flatMap(({ label, nothing }) =>
      nothing ? [[label, `it has no data and \`${nothing.metric}\` is ${nothing.is ?? 'known'}`, nothing.says]] : [],
    ),
  ),
  governance: table(
    ['Figure', 'Counts'],
    Object.entries(GOVERNANCE_METRICS).map(([name, counts]) => [`\`${name}\``, counts]),
  ),
  bases: table(
    ['Source', 'Is'],
    Object.entries(BASES).map(([name, says]) => [name, says]),
  ),
  together: [
    table(
      ['Dimension', 'Share of the overall score', 'Minimum in the triangle'],
      DIMENSIONS.map((dimension) => [DIMENSION_NAMES[dimension], OVERALL_WEIGHTS[dimension], TRIANGLE_MINIMUMS[dimension]]),
    ),
    table(
      ['Overall from', 'Maturity'],
      MATURITY_BANDS.map(([from, word]) => [from, word]),
    ),
  ].join('\n\n'),
  example: table(
    ['Subscore', 'Score', 'Confidence', 'Given', 'Withheld'],
    example.subscores.map(({ name, score, confidence, evidence: given, deductions }) => [
      name,
      score,
      confidence,
      given.map(({ text, points, max }) => `${text}: ${points} of ${max}`).join('; '),
      deductions.map(({ points, criterion }) => `${points} (${criterion})`).join('; '),
    ]),
  ),
}

const section = (name: string): RegExp => new RegExp(`(<!-- table: ${name} -->\\n)([\\s\\S]*?)(<!-- end -->)`)

test.each(Object.keys(SECTIONS))('docs/scoring.md has the table of %s as the program has it', (name) => {
  const written = `${SECTIONS[name]}\n`
  if (process.env.UPDATE_SCORING === '1') {
    const text = readFileSync(place, 'utf8')
    writeFileSync(
      place,
      text.replace(section(name), (_, begin: string, __, end: string) => `${begin}${written}${end}`),
    )
  }
  expect(section(name).exec(readFileSync(place, 'utf8'))?.[2]).toBe(written)
})

test('the worked example comes out as docs/scoring.md computes it by hand', () => {
  const text = readFileSync(place, 'utf8').replace(/\s+/g, ' ')
  const scores = example.subscores.map(({ score }) => score)
  expect([scores, example.score, example.coverage]).toEqual([[14, 18, 0, 21], 53, 3])
  expect(text).toContain(`${scores.join(' + ')} = **${example.score}** of 100, with ${example.coverage} of 4 subscores covered`)
  expect(example.subscores[0]?.evidence.map(({ points, max }) => [points, max])).toEqual([
    [10, 15],
    [4, 10],
  ])
  expect(example.subscores[3]?.evidence.map(({ points, max }) => [points, max])).toEqual([
    [13, 13],
    [8, 12],
  ])
})

test('every criterion reads figures that imports bring, each in its direction', () => {
  const tables: Readonly<Record<string, Readonly<Record<string, { readonly better?: 'more' | 'less' | null }>>>> = {
    github: METRICS,
    jira: JIRA_METRICS,
    confluence: CONFLUENCE_METRICS,
    governance: Object.fromEntries(Object.keys(GOVERNANCE_METRICS).map((name) => [name, {}])),
  }
  const stray = everyCriterion.flatMap(({ label, places, better }) =>
    places.flatMap(({ source, metric, reading }) => {
      const row = tables[source]?.[metric]
      const isPlain = reading === 'number' || reading === 'flag'
      return !row || (isPlain && row.better && row.better !== better) ? [`${label}: ${source} ${metric}`] : []
    }),
  )
  expect(stray).toEqual([])
})
