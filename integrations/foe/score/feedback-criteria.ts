// Feedback: how soon and how often people learn whether what they did works.
import type { Criterion } from './criterion.ts'
import { github, jira } from './criterion.ts'

const MINUTE = 60
const HOUR = 3600
const DAY = 86_400

const ciPipelineSpeed: readonly Criterion[] = [
  {
    label: 'Median build time',
    weight: 12,
    places: [github('buildTimeP50')],
    unit: 'seconds',
    better: 'less',
    bands: [
      [10 * MINUTE, 12],
      [20 * MINUTE, 8],
      [30 * MINUTE, 5],
      [60 * MINUTE, 2],
    ],
    basis: 'doraCapabilities',
    because: 'ten minutes are the limit named there; the steps below it are ours',
  },
  {
    label: 'Build time, 90th percentile',
    weight: 8,
    places: [github('buildTimeP90')],
    unit: 'seconds',
    better: 'less',
    bands: [
      [20 * MINUTE, 8],
      [40 * MINUTE, 5],
      [60 * MINUTE, 3],
      [120 * MINUTE, 1],
    ],
    basis: 'ours',
    because: 'one build in ten may take twice as long as the median should',
  },
  {
    label: 'Build time, 99th percentile',
    weight: 5,
    places: [github('buildTimeP99')],
    unit: 'seconds',
    better: 'less',
    bands: [
      [40 * MINUTE, 5],
      [80 * MINUTE, 3],
      [160 * MINUTE, 1],
    ],
    basis: 'ours',
    because: 'twice the 90th percentile: what nobody waits for is cancelled or ignored',
  },
]

const deploymentFrequency: readonly Criterion[] = [
  {
    label: 'Deliveries to production per day',
    weight: 15,
    places: [github('deploymentFrequency', 'perDay'), jira('deploymentFrequency', 'perDay')],
    unit: 'perDay',
    better: 'more',
    bands: [
      [1, 15],
      [1 / 7, 11],
      [1 / 30.44, 7],
      [1 / 365.25, 2],
    ],
    basis: 'dora',
    because: 'elite, high and medium; once a year at least is the last step, ours',
  },
  {
    label: 'Lead time for changes',
    weight: 7,
    places: [github('leadTimeForChanges')],
    unit: 'seconds',
    better: 'less',
    bands: [
      [DAY, 7],
      [7 * DAY, 5],
      [30.44 * DAY, 2],
    ],
    basis: 'dora',
    because: 'elite, high and medium',
  },
  {
    label: 'Release cadence is not falling',
    weight: 3,
    places: [github('releaseCadenceTrend', 'notFalling')],
    unit: 'flag',
    better: 'more',
    bands: [[1, 3]],
    basis: 'ours',
    because: 'a steady cadence is as good as a rising one',
  },
]

const testCoverage: readonly Criterion[] = [
  {
    label: 'Test results reported by the builds',
    weight: 15,
    places: [github('testResults', 'tests')],
    unit: 'count',
    better: 'more',
    bands: [
      [200, 15],
      [50, 11],
      [1, 6],
    ],
    basis: 'ours',
    because: 'no report tells the share of lines; that many results tell that tests are part of the work, and more is no longer better',
  },
  {
    label: 'Tests that really run',
    weight: 10,
    places: [github('testResults', 'executed')],
    unit: 'fraction',
    better: 'more',
    bands: [
      [0.95, 10],
      [0.85, 6],
      [0.7, 3],
    ],
    basis: 'katalyst',
    because: 'less than 5 % skipped; the steps below it are ours',
  },
]

const feedbackLoopInvestment: readonly Criterion[] = [
  {
    label: 'Failure rate of builds',
    weight: 7,
    places: [github('failureRate')],
    unit: 'fraction',
    better: 'less',
    bands: [
      [0.1, 7],
      [0.2, 5],
      [0.35, 2],
    ],
    basis: 'ours',
    because: 'builds of pull requests fail to teach something; a third of all builds teaches people to look away',
  },
  {
    label: 'Mean time to recovery of builds',
    weight: 6,
    places: [github('meanTimeToRecovery')],
    unit: 'seconds',
    better: 'less',
    bands: [
      [HOUR, 6],
      [DAY, 4],
      [7 * DAY, 1],
    ],
    basis: 'dora',
    because: 'the bands of time to restore, applied to builds',
    nothing: { metric: 'failureRate', is: 0, says: 'no build failed, so nothing had to recover' },
  },
  {
    label: 'Average cycle time',
    weight: 5,
    places: [jira('averageCycleTime')],
    unit: 'seconds',
    better: 'less',
    bands: [
      [3 * DAY, 5],
      [7 * DAY, 4],
      [14 * DAY, 2],
      [30.44 * DAY, 1],
    ],
    basis: 'ours',
    because: 'within half a week, a week, and a two-week sprint',
  },
  {
    label: 'Average lead time',
    weight: 2,
    places: [jira('averageLeadTime')],
    unit: 'seconds',
    better: 'less',
    bands: [
      [14 * DAY, 2],
      [60 * DAY, 1],
    ],
    basis: 'ours',
    because: 'a backlog has its reasons, so waiting weighs less than working',
  },
  {
    label: 'Sprint completion rate',
    weight: 3,
    places: [jira('completionRate')],
    unit: 'fraction',
    better: 'more',
    bands: [
      [0.8, 3],
      [0.6, 2],
      [0.4, 1],
    ],
    basis: 'ours',
    because: 'four of five commitments kept leave room for what a sprint teaches',
  },
  {
    label: 'Columns within their work-in-progress limits',
    weight: 2,
    places: [jira('wip', 'withinLimits')],
    unit: 'fraction',
    better: 'more',
    bands: [
      [1, 2],
      [0.75, 1],
    ],
    basis: 'ours',
    because: 'a limit that is passed is no limit',
  },
]

export const FEEDBACK_CRITERIA = {
  'CI Pipeline Speed': ciPipelineSpeed,
  'Deployment Frequency': deploymentFrequency,
  'Test Coverage': testCoverage,
  'Feedback Loop Investment': feedbackLoopInvestment,
} as const
