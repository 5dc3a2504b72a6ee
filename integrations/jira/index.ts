// The Jira provider: everything the product does at Jira, each a function of a context. Use cases reach it as
// `ctx.providers.jira` and import nothing from here.
import type { Provider } from '../engine/provider.ts'
import { parseJiraConfig } from './config.ts'
import { type JiraContext, type JiraSite, makeJiraContext } from './context.ts'
import { makeJiraTarget } from './export.ts'
import { identify } from './identify.ts'
import { toDesiredIssue } from './mapping.ts'
import { markerOf } from './marker.ts'
import { removeIssue } from './remove-issue.ts'
import { resolveJira } from './setup.ts'
import { describeWebhook, verifyWebhook } from './webhooks.ts'

export type { JiraConfig } from './config.ts'
export type { JiraContext } from './context.ts'
export type { JiraSetup } from './setup.ts'

/** The functions of the provider; those that talk to Jira take a `JiraContext` first. */
export const jiraProvider = Object.freeze({
  name: 'jira',
  identify,
  verifyWebhook,
  describeWebhook,
  parseConfig: parseJiraConfig,
  resolve: resolveJira,
  toDesiredIssue,
  markerOf,
  makeTarget: makeJiraTarget,
  removeIssue,
}) satisfies Provider

export interface JiraConnectOptions {
  /** Lets only reads out; default false. */
  readonly dryRun?: boolean
}

export interface JiraAccessOptions {
  /** The site that is connected now; throws `not-configured` when none is. Asked each time, so that rotation needs no restart. */
  readonly siteFor: (options: { readonly dryRun: boolean }) => Promise<JiraSite>
}

/** The provider together with the way to the connected site. */
export type JiraAccess = typeof jiraProvider & {
  connect(options?: JiraConnectOptions): Promise<JiraContext>
}

/** Opens nothing by itself: the library comes with the first request. */
export function makeJiraAccess(options: JiraAccessOptions): JiraAccess {
  const connect = async (wanted: JiraConnectOptions = {}) => makeJiraContext(await options.siteFor({ dryRun: wanted.dryRun ?? false }))
  return Object.freeze({ ...jiraProvider, connect })
}
