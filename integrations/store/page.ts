// Lists are read a page at a time, newest first, by the id of the last row seen: a row that appears meanwhile shifts nothing.
import { AppError } from '../kernel/errors.ts'

export interface PageRequest {
  /** How many rows at most; 50 when left out. */
  readonly limit?: number
  /** The `nextCursor` of the page before. */
  readonly cursor?: string
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Absent on the last page. */
  readonly nextCursor?: string
}

export const PAGE_LIMIT = 50

/** The id a cursor stands for; throws `bad-request` for a text that we never gave out. */
export function parseCursor(cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  const id = Number(cursor)
  if (!Number.isSafeInteger(id) || id <= 0 || id > 2_147_483_647)
    throw new AppError('bad-request', 'cursor: expected the nextCursor of an earlier page.')
  return id
}

/** Cuts `limit + 1` rows to a page; the extra row only says that there is more. */
export function toPage<Row extends { readonly id: number }, T>(rows: readonly Row[], limit: number, toValue: (row: Row) => T): Page<T> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const items = shown.map(toValue)
  return rows.length > limit && last ? { items, nextCursor: String(last.id) } : { items }
}
