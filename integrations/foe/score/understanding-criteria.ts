// Understanding: how well somebody new can find out what this is, why it is so, and where to change it.
import type { Criterion } from './criterion.ts'
import { confluence, github, governance } from './criterion.ts'

const architectureClarity: readonly Criterion[] = [
  {
    label: 'Architecture decision records',
    weight: 11,
    places: [github('adrCount'), governance('adrCount'), confluence('byType', 'decisionPages')],
    unit: 'count',
    better: 'more',
    bands: [
      [11, 11],
      [4, 8],
      [1, 4],
    ],
    basis: 'katalyst',
    because: 'more than ten, more than three, any',
  },
  {
    label: 'Quality of design documents',
    weight: 8,
    places: [confluence('architectureQuality')],
    unit: 'percent',
    better: 'more',
    bands: [
      [80, 8],
      [60, 6],
      [40, 3],
      [20, 1],
    ],
    basis: 'ours',
    because: 'even steps of the share of expected parts',
  },
  {
    label: 'Capabilities that stories or road items trace to',
    weight: 6,
    places: [governance('capabilityTracedRate')],
    unit: 'fraction',
    better: 'more',
    bands: [
      [0.9, 6],
      [0.6, 4],
      [0.3, 2],
    ],
    basis: 'ours',
    because: 'even steps; one in ten may be new',
  },
]

const domainModeling: readonly Criterion[] = [
  {
    label: 'Bounded contexts described',
    weight: 7,
    places: [governance('boundedContextCount')],
    unit: 'count',
    better: 'more',
    bands: [
      [2, 7],
      [1, 4],
    ],
    basis: 'katalyst',
    because: 'bounded contexts: multiple',
  },
  {
    label: 'Aggregates described',
    weight: 6,
    places: [governance('aggregateCount')],
    unit: 'count',
    better: 'more',
    bands: [
      [3, 6],
      [1, 3],
    ],
    basis: 'katalyst',
    because: 'tactical patterns; how many is ours',
  },
  {
    label: 'Value objects described',
    weight: 4,
    places: [governance('valueObjectCount')],
    unit: 'count',
    better: 'more',
    bands: [
      [3, 4],
      [1, 2],
    ],
    basis: 'katalyst',
    because: 'tactical patterns; how many is ours',
  },
  {
    label: 'Domain events described',
    weight: 4,
    places: [governance('domainEventCount')],
    unit: 'count',
    better: 'more',
    bands: [
      [3, 4],
      [1, 2],
    ],
    basis: 'katalyst',
    because: 'tactical patterns; how many is ours',
  },
  {
    label: 'Glossary pages',
    weight: 2,
    places: [confluence('byType', 'glossaryPages')],
    unit: 'count',
    better: 'more',
    bands: [[1, 2]],
    basis: 'katalyst',
    because: 'domain documentation: glossary',
  },
  {
    label: 'Discussions',
    weight: 2,
    places: [github('discussionCount')],
    unit: 'count',
    better: 'more',
    bands: [
      [5, 2],
      [1, 1],
    ],
    basis: 'ours',
    because: 'knowledge that people ask and answer in the open; a weak sign of a model',
  },
]

const flag = (label: string, weight: number, metric: string, because: string): Criterion => ({
  label,
  weight,
  places: [github(metric, 'flag')],
  unit: 'flag',
  better: 'more',
  bands: [[1, weight]],
  basis: 'communityProfile',
  because,
})

const share = (label: string, weight: number, metric: string, source: typeof github, because: string): Criterion => ({
  label,
  weight,
  places: [source(metric)],
  unit: 'percent',
  better: 'more',
  bands: [
    [80, weight],
    [50, weight / 2],
  ],
  basis: 'ours',
  because,
})

const documentationQuality: readonly Criterion[] = [
  flag('README', 4, 'hasReadme', 'the first page anybody reads'),
  flag('Contributing guide', 3, 'hasContributing', 'how to take part'),
  flag('Licence', 1, 'hasLicense', 'what others may do'),
  flag('Security policy', 1, 'hasSecurityPolicy', 'whom to tell'),
  {
    label: 'Changelog',
    weight: 2,
    places: [github('hasChangelog', 'flag')],
    unit: 'flag',
    better: 'more',
    bands: [[1, 2]],
    basis: 'ours',
    because: 'what changed, for those who use it',
  },
  share('Freshness of the wiki', 2, 'wikiFreshness', github, 'what nobody touched in half a year is doubted'),
  share('Freshness of the documentation', 4, 'documentationFreshness', confluence, 'what nobody touched in half a year is doubted'),
  share('Expected kinds of documents', 4, 'documentationCoverage', confluence, 'five of the six expected kinds, and half of them'),
  share('Runbooks with what an operator needs', 4, 'operationalCoverage', confluence, 'trigger, steps, rollback and owner'),
]

const codeOrganization: readonly Criterion[] = [
  {
    label: 'Quality of pull request descriptions',
    weight: 7,
    places: [github('prDescriptionQuality')],
    unit: 'percent',
    better: 'more',
    bands: [
      [75, 7],
      [55, 5],
      [35, 2],
    ],
    basis: 'ours',
    because: 'a reason, a linked issue and a test note make 70 of 100; the steps take one of them away each',
  },
  {
    label: 'Clarity of commit messages',
    weight: 6,
    places: [github('commitMessageClarity')],
    unit: 'percent',
    better: 'more',
    bands: [
      [85, 6],
      [70, 4],
      [50, 2],
    ],
    basis: 'ours',
    because: 'all points but the body; then one quality less each',
  },
  {
    label: 'Pull requests with a linked issue',
    weight: 5,
    places: [github('linkedIssueRate')],
    unit: 'fraction',
    better: 'more',
    bands: [
      [0.8, 5],
      [0.5, 3],
      [0.25, 1],
    ],
    basis: 'ours',
    because: 'one in five may be too small for an issue',
  },
  {
    label: 'Conventional commits',
    weight: 3,
    places: [github('conventionalCommitsRate')],
    unit: 'fraction',
    better: 'more',
    bands: [
      [0.9, 3],
      [0.6, 2],
      [0.3, 1],
    ],
    basis: 'conventionalCommits',
    because: 'a convention works when nearly all follow it; the steps are ours',
  },
  {
    label: 'Commits with a linked issue',
    weight: 2,
    places: [github('commitLinkedIssueRate')],
    unit: 'fraction',
    better: 'more',
    bands: [
      [0.5, 2],
      [0.2, 1],
    ],
    basis: 'ours',
    because: 'the pull request may carry the link instead, so half is enough',
  },
  {
    label: 'CODEOWNERS',
    weight: 2,
    places: [github('hasCodeowners', 'flag')],
    unit: 'flag',
    better: 'more',
    bands: [[1, 2]],
    basis: 'ours',
    because: 'says who knows which part',
  },
]

export const UNDERSTANDING_CRITERIA = {
  'Architecture Clarity': architectureClarity,
  'Domain Modeling': domainModeling,
  'Documentation Quality': documentationQuality,
  'Code Organization': codeOrganization,
} as const
