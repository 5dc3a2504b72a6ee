// Connections to providers: where, as whom (sealed), and whether they work. Sealing is the caller's, with kernel/secrets.
import type { Connection as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'
import { fromJsonObject, type JsonObject } from './json.ts'

export const CONNECTION_KINDS = ['app', 'pat', 'api-token', 'oauth'] as const
export type ConnectionKind = (typeof CONNECTION_KINDS)[number]

export const CONNECTION_STATUSES = ['ok', 'needs-attention'] as const
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number]

export interface Connection {
  /** Ours, such as `jira`. */
  readonly id: string
  readonly provider: string
  readonly name: string
  readonly baseUrl: string
  readonly kind: ConnectionKind
  /** What `SecretBox.seal` made of the credentials, for the binding of `credentialsBinding`. */
  readonly credentials: string | undefined
  readonly settings: JsonObject
  readonly status: ConnectionStatus
  /** Why it needs attention, in a sentence for an admin. */
  readonly reason: string | undefined
  readonly createdAt: Date
  readonly updatedAt: Date
}

/** The row a connection's credentials are sealed for. */
export const credentialsBinding = (connectionId: string) => `connection:${connectionId}:credentials`

const toConnection = ({ renewUntil: _renewUntil, ...row }: Row): Connection => ({
  ...row,
  kind: row.kind as ConnectionKind,
  status: row.status as ConnectionStatus,
  settings: fromJsonObject(row.settings),
  credentials: row.credentials ?? undefined,
  reason: row.reason ?? undefined,
})

/** Makes or replaces a connection; the creation time of an existing one stays. */
export async function saveConnection(
  db: Db,
  connection: Omit<Connection, 'createdAt' | 'updatedAt'> & { readonly at: Date },
): Promise<Connection> {
  const { at, id, credentials, reason, settings, ...rest } = connection
  const columns = { ...rest, settings: { ...settings }, credentials: credentials ?? null, reason: reason ?? null, updatedAt: at }
  return toConnection(await db.prisma.connection.upsert({ where: { id }, create: { id, ...columns, createdAt: at }, update: columns }))
}

/** Says whether a connection works; true when there is such a connection. */
export async function markConnection(
  db: Db,
  id: string,
  mark: { readonly status: ConnectionStatus; readonly reason?: string; readonly at: Date },
): Promise<boolean> {
  const { count } = await db.prisma.connection.updateMany({
    where: { id },
    data: { status: mark.status, reason: mark.reason ?? null, updatedAt: mark.at },
  })
  return count > 0
}

export async function findConnection(db: Db, id: string): Promise<Connection | undefined> {
  const row = await db.prisma.connection.findUnique({ where: { id } })
  return row ? toConnection(row) : undefined
}

/** All connections, or those of one provider, by id. */
export async function listConnections(db: Db, filter: { readonly provider?: string } = {}): Promise<readonly Connection[]> {
  return (await db.prisma.connection.findMany({ where: filter, orderBy: { id: 'asc' } })).map(toConnection)
}

/** Takes the right to renew a connection's tokens until an instant; false while another process has it. */
export async function takeRenewal(db: Db, id: string, now: Date, until: Date): Promise<boolean> {
  const free = { OR: [{ renewUntil: null }, { renewUntil: { lte: now } }] }
  return (await db.prisma.connection.updateMany({ where: { id, ...free }, data: { renewUntil: until } })).count === 1
}

/** Ends a renewal, with the new credentials where there are some: both are one change. */
export async function endRenewal(db: Db, id: string, credentials: string | undefined, at: Date): Promise<void> {
  const data = { renewUntil: null, ...(credentials === undefined ? {} : { credentials, status: 'ok', reason: null, updatedAt: at }) }
  await db.prisma.connection.updateMany({ where: { id }, data })
}

/** Removes a connection with its sealed credentials; links and runs stay. True when there was one. */
export async function removeConnection(db: Db, id: string): Promise<boolean> {
  return (await db.prisma.connection.deleteMany({ where: { id } })).count > 0
}
