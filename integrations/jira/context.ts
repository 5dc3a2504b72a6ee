// What every function of this provider takes first: the connection's requests, and the site they go to.
import type { ProviderContext } from '../engine/provider.ts'
import { type JiraClient, type JiraEdition, makeJiraClient } from './client.ts'

export interface JiraContext extends ProviderContext {
  readonly client: JiraClient
  /** Where people open the site; differs from the address of the API behind the OAuth gateway. */
  readonly siteUrl: string
}

export interface JiraSite {
  /** Address that `/rest/api/3` is appended to: the site, or `https://api.atlassian.com/ex/jira/{cloudId}`. */
  readonly baseUrl: string
  /** Default: Cloud. */
  readonly edition?: JiraEdition
  /** Default: the base URL. */
  readonly siteUrl?: string
  readonly context: ProviderContext
}

/** Opens nothing; the first request loads the library. */
export function makeJiraContext(site: JiraSite): JiraContext {
  const client = makeJiraClient({ baseUrl: site.baseUrl, edition: site.edition ?? 'cloud', context: site.context })
  return Object.freeze({ ...site.context, client, siteUrl: (site.siteUrl ?? site.baseUrl).replace(/\/+$/, '') })
}

/** The page of an issue, for people. */
export const issueUrl = (context: Pick<JiraContext, 'siteUrl'>, key: string): string =>
  `${context.siteUrl}/browse/${encodeURIComponent(key)}`
