// What is missing, and what to do about it: data, so that answers, pages and documents say the same words.
import type { AbsenceReason } from './collected.ts'

export type GapSeverity = 'critical' | 'high' | 'medium' | 'low'

export interface Gap {
  readonly code: string
  readonly title: string
  readonly recommendation: string
  readonly severity: GapSeverity
}

/**
 * Things GitHub can have switched off or hide: their name, the permission of a GitHub App that reads them, where they are
 * switched on, and how much it matters.
 */
export const FEATURES = {
  'workflow-runs': { title: 'Workflow runs', permission: 'actions: read', enable: 'Settings → Actions', severity: 'high' },
  'test-artifacts': { title: 'Artifacts of workflow runs', permission: 'actions: read', enable: 'Settings → Actions', severity: 'medium' },
  releases: { title: 'Releases', permission: 'contents: read', enable: 'the Releases page', severity: 'medium' },
  deployments: { title: 'Deployments', permission: 'deployments: read', enable: 'Settings → Environments', severity: 'high' },
  'pull-requests': { title: 'Pull requests', permission: 'pull_requests: read', enable: 'Settings → General', severity: 'high' },
  commits: { title: 'Commits', permission: 'contents: read', enable: 'a first commit', severity: 'high' },
  documents: { title: 'Files', permission: 'contents: read', enable: 'a first commit', severity: 'medium' },
  wiki: { title: 'The wiki', permission: 'contents: read', enable: 'Settings → Features → Wikis', severity: 'low' },
  discussions: { title: 'Discussions', permission: 'discussions: read', enable: 'Settings → Features → Discussions', severity: 'low' },
  'branch-protection': { title: 'Branch protection', permission: 'administration: read', enable: 'Settings → Branches', severity: 'high' },
  'merge-settings': { title: 'Merge settings', permission: 'administration: read', enable: 'Settings → General', severity: 'low' },
  'dependabot-alerts': {
    title: 'Dependabot alerts',
    permission: 'vulnerability_alerts: read',
    enable: 'Settings → Code security → Dependabot alerts',
    severity: 'high',
  },
  'code-scanning': {
    title: 'Code scanning',
    permission: 'security_events: read',
    enable: 'Settings → Code security → Code scanning',
    severity: 'high',
  },
  'secret-scanning': {
    title: 'Secret scanning',
    permission: 'secret_scanning_alerts: read',
    enable: 'Settings → Code security → Secret scanning',
    severity: 'high',
  },
} as const satisfies Readonly<Record<string, { title: string; permission: string; enable: string; severity: GapSeverity }>>

export type Feature = keyof typeof FEATURES

/** Things that were looked for and are not there. */
export const MISSING_THINGS = {
  'test-results-none': [
    'No test results',
    'Upload the test report (JUnit XML, TRX, go test -json, Jest or Vitest JSON, TAP) as an artifact of the workflow.',
    'medium',
  ],
  'releases-none': ['No release', 'Publish a GitHub release for each version, so that the cadence can be measured.', 'low'],
  'deployments-none': [
    'No production deployment',
    'Name an environment in the deploying workflow job, so that GitHub records deployments; tell us the name if it does not begin with "prod".',
    'medium',
  ],
  'readme-missing': ['No README', 'Add a README that says what this is, how to start it and how to work on it.', 'high'],
  'contributing-missing': ['No contributing guide', 'Add CONTRIBUTING.md: how changes are proposed, tested and reviewed.', 'medium'],
  'changelog-missing': ['No changelog', 'Keep CHANGELOG.md, by hand or from Conventional Commits.', 'low'],
  'adr-none': ['No architecture decision records', 'Write the next decision down as docs/adr/0001-title.md.', 'medium'],
  'wiki-empty': ['No wiki page', 'Nothing is wrong if documents live elsewhere; else write the first page.', 'low'],
  'branch-unprotected': ['The default branch is not protected', 'Add a ruleset or branch protection for the default branch.', 'high'],
  'reviews-not-required': ['Reviews are not required', 'Require at least one approval before merging.', 'high'],
  'status-checks-not-required': ['Status checks are not required', 'Require the checks of the build before merging.', 'high'],
  'signed-commits-not-required': ['Signed commits are not required', 'Require signed commits on the default branch.', 'low'],
} as const satisfies Readonly<Record<string, readonly [title: string, recommendation: string, severity: GapSeverity]>>

export type MissingThing = keyof typeof MISSING_THINGS

/** The gap of a thing that was looked for and is not there. */
export function gapOfMissing(code: MissingThing): Gap {
  const [title, recommendation, severity] = MISSING_THINGS[code]
  return { code, title, recommendation, severity }
}

/** The gap of a feature that could not be read: what to switch on, or which permission to grant. */
export function gapOfAbsence(feature: Feature, reason: AbsenceReason): Gap {
  const { title, permission, enable, severity } = FEATURES[feature]
  const gap = (said: string, recommendation: string): Gap => ({
    code: `${feature}-${reason}`,
    title: `${title}: ${said}`,
    recommendation,
    severity,
  })
  switch (reason) {
    case 'not-enabled':
      return gap('not enabled', `Switch it on: ${enable}.`)
    case 'no-permission':
      return gap('not permitted', `Grant the permission "${permission}" to the App or token and import again.`)
    case 'not-found':
      return gap('not found', `Check that the repository exists and that the App or token may read it ("${permission}").`)
    case 'not-collected':
      return gap('not imported', `Import it: nothing has asked GitHub for it yet (data type ${feature}).`)
  }
}

/** Issues that somebody labelled as a gap in the documentation, open at the instant, oldest first. */
export const gapsOfIssues = (
  issues: readonly {
    readonly number: number
    readonly title: string
    readonly url: string
    readonly createdAt: Date
    readonly closedAt: Date | null
  }[],
  at: Date,
): readonly Gap[] =>
  issues
    .filter(({ createdAt, closedAt }) => createdAt < at && (closedAt === null || closedAt >= at))
    .sort((left, right) => left.number - right.number)
    .map(({ number, title, url }) => ({
      code: `documentation-gap-${number}`,
      title: `Documentation gap: ${title}`,
      recommendation: `Write what issue #${number} asks for: ${url}`,
      severity: 'medium',
    }))
