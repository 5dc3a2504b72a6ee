// Reading one thing again, for events that say it may have changed. What is stored is what this answers, not what the event said:
// events arrive late, twice and out of order. A subject without a reader of its own is brought up to date by the streams that
// bring its kinds, whose further scans are cheap.
import type { FactKind } from '../../foe/facts/fact-kinds.ts'
import type { GitHubContext } from '../client.ts'
import { refreshAlert } from './alerts.ts'
import { refreshDeployment } from './deployments.ts'
import { refreshDiscussion } from './discussions.ts'
import { readDocuments } from './documents.ts'
import { readPosture } from './posture.ts'
import { refreshPullRequest } from './pull-requests.ts'
import { refreshRelease } from './releases.ts'
import type { FactBatch, ImportPlace } from './stream.ts'
import { refreshRun } from './workflow-runs.ts'

/** What can be read again, and the kinds of facts it is told by. */
export const REFRESH_SUBJECTS = {
  run: ['runs', 'jobs'],
  deployment: ['deployments'],
  release: ['releases'],
  'pull-request': ['pullRequests', 'reviews', 'reviewComments'],
  commits: ['commits'],
  documents: ['paths', 'pullRequestTemplate'],
  'dependabot-alert': ['dependabotAlerts'],
  'code-scanning-alert': ['codeScanningAlerts'],
  'secret-scanning-alert': ['secretAlerts'],
  posture: ['classicProtection', 'branchRules', 'mergeSettings'],
  discussion: ['discussions'],
  'gap-issues': ['gapIssues'],
  wiki: ['wikiPages'],
} as const satisfies Readonly<Record<string, readonly FactKind[]>>
export type RefreshSubject = keyof typeof REFRESH_SUBJECTS

/** Reads it again. @param ref GitHub's id of it, or its number where it has one; 0 for what a repository has one of */
export type Refresher = (github: GitHubContext, place: ImportPlace, ref: number) => Promise<FactBatch>

export const REFRESHERS: { readonly [Subject in RefreshSubject]?: Refresher } = Object.freeze({
  run: refreshRun,
  release: refreshRelease,
  'pull-request': refreshPullRequest,
  deployment: refreshDeployment,
  discussion: refreshDiscussion,
  documents: readDocuments,
  posture: async (github, place) => (await readPosture(github, [place])).get(place.repositoryId) ?? {},
  'dependabot-alert': (github, place, number) => refreshAlert(github, place, 'dependabotAlerts', number),
  'code-scanning-alert': (github, place, number) => refreshAlert(github, place, 'codeScanningAlerts', number),
  'secret-scanning-alert': (github, place, number) => refreshAlert(github, place, 'secretAlerts', number),
})
