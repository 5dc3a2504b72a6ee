// How far an import has read, per connection and stream. The three texts are the provider's own and never interpreted here.
import type { Cursor as Row } from '../../prisma/generated/sqlite/client.ts'
import type { Db } from './db.ts'

export interface StreamCursor {
  readonly connectionId: string
  readonly stream: string
  /** Where the scan under way continues; undefined between scans. */
  readonly cursor: string | undefined
  /** How far the last complete scan came. */
  readonly watermark: string | undefined
  /** The newest thing the scan under way has seen. */
  readonly candidate: string | undefined
  /** Pages of the scan under way that were applied. */
  readonly pages: number
  readonly updatedAt: Date
}

const toCursor = (row: Row): StreamCursor => ({
  ...row,
  cursor: row.cursor ?? undefined,
  watermark: row.watermark ?? undefined,
  candidate: row.candidate ?? undefined,
})

export async function findCursor(db: Db, connectionId: string, stream: string): Promise<StreamCursor | undefined> {
  const row = await db.prisma.cursor.findUnique({ where: { connectionId_stream: { connectionId, stream } } })
  return row ? toCursor(row) : undefined
}

/** Records how far a stream is; belongs into the transaction that applies the page. */
export async function saveCursor(db: Db, cursor: StreamCursor): Promise<void> {
  const { connectionId, stream, ...rest } = cursor
  const columns = { ...rest, cursor: rest.cursor ?? null, watermark: rest.watermark ?? null, candidate: rest.candidate ?? null }
  await db.prisma.cursor.upsert({
    where: { connectionId_stream: { connectionId, stream } },
    create: { connectionId, stream, ...columns },
    update: columns,
  })
}

/**
 * Forgets how far the last complete scan came and keeps the place of the one under way: it then reads to the end, as for a longer
 * window than the last.
 */
export async function forgetWatermark(db: Db, connectionId: string, stream: string): Promise<void> {
  await db.prisma.cursor.updateMany({ where: { connectionId, stream }, data: { watermark: null } })
}

/** Forgets how far a stream, or every stream of a connection, has been read: the next import starts over. */
export async function deleteCursors(db: Db, connectionId: string, stream?: string): Promise<void> {
  await db.prisma.cursor.deleteMany({ where: { connectionId, ...(stream === undefined ? {} : { stream }) } })
}
