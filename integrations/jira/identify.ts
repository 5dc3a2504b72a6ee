// Who we are at Jira, and what the account may not do: the answer of a connection test.
import type { Identity } from '../engine/provider.ts'
import { AppError } from '../kernel/errors.ts'
import type { JiraContext } from './context.ts'

/** What an export does, by the permission it takes; a missing one is named beforehand instead of failing on the way. */
export const PERMISSIONS = {
  BROWSE_PROJECTS: 'see the project and its issues',
  CREATE_ISSUES: 'create issues for road items',
  EDIT_ISSUES: 'keep issues in step with their road items',
  TRANSITION_ISSUES: 'move issues to the status of their road item',
  DELETE_ISSUES: 'remove issues that were created here',
} as const

/**
 * The account behind the credential; with a project key also which of the needed permissions are missing there. Throws
 * `provider-unauthenticated` for a credential that Jira does not know, which on some sites shows only as being nobody.
 */
export async function identify(context: JiraContext, projectKey?: string): Promise<Identity> {
  const account = await context.client.myself()
  if (!account.authenticated) {
    throw new AppError(
      'provider-unauthenticated',
      'Jira answered as to an anonymous visitor, so the e-mail and API token are not accepted. Make a new token at id.atlassian.com and connect Jira again.',
    )
  }
  const displayName = account.displayName ?? account.accountId
  if (projectKey === undefined) return { account: account.accountId, displayName, missing: [] }
  const { granted } = await context.client.myPermissions(projectKey, Object.keys(PERMISSIONS))
  const missing = Object.entries(PERMISSIONS).flatMap(([key, purpose]) =>
    granted.has(key)
      ? []
      : [`${key} in project ${projectKey}: needed to ${purpose}. A project administrator can grant it to ${displayName}.`],
  )
  return { account: account.accountId, displayName, missing }
}
