// Who we are at Jira, and what the account may not do: the answer of a connection test.
import type { Identity } from '../engine/provider.ts'
import { AppError, isAppError } from '../kernel/errors.ts'
import type { Account } from './answers.ts'
import type { JiraContext } from './context.ts'

/** What an export does, by the permission it takes; a missing one is named beforehand instead of failing on the way. */
export const PERMISSIONS = {
  BROWSE_PROJECTS: 'see the project and its issues',
  CREATE_ISSUES: 'create issues for road items',
  EDIT_ISSUES: 'keep issues in step with their road items',
  TRANSITION_ISSUES: 'move issues to the status of their road item',
  DELETE_ISSUES: 'remove issues that were created here',
  ADD_COMMENTS: 'say on an issue why a change of it is refused',
  LINK_ISSUES: 'link issues to their files',
} as const

const HOW = {
  cloud:
    'the e-mail and API token are not accepted. Make a new token at id.atlassian.com and connect Jira again; a Data Center takes a personal access token instead (authType pat, or JIRA_PAT).',
  'data-center':
    'the personal access token is not accepted. Make a new one in the profile of the account and connect Jira again; Jira Cloud takes the e-mail and API token of an account instead.',
} as const

/** What can be done about it is the same however Jira says that it does not know the credential. */
const notAccepted = ({ client }: JiraContext, how: string, cause?: unknown) =>
  new AppError('provider-unauthenticated', `${how}, so ${HOW[client.edition]}`, { cause })

async function whoAmI(context: JiraContext): Promise<Account> {
  try {
    await assertEdition(context)
    const account = await context.client.myself()
    if (account.authenticated) return account
  } catch (error) {
    if (isAppError(error) && error.code === 'provider-unauthenticated') throw notAccepted(context, 'Jira refuses the credential', error)
    throw error
  }
  throw notAccepted(context, 'Jira answered as to an anonymous visitor')
}

/** What the account may be is told by what stands at the address: neither product knows the other's credentials. */
async function assertEdition({ client }: JiraContext): Promise<void> {
  const deployment = await client.deploymentType()
  const edition = deployment === 'Cloud' ? 'cloud' : 'data-center'
  if (edition === client.edition) return
  throw new AppError(
    'config-invalid',
    edition === 'cloud'
      ? 'This address is a Jira Cloud site, which takes no personal access tokens. Connect it with the e-mail and an API token of an account.'
      : 'This address is a Jira Data Center, which takes no API tokens of Atlassian accounts. Connect it with a personal access token (authType pat, or JIRA_PAT).',
    { details: { deploymentType: deployment } },
  )
}

/**
 * The account behind the credential; with a project key also which of the needed permissions are missing there. Throws
 * `provider-unauthenticated` for a credential that Jira does not know, which on some sites shows only as being nobody, and
 * `config-invalid` for one of the other product.
 */
export async function identify(context: JiraContext, projectKey?: string): Promise<Identity> {
  const account = await whoAmI(context)
  const displayName = account.displayName ?? account.accountId
  const missing = projectKey === undefined ? [] : await missingPermissions(context, projectKey, displayName)
  return { account: account.accountId, displayName, missing }
}

/** Which of the needed permissions the account lacks in the project. @throws AppError `provider-not-found` for a project it cannot see */
export async function missingPermissions({ client }: JiraContext, projectKey: string, displayName: string): Promise<string[]> {
  const { granted } = await client.myPermissions(projectKey, Object.keys(PERMISSIONS))
  return Object.entries(PERMISSIONS).flatMap(([key, purpose]) =>
    granted.has(key)
      ? []
      : [`${key} in project ${projectKey}: needed to ${purpose}. A project administrator can grant it to ${displayName}.`],
  )
}
