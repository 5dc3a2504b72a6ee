// What went well and what did not, from the points of the subscores.
import { DIMENSIONS } from '../measure.ts'
import type { DimensionScores, ScoredEvidence, Subscore } from '../score/score-dimension.ts'
import { ADVICE } from './advice.ts'
import { methodsFor } from './methods.ts'
import type { FoeReport, ReportFinding } from './report-schema.ts'

type Severity = ReportFinding['severity']

/** Severity of a deduction by the points it takes, worst first. */
const SEVERITY_OF_POINTS = [
  [9, 'high'],
  [4, 'medium'],
  [0, 'low'],
] as const satisfies readonly (readonly [number, Severity])[]

const severityOf = (points: number): Severity => SEVERITY_OF_POINTS.find(([from]) => points >= from)?.[1] ?? 'low'

/** A failure that no other result makes up for: all its criteria are on that side of the number. */
interface CriticalRule {
  readonly title: string
  readonly subscore: Subscore['name']
  readonly criteria: readonly (readonly [criterion: string, side: 'at least' | 'at most', number: number])[]
  readonly impact: string
  readonly recommendation: string
}

export const CRITICAL_RULES: readonly CriticalRule[] = [
  {
    title: 'Leaked secrets are open',
    subscore: 'Dependency Health',
    criteria: [['Leaked secrets still open', 'at least', 1]],
    impact: 'Whoever can read the repository can use them.',
    recommendation: ADVICE['Leaked secrets still open'] as string,
  },
  {
    title: 'Anybody may push to the default branch',
    subscore: 'Change Safety',
    criteria: [
      ['Approvals required', 'at most', 0],
      ['Status checks required', 'at most', 0],
    ],
    impact: 'A change reaches everybody without a second person or a passing test.',
    recommendation: 'Protect the default branch: require an approval and the checks of the build.',
  },
  {
    title: 'Most builds fail',
    subscore: 'Feedback Loop Investment',
    criteria: [['Failure rate of builds', 'at least', 0.5]],
    impact: 'A red build tells nobody anything any more.',
    recommendation: ADVICE['Failure rate of builds'] as string,
  },
  {
    title: 'Many serious vulnerabilities are open',
    subscore: 'Dependency Health',
    criteria: [['Open Dependabot alerts, critical or high', 'at least', 10]],
    impact: 'Known ways in stand open, and each is public.',
    recommendation: ADVICE['Open Dependabot alerts, critical or high'] as string,
  },
]

const subscoresOf = (scores: DimensionScores): readonly Subscore[] => DIMENSIONS.flatMap((dimension) => scores[dimension].subscores)

/** Critical failures the evidence shows. */
export function criticalFailuresOf(scores: DimensionScores): ReportFinding[] {
  const figures = new Map<string, ScoredEvidence>()
  for (const { evidence } of subscoresOf(scores)) for (const item of evidence) if (item.max > 0) figures.set(item.criterion, item)
  const fired = CRITICAL_RULES.filter(({ criteria }) =>
    criteria.every(([criterion, side, limit]) => {
      const number = figures.get(criterion)?.number ?? null
      return number !== null && (side === 'at least' ? number >= limit : number <= limit)
    }),
  )
  return fired.map(({ title, subscore, criteria, impact, recommendation }, at) => ({
    id: `crit-${at + 1}`,
    area: subscore,
    severity: 'critical',
    title,
    evidence: criteria.flatMap(([criterion]) => figures.get(criterion)?.text ?? []).join('; '),
    impact,
    recommendation,
    methods: methodsFor(subscore),
  }))
}

/** Every point withheld as a finding, and every figure that is missing; those that cost most first. */
export function gapsOf(scores: DimensionScores): ReportFinding[] {
  const withheld = subscoresOf(scores).flatMap(({ name, deductions }) =>
    deductions.map((deduction) => ({ name, weight: deduction.points, deduction })),
  )
  const missing = subscoresOf(scores).flatMap(({ name, gaps }) => gaps.map((gap) => ({ name, gap })))
  const findings: Omit<ReportFinding, 'id'>[] = [
    ...withheld
      .sort((left, right) => right.weight - left.weight)
      .map(({ name, deduction: { criterion, points, reason } }) => ({
        area: name,
        severity: severityOf(points),
        title: criterion,
        evidence: reason,
        impact: `${points} of the 25 points of ${name}`,
        recommendation: ADVICE[criterion] ?? '',
        methods: methodsFor(name),
      })),
    ...missing.map(({ name, gap }) => ({
      area: name,
      severity: gap.severity,
      title: gap.title,
      evidence: 'No figure has been imported or could be read.',
      impact: `${name} rests on less than it could, or on nothing: its score is no result there.`,
      recommendation: gap.recommendation,
      methods: [],
    })),
  ]
  return findings.map((finding, at) => ({ id: `gap-${at + 1}`, ...finding }))
}

const MOST_STRENGTHS = 6
const LEAST_STRENGTH = 3

/** Figures that earned everything they could, the weightiest first. */
export function strengthsOf(scores: DimensionScores): FoeReport['strengths'] {
  return subscoresOf(scores)
    .flatMap(({ name, confidence, evidence }) => evidence.map((item) => ({ name, confidence, item })))
    .filter(({ item }) => item.max >= LEAST_STRENGTH && item.points === item.max)
    .sort((left, right) => right.item.max - left.item.max)
    .slice(0, MOST_STRENGTHS)
    .map(({ name, confidence, item }, at) => ({
      id: `str-${at + 1}`,
      area: name,
      evidence: item.text,
      ...(confidence === 'low' ? { caveat: `${name} rests on few figures.` } : {}),
    }))
}
