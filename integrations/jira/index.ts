// The Jira provider: everything the product does at Jira. Use cases reach it as `ctx.providers.jira` and import nothing from
// here. A connection (`JiraSite`: the address and the context of its requests) becomes a `JiraContext` by `contextOf`, and
// the functions that talk to Jira take that first.
import type { Provider } from '../engine/provider.ts'
import { listChangedIssues } from './changed-issues.ts'
import { examine } from './check-setup.ts'
import { parseJiraConfig } from './config.ts'
import { makeJiraContext } from './context.ts'
import { dropWebhooks, keepWebhook, listMissedDeliveries } from './dynamic-webhooks.ts'
import { makeEpicRoadmap } from './epic-roadmap.ts'
import { makeJiraTarget } from './export.ts'
import { identify } from './identify.ts'
import { jiraImports } from './import/index.ts'
import { toInbound } from './inbound.ts'
import { toDesiredIssue } from './mapping.ts'
import { markerOf } from './marker.ts'
import { refusalKey, sayRefusal } from './refusal-comment.ts'
import { removeIssue } from './remove-issue.ts'
import { JIRA_SCOPES } from './scopes.ts'
import { resolveJira } from './setup.ts'
import { isSynced } from './synced-kinds.ts'
import { verifyWebhookToken } from './webhook-token.ts'
import { describeWebhook, readIssueIds, verifyWebhook } from './webhooks.ts'

export type { JiraEdition } from './client.ts'
export type { JiraConfig } from './config.ts'
export { JiraConfigFile, parseJiraConfig } from './config.ts'
export type { JiraContext, JiraSite } from './context.ts'
export type { JiraTarget } from './export.ts'
export type { IssueScope } from './import/import-jql.ts'
export type { JiraReads } from './import/import-reads.ts'
export type { ImportPlace } from './import/read-project.ts'
export type { Inbound } from './inbound.ts'
export type { DesiredIssue, Mapped, MappedItem } from './mapping.ts'
export type { Refusal } from './refusal-comment.ts'
export type { RemoteIssue } from './remote-issue.ts'
export type { RemovedIssue } from './remove-issue.ts'
export type { JiraSetup, ResolvedJira } from './setup.ts'
export type { SyncedArtifact, SyncedKind } from './synced-kinds.ts'
export type { WorkflowGraph } from './workflow.ts'

/** The functions of the provider. */
export const jiraProvider = Object.freeze({
  name: 'jira',
  contextOf: makeJiraContext,
  identify,
  examine,
  verifyWebhook,
  verifyWebhookToken,
  describeWebhook,
  webhooks: Object.freeze({ keep: keepWebhook, drop: dropWebhooks, listMissed: listMissedDeliveries }),
  readIssueIds,
  listChangedIssues,
  parseConfig: parseJiraConfig,
  resolve: resolveJira,
  toDesiredIssue,
  markerOf,
  makeTarget: makeJiraTarget,
  removeIssue,
  toInbound,
  refusalKey,
  isSynced,
  scopes: JIRA_SCOPES,
  sayRefusal,
  imports: jiraImports,
  roadmapOf: makeEpicRoadmap,
}) satisfies Provider
