// Who we are at Confluence, and what the account and its token may not do: the answer of a connection test.
import type { Identity } from '../engine/provider.ts'
import { AppError, isAppError } from '../kernel/errors.ts'
import type { Space } from './client.ts'
import type { ConfluenceContext } from './context.ts'
import { PROPERTY_KEY } from './marker.ts'
import { CONFLUENCE_SCOPES, type ConfluenceScope, missingScopes } from './scopes.ts'

/** What publishing does, by the operation it takes. */
const OPERATIONS: Readonly<Record<string, string>> = {
  create: 'create pages',
  update: 'keep pages in step with git',
  delete: 'remove pages that were created here',
}

/** What the answer is about besides the account. */
export interface Asked {
  readonly spaceKey?: string | undefined
  /** Scopes of the consent, where they are known. */
  readonly granted?: readonly string[] | undefined
}

/** The gateway refuses a token without the scope before Confluence hears of the request. */
async function unlessScope<T>(request: Promise<T>): Promise<T | 'no scope'> {
  try {
    return await request
  } catch (error) {
    if (isAppError(error) && error.code === 'provider-forbidden' && error.details.status === 401) return 'no scope'
    throw error
  }
}

/** Scopes that can be told without writing: each stands for a read that it takes. Who we are was asked already. */
async function probeScopes({ client }: ConfluenceContext, knowsAccount: boolean): Promise<string[]> {
  const reads: readonly (readonly [ConfluenceScope, () => Promise<unknown>])[] = [
    ['read:space:confluence', () => client.space('NONE')],
    ['read:page:confluence', () => client.page('1', PROPERTY_KEY)],
    ['search:confluence', () => client.search('type = page', { propertyKey: PROPERTY_KEY, limit: 1 })],
  ]
  const missing: ConfluenceScope[] = knowsAccount ? [] : ['read:confluence-user']
  for (const [scope, read] of reads) if ((await unlessScope(read())) === 'no scope') missing.push(scope)
  return missingScopes((Object.keys(CONFLUENCE_SCOPES) as ConfluenceScope[]).filter((scope) => !missing.includes(scope)))
}

function spaceProblems(allowed: ReadonlySet<string> | undefined, spaceKey: string, displayName: string): string[] {
  if (!allowed) return []
  return Object.entries(OPERATIONS).flatMap(([operation, purpose]) =>
    allowed.has(operation)
      ? []
      : [
          `Permission to ${operation} pages in space ${spaceKey}: needed to ${purpose}. A space administrator can grant it to ${displayName}.`,
        ],
  )
}

/** What is missing in the space; nothing is said of it where its scope is missing. */
async function checkSpace({ client }: ConfluenceContext, spaceKey: string, displayName: string): Promise<string[]> {
  const space: Space | undefined | 'no scope' = await unlessScope(client.space(spaceKey))
  if (space === 'no scope') return []
  if (!space)
    return [
      `Space ${spaceKey}: there is none, or ${displayName} may not see it. Check spaceKey, or ask an administrator of the space for access.`,
    ]
  return spaceProblems(await client.pageOperations(space), spaceKey, displayName)
}

/**
 * The account behind the credential; with a space key also what is missing there, and behind the gateway which scopes are. Throws
 * `provider-unauthenticated` where Confluence answered as to nobody.
 */
export async function identify(context: ConfluenceContext, { spaceKey, granted }: Asked = {}): Promise<Identity> {
  const account = await unlessScope(context.client.me())
  const { id, displayName } = account === 'no scope' ? { id: 'unknown', displayName: 'the account of the token' } : account
  if (id === '')
    throw new AppError(
      'provider-unauthenticated',
      'Confluence answered as to an anonymous visitor, so the credential is not accepted. Make a new token and connect Confluence again.',
    )
  const isKnown = granted !== undefined && granted.length > 0
  const scopes = isKnown ? missingScopes(granted) : context.isGateway ? await probeScopes(context, account !== 'no scope') : []
  const inSpace = spaceKey === undefined ? [] : await checkSpace(context, spaceKey, displayName)
  return { account: id, displayName, missing: [...scopes, ...inSpace] }
}
