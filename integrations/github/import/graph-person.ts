// Accounts as GraphQL names them, as the facts keep them: the same as REST would, so that one person is one person.
import { z } from 'zod'
import type { Person } from '../../foe/people.ts'

/** Null for an account that was deleted. */
export const ActorAnswer = z.object({ __typename: z.string(), login: z.string(), databaseId: z.int().nullish() }).nullish()

/** GraphQL leaves the `[bot]` of an App's login away; REST, webhooks and lists of bots have it. */
export function toPerson(actor: z.infer<typeof ActorAnswer>): Person | null {
  if (!actor) return null
  const isApp = actor.__typename === 'Bot' && !actor.login.toLowerCase().endsWith('[bot]')
  return {
    id: actor.databaseId === undefined || actor.databaseId === null ? null : String(actor.databaseId),
    login: isApp ? `${actor.login}[bot]` : actor.login,
    type: actor.__typename,
  }
}

/** `fullDatabaseId` where the server has it: ids have outgrown the 32 bits of `databaseId`. */
export const IdAnswer = { id: z.string(), databaseId: z.int().nullish(), fullDatabaseId: z.union([z.string(), z.int()]).nullish() }

/** REST's id; the node's where GitHub tells no other. */
export const toId = ({
  id,
  databaseId,
  fullDatabaseId,
}: {
  id: string
  databaseId?: number | null | undefined
  fullDatabaseId?: string | number | null | undefined
}): string => String(fullDatabaseId ?? databaseId ?? id)
