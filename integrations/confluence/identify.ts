// Who we are at Confluence, and what the account may not do in the space: the answer of a connection test.
import type { Identity } from '../engine/provider.ts'
import { AppError } from '../kernel/errors.ts'
import type { ConfluenceContext } from './context.ts'

/** What publishing does, by the operation it takes. */
const OPERATIONS: Readonly<Record<string, string>> = {
  create: 'create pages',
  update: 'keep pages in step with git',
  delete: 'remove pages that were created here',
}

/**
 * The account behind the credential; with a space key also what is missing there. Throws `provider-unauthenticated` where
 * Confluence answered as to nobody.
 */
export async function identify({ client }: ConfluenceContext, spaceKey?: string): Promise<Identity> {
  const { id, displayName } = await client.me()
  if (id === '')
    throw new AppError(
      'provider-unauthenticated',
      'Confluence answered as to an anonymous visitor, so the credential is not accepted. Make a new token and connect Confluence again.',
    )
  if (spaceKey === undefined) return { account: id, displayName, missing: [] }
  const space = await client.space(spaceKey)
  if (!space)
    return {
      account: id,
      displayName,
      missing: [
        `Space ${spaceKey}: there is none, or ${displayName} may not see it. Check spaceKey, or ask an administrator of the space for access.`,
      ],
    }
  const allowed = await client.pageOperations(space)
  if (!allowed) return { account: id, displayName, missing: [] }
  const missing = Object.entries(OPERATIONS).flatMap(([operation, purpose]) =>
    allowed.has(operation)
      ? []
      : [
          `Permission to ${operation} pages in space ${spaceKey}: needed to ${purpose}. A space administrator can grant it to ${displayName}.`,
        ],
  )
  return { account: id, displayName, missing }
}
