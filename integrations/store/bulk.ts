// Many rows in one statement: the rows travel as one JSON parameter and are spread out by the database (`json_each` on
// SQLite, `jsonb_to_recordset` on PostgreSQL), which is some 20 times faster than a statement per row on both.
import type { Db } from './db.ts'
import { toJson } from './json.ts'

/** Column types as SQLite reads them out of JSON, and as PostgreSQL declares them. */
const COLUMN_TYPES = {
  text: 'text',
  int: 'integer',
  bigint: 'bigint',
  float: 'double precision',
  boolean: 'boolean',
  instant: 'timestamp(3)',
  json: 'jsonb',
} as const

export type ColumnType = keyof typeof COLUMN_TYPES

export interface BulkTable<Column extends string> {
  /** Table and column names are constants of this folder, never input: they are written into the statement. */
  readonly table: string
  readonly columns: Readonly<Record<Column, ColumnType>>
  /** The columns of the unique key that decides between insert and update. */
  readonly key: readonly Column[]
  /** Columns that an update leaves alone, such as the creation time. */
  readonly keep?: readonly Column[]
  /** Expressions for columns whose new value depends on the old one; `excluded` is the row that was to be inserted. */
  readonly update?: Readonly<Partial<Record<Column, string>>>
  /** A condition on the row that is there and `excluded`, under which it is updated at all; always when left out. */
  readonly when?: string
}

// Bounds the size of one statement and of one JSON text; larger batches gain nothing measurable.
const ROWS_PER_STATEMENT = 500

const quote = (name: string) => `"${name}"`

function cell(type: ColumnType, value: unknown): unknown {
  if (value === undefined || value === null) return undefined
  // The form Prisma itself writes on SQLite, where instants are text and are compared as text.
  if (value instanceof Date) return value.toISOString().replace('Z', '+00:00')
  if (type === 'json' || typeof value === 'string') return toJson(value)
  return typeof value === 'bigint' ? Number(value) : value
}

/** The row's key as text; undefined when a part of it is null, since nulls never collide. */
function keyOf<Column extends string>(table: BulkTable<Column>, row: Readonly<Record<Column, unknown>>): string | undefined {
  const parts = table.key.map((column) => cell(table.columns[column], row[column]))
  return parts.includes(undefined) ? undefined : JSON.stringify(parts)
}

function upsertStatement(dialect: Db['dialect'], table: BulkTable<string>): string {
  const columns = Object.entries(table.columns)
  const names = columns.map(([name]) => quote(name)).join(', ')
  const kept = new Set([...table.key, ...(table.keep ?? [])])
  const updates = columns
    .filter(([name]) => !kept.has(name))
    .map(([name]) => `${quote(name)} = ${table.update?.[name] ?? `excluded.${quote(name)}`}`)
  const condition = table.when === undefined ? '' : ` WHERE ${table.when}`
  const change = updates.length > 0 ? `UPDATE SET ${updates.join(', ')}${condition}` : 'NOTHING'
  const conflict = `ON CONFLICT (${table.key.map(quote).join(', ')}) DO ${change}`
  if (dialect === 'postgresql') {
    const record = columns.map(([name, type]) => `${quote(name)} ${COLUMN_TYPES[type]}`).join(', ')
    return `INSERT INTO ${quote(table.table)} (${names}) SELECT ${names} FROM jsonb_to_recordset($1::jsonb) AS rows(${record}) ${conflict}`
  }
  // `->` keeps JSON text for Json columns (a string stays quoted), `->>` gives the plain value; `WHERE true` is SQLite's
  // grammar for an upsert that selects.
  const cells = columns.map(([name, type]) => `row.value ${type === 'json' ? '->' : '->>'} '$.${name}'`).join(', ')
  return `INSERT INTO ${quote(table.table)} (${names}) SELECT ${cells} FROM json_each(?) AS row WHERE true ${conflict}`
}

/**
 * Inserts the rows, or updates those whose key is there. A value that is null or undefined becomes SQL null. A key may
 * stand in `rows` once only (PostgreSQL refuses to touch a row twice in one statement): of several, the last wins.
 */
export async function upsertRows<Column extends string>(
  db: Db,
  table: BulkTable<Column>,
  rows: readonly Readonly<Record<Column, unknown>>[],
): Promise<void> {
  const unique = new Map(rows.map((row, index) => [keyOf(table, row) ?? index, row]))
  const columns = Object.entries(table.columns) as [Column, ColumnType][]
  const plain = [...unique.values()].map((row) => Object.fromEntries(columns.map(([name, type]) => [name, cell(type, row[name])])))
  const statement = upsertStatement(db.dialect, table)
  for (let at = 0; at < plain.length; at += ROWS_PER_STATEMENT) {
    await db.prisma.$executeRawUnsafe(statement, JSON.stringify(plain.slice(at, at + ROWS_PER_STATEMENT)))
  }
}
