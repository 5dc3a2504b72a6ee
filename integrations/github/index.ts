// The GitHub provider: everything the product does at GitHub, each a function of a context, beside the clients that make the
// contexts. Use cases reach it as `ctx.providers.github` and import nothing from here.
import type { Provider } from '../engine/provider.ts'
import { writeFiles } from './branch-files.ts'
import { GOVERNANCE_CHECK } from './check-output.ts'
import { closeRun, findOpenRuns, parseExternalId, publishCheck } from './check-runs.ts'
import { type GitHubClients, type GitHubClientsOptions, makeGitHubClients, receiveEvent } from './client.ts'
import { assertGitHubConfig } from './config.ts'
import * as events from './events.ts'
import { toEvidenceEvent } from './evidence-events.ts'
import { diffFolders, listFolder, readBranchHead, readCommitTime, readFolder, readFolderSha, readMergeBase } from './git-tree.ts'
import { governedOnly, knownContents, readGovernedFiles, toText } from './governed-files.ts'
import { identify } from './identify.ts'
import { absenceOf } from './import/absence.ts'
import { makeProjectRoadmap } from './import/project-roadmap.ts'
import { REFRESH_SUBJECTS, REFRESHERS } from './import/refresh.ts'
import { IMPORT_STREAMS } from './import/streams.ts'
import { listChangedIssues } from './issues/changed-issues.ts'
import { toIssueInbound } from './issues/issue-inbound.ts'
import { parentIssue, toDesiredIssue } from './issues/issue-mapping.ts'
import { issueRefusalKey } from './issues/issue-refusal.ts'
import { makeIssueTarget } from './issues/issue-target.ts'
import { readPages, switchPagesOn } from './pages-site.ts'
import { missingPermissions } from './permissions.ts'
import { closeProposal, findProposal, putProposal, readProposal } from './proposals.ts'
import { findPullsByHead, readPull } from './pulls.ts'
import { readReadme } from './readme.ts'
import { renderCheck, renderOwnFailure } from './render-check.ts'
import { DELIVERY_CHECK, renderDelivery } from './render-delivery.ts'
import { parseFullName, readRepository, readRepositoryIfChanged, readRepositoryInstallation } from './repositories.ts'
import { readFileText, readSettingsText } from './settings-file.ts'
import { describeWebhook, verifyWebhook } from './webhooks.ts'
import { publishWiki } from './wiki/publish-wiki.ts'

export type { GitHubConfig } from './config.ts'
export type { EvidenceEventName } from './evidence-events.ts'

/** The functions of the provider; those that talk to GitHub take a `GitHubContext` first. */
export const githubProvider = Object.freeze({
  name: 'github',
  identify,
  verifyWebhook,
  describeWebhook,
  missingPermissions,
  /** Payloads of webhooks as what we keep of them. */
  events: Object.freeze({ ...events, toEvidenceEvent }),
  receiveEvent,
  readBranchHead,
  readMergeBase,
  readCommitTime,
  readFolder,
  readFolderSha,
  listFolder,
  diffFolders,
  readGovernedFiles,
  governedOnly,
  knownContents,
  toText,
  readSettingsText,
  readFileText,
  readReadme,
  readPull,
  findPullsByHead,
  putProposal,
  readProposal,
  findProposal,
  closeProposal,
  /** Generated files on a branch, and the Pages that serve them. */
  writeFiles,
  readPages,
  switchPagesOn,
  readRepository,
  readRepositoryIfChanged,
  readRepositoryInstallation,
  parseFullName,
  parseConfig: assertGitHubConfig,
  importStreams: IMPORT_STREAMS,
  roadmapOf: makeProjectRoadmap,
  /** Reading one thing again, by what it is. */
  refresh: REFRESHERS,
  refreshSubjects: REFRESH_SUBJECTS,
  absenceOf,
  renderCheck,
  renderOwnFailure,
  renderDelivery,
  publishWiki,
  makeIssueTarget,
  listChangedIssues,
  toDesiredIssue,
  parentIssue,
  toIssueInbound,
  issueRefusalKey,
  deliveryCheck: DELIVERY_CHECK,
  governanceCheck: GOVERNANCE_CHECK,
  publishCheck,
  parseExternalId,
  findOpenRuns,
  closeRun,
}) satisfies Provider

/** The provider together with the clients of this process's credentials. */
export type GitHubAccess = typeof githubProvider & GitHubClients

/** Opens nothing by itself: Probot and tokens come with the first request that needs them. */
export function makeGitHubAccess(options: GitHubClientsOptions): GitHubAccess {
  return Object.freeze({ ...githubProvider, ...makeGitHubClients(options) })
}
