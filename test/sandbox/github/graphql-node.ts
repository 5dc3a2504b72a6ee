// What every GraphQL object of the stand-in is made of: plain records whose members are values or functions of their arguments,
// and connections that make the nodes of one page.
import { type Actor, allows, sees } from './app-auth.ts'
import type { Series } from './series.ts'
import { type Account, nodeId, type Repository, type World } from './world.ts'

export type Json = Record<string, unknown>

/** Arguments as the schema has checked them. */
export interface Args {
  readonly [name: string]: unknown
}

export interface PageArgs {
  readonly first?: number | null
  readonly after?: string | null
  readonly last?: number | null
  readonly before?: string | null
}

/** Who asks, and of which world. */
export interface Graph {
  readonly world: World
  readonly actor: Actor
}

/** A fault of one field: it becomes null, and the answer's `errors` say why. */
export class GraphFault extends Error {
  override readonly name = 'GraphFault'
  readonly type: string

  constructor(type: string, message: string) {
    super(message)
    this.type = type
  }
}

const cursorOf = (index: number): string => Buffer.from(`cursor:${index}`).toString('base64')

function readCursor(cursor: string): number {
  const found = /^cursor:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8'))
  if (!found) throw new GraphFault('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`)
  return Number(found[1])
}

/** One page of a list. Cursors are places, so a list that grows at its front moves under them; GitHub's do not. */
export function connection<T>(series: Series<T>, args: PageArgs, toNode: (item: T) => Json): Json {
  let start = typeof args.after === 'string' ? readCursor(args.after) + 1 : 0
  let end = typeof args.before === 'string' ? Math.min(series.length, readCursor(args.before)) : series.length
  if (typeof args.first === 'number') end = Math.min(end, start + args.first)
  else if (typeof args.last === 'number') start = Math.max(start, end - args.last)
  let made: Json[] | undefined
  const nodes = () => {
    made ??= series.slice(start, end).map(toNode)
    return made
  }
  const filled = end > start
  return {
    nodes,
    edges: () => nodes().map((node, at) => ({ node, cursor: cursorOf(start + at) })),
    totalCount: series.length,
    pageInfo: {
      hasNextPage: end < series.length,
      hasPreviousPage: start > 0,
      startCursor: filled ? cursorOf(start) : null,
      endCursor: filled ? cursorOf(end - 1) : null,
    },
  }
}

/** An account as an `Actor`; null where it was deleted. A bot's login has no `[bot]` here, while REST writes it. */
export function toActor({ world }: Graph, account: Account | undefined): Json | null {
  if (!account || world.deletedAccounts.has(account.id)) return null
  const login = account.type === 'Bot' ? account.login.replace(/\[bot\]$/, '') : account.login
  return {
    __typename: account.type,
    id: nodeId(account.type, account.id),
    databaseId: account.id,
    login,
    name: null,
    url: `${world.htmlUrl}/${encodeURIComponent(login)}`,
    resourcePath: `/${encodeURIComponent(login)}`,
    avatarUrl: `${world.htmlUrl}/avatars/${account.id}`,
  }
}

/** Only people are `User`s. */
export const toPerson = (graph: Graph, account: Account | undefined): Json | null =>
  account?.type === 'User' ? toActor(graph, account) : null

export function canSee({ actor }: Graph, repository: Repository): boolean {
  return actor.kind !== 'app' && sees(actor, repository)
}

/** Refuses a field whose permission the asking App was not given. */
export function need({ actor }: Graph, permission: string): void {
  if (actor.kind !== 'installation' && actor.kind !== 'user') return
  if (!allows(actor.token.permissions, permission, 'read')) throw new GraphFault('FORBIDDEN', 'Resource not accessible by integration')
}

/** By the order the query asks for; `ascending` is its items in GitHub's usual order. */
export function ordered<T>(items: readonly T[], orderBy: unknown, by: (item: T, field: string) => number): T[] {
  const { field = 'CREATED_AT', direction = 'ASC' } = (orderBy ?? {}) as { field?: string; direction?: string }
  const sign = direction === 'DESC' ? -1 : 1
  return [...items].sort((a, b) => sign * (by(a, field) - by(b, field)))
}
