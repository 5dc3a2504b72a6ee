import { html } from 'hono/html'
import type { AppContext } from '../../context.ts'
import { readImport } from '../../usecases/read-import.ts'
import { readReport } from '../../usecases/read-report.ts'
import { readReportEvidence } from '../../usecases/read-report-evidence.ts'
import { figuresOf, REPORT_BLOCKS } from '../figures.ts'
import type { Html, Page } from '../page.ts'
import { badge, card, facts, link, table } from '../parts.ts'
import { scoreOf, subscoreTable } from '../scores.ts'
import { instant } from '../words.ts'

const DIMENSIONS = [
  ['feedback', 'Feedback'],
  ['understanding', 'Understanding'],
  ['confidence', 'Confidence'],
] as const

type Evidence = Awaited<ReturnType<typeof readReportEvidence.run>>

/** The figures of each import the report was built from. */
async function evidenceCards(ctx: AppContext, { imports }: Evidence): Promise<readonly Html[]> {
  const shown = await Promise.all(
    imports.map(async ({ importId, provider, dimension }) => {
      const blocks = REPORT_BLOCKS[provider === 'github' ? `github ${dimension}` : provider] ?? []
      if (blocks.length === 0) return []
      const { metrics } = await readImport.run(ctx, { id: importId })
      return blocks.map((block) => card(block.title, figuresOf(block, metrics)))
    }),
  )
  return shown.flat()
}

/** A report: three scores, their parts, and the figures they rest on. Findings have a page of their own. */
export const reportPage: Page = {
  path: '/reports/:scanId',
  section: '/reports',
  async load(ctx, { params }) {
    const id = params.scanId ?? ''
    const evidence = await readReportEvidence.run(ctx, { id })
    const cards = await evidenceCards(ctx, evidence)
    const dimensions = DIMENSIONS.map(([dimension, name]) => {
      const { score, coverage, subscores } = evidence.scores[dimension]
      return card(name, html`${scoreOf(score, coverage)}${subscoreTable(subscores)}`, dimension)
    })
    const about = facts([
      ['Repository', link(evidence.repositoryUrl, evidence.repository)],
      ['Overall', html`<span class="score">${evidence.overallScore}</span> of 100`],
      ['Maturity', badge(evidence.maturityLevel.toUpperCase(), 'plain')],
      ['Made', instant(evidence.scanDate)],
      ['With Katalyst since', evidence.handedOverAt && instant(evidence.handedOverAt)],
      ['More', html`<a href="/reports/${id}/findings">What was found, and what to do</a>`],
    ])
    return {
      title: `Report on ${evidence.repository}`,
      body: html`${card('At a glance', about)}<div class="cards">${dimensions}</div><div class="cards">${cards}</div>`,
    }
  },
}

type Report = Awaited<ReturnType<typeof readReport.run>>

const findingRows = (findings: Report['gaps']) =>
  findings.map(({ title, severity, area, evidence, recommendation }) => [
    title,
    badge(severity, severity === 'low' ? 'plain' : severity === 'medium' ? 'warn' : 'bad'),
    area,
    evidence,
    recommendation,
  ])

/** What the points were given and withheld for. */
const reasons = (evidence: Evidence): Html =>
  html`${DIMENSIONS.map(([dimension, name]) =>
    card(
      name,
      html`${evidence.scores[dimension].subscores.map(
        (subscore) => html`<h3>${subscore.name}: ${subscore.score} of ${subscore.max}</h3>
<ul>${subscore.evidence.map(({ text, points, max, url }) => html`<li>${points} of ${max}: ${text} ${url ? link(url, 'source') : ''}</li>`)}${subscore.gaps.map(({ title, recommendation }) => html`<li>${title}. ${recommendation}</li>`)}</ul>`,
      )}`,
      dimension,
    ),
  )}`

/** Summary, findings, recommendations and the reasons for every point. */
export const findingsPage: Page = {
  path: '/reports/:scanId/findings',
  section: '/reports',
  async load(ctx, { params }) {
    const id = params.scanId ?? ''
    const [report, evidence] = await Promise.all([readReport.run(ctx, { id }), readReportEvidence.run(ctx, { id })])
    const { triangleDiagnosis: triangle } = report
    const headings = ['What', 'Severity', 'Where', 'Seen', 'What to do']
    const diagnosis = facts([
      [
        'Cycle',
        badge(triangle.cycleHealth, triangle.cycleHealth === 'virtuous' ? 'good' : triangle.cycleHealth === 'at-risk' ? 'warn' : 'bad'),
      ],
      ['Pattern', triangle.pattern],
      ['Weakest', triangle.weakestPrinciple],
      ['Step', triangle.intervention],
    ])
    const advice = table(
      'Most urgent first',
      ['What', 'When', 'Effect', 'How'],
      report.recommendations.map(({ title, priority, impact, description, methods }) => [
        title,
        priority,
        impact,
        html`${description} ${(methods ?? []).map(({ methodId, title: method }) => html`${badge(`${methodId} ${method}`, 'plain')} `)}`,
      ]),
      'Nothing to recommend.',
    )
    return {
      title: `What was found in ${report.repository}`,
      body: html`<p class="lead">${report.executiveSummary}</p>
<p><a href="/reports/${id}">Back to the report</a></p>
${card('Diagnosis', diagnosis)}
${report.criticalFailures.length > 0 ? card('Critical', table('Most severe first', headings, findingRows(report.criticalFailures))) : ''}
${card('To do', advice)}
${card('What is missing', table('Most severe first', headings, findingRows(report.gaps), 'Nothing.'))}
${card(
  'What is strong',
  table(
    'Where it is so',
    ['Where', 'Seen'],
    report.strengths.map(({ area, evidence: seen }) => [area, seen]),
    'Nothing stands out yet.',
  ),
)}
<h2>Why these points</h2>${reasons(evidence)}
${card('How it was made', html`<ul>${report.methodology.confidenceNotes.map((note) => html`<li>${note}</li>`)}</ul>`)}`,
    }
  },
}
