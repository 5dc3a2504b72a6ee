// The GitHub provider: everything the product does at GitHub, each a function of a context, beside the clients that make the
// contexts. Use cases reach it as `ctx.providers.github` and import nothing from here.
import type { Provider } from '../engine/provider.ts'
import { GOVERNANCE_CHECK } from './check-output.ts'
import { closeRun, findOpenRuns, parseExternalId, publishCheck } from './check-runs.ts'
import { type GitHubClients, type GitHubClientsOptions, makeGitHubClients, receiveEvent } from './client.ts'
import * as events from './events.ts'
import { diffFolders, listFolder, readBranchHead, readCommitTime, readFolder, readFolderSha, readMergeBase } from './git-tree.ts'
import { governedOnly, knownContents, readGovernedFiles, toText } from './governed-files.ts'
import { identify } from './identify.ts'
import { missingPermissions } from './permissions.ts'
import { findPullsByHead, readPull } from './pulls.ts'
import { renderCheck, renderOwnFailure } from './render-check.ts'
import { parseFullName, readRepository } from './repositories.ts'
import { readSettingsText } from './settings-file.ts'
import { describeWebhook, verifyWebhook } from './webhooks.ts'

/** The functions of the provider; those that talk to GitHub take a `GitHubContext` first. */
export const githubProvider = Object.freeze({
  name: 'github',
  identify,
  verifyWebhook,
  describeWebhook,
  missingPermissions,
  /** Payloads of webhooks as what we keep of them. */
  events: Object.freeze({ ...events }),
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
  readPull,
  findPullsByHead,
  readRepository,
  parseFullName,
  renderCheck,
  renderOwnFailure,
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
