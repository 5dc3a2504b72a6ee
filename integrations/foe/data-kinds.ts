// Which kinds of facts each data type is computed from: what an import has to read for it, and what it need not.
import type { FactKind } from './facts/fact-kinds.ts'
import type { Feature } from './gap.ts'
import { type DataType, type Dimension, dataTypesOf } from './measure.ts'

/** Deployments are laid to pull requests through the commits they contain; releases stand in where there are no deployments. */
const DELIVERY: readonly FactKind[] = ['releases', 'deployments', 'incidents', 'commits', 'pullRequests']

/** `jobs` feed no figure yet: they are kept beside their runs, because a later window could not ask for them again. */
export const KINDS_OF_DATA: Readonly<Record<DataType, readonly FactKind[]>> = {
  'workflow-runs': ['runs', 'jobs'],
  releases: DELIVERY,
  deployments: DELIVERY,
  'test-artifacts': ['testArtifacts'],
  'pr-descriptions': ['pullRequests', 'pullRequestTemplate'],
  'commit-messages': ['commits', 'pullRequests'],
  'documentation-presence': ['paths'],
  wiki: ['wikiPages'],
  discussions: ['discussions'],
  'pr-reviews': ['pullRequests', 'reviews', 'reviewComments'],
  'branch-protection': ['classicProtection', 'branchRules'],
  'merge-policies': ['classicProtection', 'branchRules', 'mergeSettings'],
  'dependabot-alerts': ['dependabotAlerts'],
  'code-scanning': ['codeScanningAlerts', 'secretAlerts'],
}

/** The feature whose permission or switch a kind depends on; undefined for what only refines other figures. */
export const FEATURE_OF_KIND: Readonly<Record<FactKind, Feature | undefined>> = {
  runs: 'workflow-runs',
  jobs: 'workflow-runs',
  testArtifacts: 'test-artifacts',
  releases: 'releases',
  deployments: 'deployments',
  incidents: undefined,
  pullRequests: 'pull-requests',
  reviews: 'pull-requests',
  reviewComments: 'pull-requests',
  commits: 'commits',
  wikiPages: 'wiki',
  discussions: 'discussions',
  gapIssues: undefined,
  dependabotAlerts: 'dependabot-alerts',
  codeScanningAlerts: 'code-scanning',
  secretAlerts: 'secret-scanning',
  paths: 'documents',
  pullRequestTemplate: undefined,
  classicProtection: 'branch-protection',
  branchRules: 'branch-protection',
  mergeSettings: 'merge-settings',
}

/** The kinds an import of a dimension reads; `asked` as in `measureGithub`. */
export function kindsOf(dimension: Dimension, asked: readonly string[] | null = null): readonly FactKind[] {
  const dataTypes = dataTypesOf(dimension).filter((dataType) => !asked?.length || asked.includes(dataType))
  const gaps: readonly FactKind[] = dimension === 'understanding' ? ['gapIssues'] : []
  return [...new Set([...dataTypes.flatMap((dataType) => KINDS_OF_DATA[dataType]), ...gaps])]
}
