// Tables in prose, as rows of plain text. A cell ends at a pipe that is not escaped, as in GitHub's markdown.

export type TableRow = Readonly<Record<string, string>>

const RULE = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$/
/** A longer line is no table row that anyone reads. */
const MAX_ROW_LENGTH = 10_000

/** Text of a cell or heading without emphasis and code marks. */
export const plainText = (markdown: string): string =>
  markdown
    .replaceAll('\\|', '|')
    .replaceAll(/\*\*|`/g, '')
    .trim()

/** The tables of some lines, each row keyed by its column's heading in lower case. */
export function readTables(lines: readonly string[]): readonly (readonly TableRow[])[] {
  const tables: TableRow[][] = []
  for (let at = 1; at < lines.length; at += 1) {
    if (!isRule(lines[at]) || !isRow(lines[at - 1])) continue
    const heads = cellsOf(lines[at - 1] ?? '').map((head) => head.toLowerCase())
    const rows: TableRow[] = []
    for (at += 1; at < lines.length && isRow(lines[at]); at += 1) {
      const cells = cellsOf(lines[at] ?? '')
      rows.push(Object.fromEntries(heads.map((head, column) => [head, cells[column] ?? ''])))
    }
    tables.push(rows)
  }
  return tables
}

const isRow = (line: string | undefined): boolean => line?.includes('|') === true && line.length <= MAX_ROW_LENGTH
const isRule = (line: string | undefined): boolean => isRow(line) && RULE.test(line ?? '')

function cellsOf(line: string): readonly string[] {
  const inner = line
    .trim()
    .replace(/^\|/, '')
    .replace(/(?<!\\)\|$/, '')
  return inner.split(/(?<!\\)\|/).map(plainText)
}
