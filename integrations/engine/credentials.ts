// How a request says who we are. Providers never see a credential: they build requests, the requester signs them.

export interface Credentials {
  /** The headers that authenticate; they replace headers of the same name. */
  headers(): Promise<Readonly<Record<string, string>>>
  /** Told that the provider did not accept them; true when `headers` will now give others, and one more try is worth it. */
  invalidate?(): Promise<boolean>
}

/** E-mail and API token, as Jira and Confluence Cloud take them. */
export function makeBasicCredentials(email: string, token: string): Credentials {
  const authorization = `Basic ${Buffer.from(`${email}:${token}`, 'utf8').toString('base64')}`
  return Object.freeze({ headers: async () => ({ authorization }) })
}

/** A personal access token of GitHub or of a Data Center, or an OAuth access token. */
export function makeBearerCredentials(token: string): Credentials {
  return Object.freeze({ headers: async () => ({ authorization: `Bearer ${token}` }) })
}

/** For clients that sign their requests themselves: Octokit with an App's key. */
export const noCredentials: Credentials = Object.freeze({ headers: async () => ({}) })
