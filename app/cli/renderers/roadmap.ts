// How answers about roadmaps of other tools read.
import { countList, type Renderer } from '../rendered-text.ts'
import { textTable, toCell } from '../text-table.ts'

interface Item {
  readonly artifactId: string
  readonly key: string
}
interface RoadmapText {
  readonly title: string
  readonly runId: string | null
  readonly written: { readonly state: string; readonly to: string; readonly url: string | null; readonly files: readonly string[] }
  readonly added: readonly (Item & { readonly fields: readonly { readonly field: string; readonly new: unknown }[] })[]
  readonly changed: readonly (Item & {
    readonly fields: readonly { readonly field: string; readonly old: unknown; readonly new: unknown }[]
  })[]
  readonly removed: readonly Item[]
  readonly drift: readonly (Item & {
    readonly fields: readonly { readonly field: string; readonly local: unknown; readonly external: unknown }[]
  })[]
  readonly unmapped: readonly (Item & { readonly field: string; readonly value: string; readonly reason: string })[]
  readonly violations: readonly { readonly artifactId: string; readonly message: string }[]
  readonly changeEntries: readonly { readonly id: string; readonly artifactId: string }[]
  readonly counts: Readonly<Record<string, number>>
  readonly notes: readonly string[]
}

const cell = (value: unknown): string => toCell(value).slice(0, 40)

const SAYS: Readonly<Record<string, string>> = {
  none: 'Nothing to write',
  planned: 'Nothing was written',
  written: 'Written',
  proposed: 'Proposed',
  declined: 'Declined by people before, and not proposed again',
  waiting: 'Not written: git has moved on',
}

function roadmapText({ written, ...answer }: RoadmapText): string {
  const row = (what: string, { artifactId, key }: Item, said: string) => [what, artifactId, key, said]
  const title = (fields: readonly { readonly field: string; readonly new: unknown }[]) =>
    cell(fields.find(({ field }) => field === 'title')?.new ?? '')
  const rows = [
    ...answer.added.map((item) => row('added', item, title(item.fields))),
    ...answer.changed.map((item) =>
      row('changed', item, item.fields.map(({ field, old, new: now }) => `${field}: ${cell(old)} → ${cell(now)}`).join('; ')),
    ),
    ...answer.removed.map((item) => row('removed', item, `${answer.title} has it no more`)),
    ...answer.drift.map((item) =>
      row(
        'drift',
        item,
        item.fields.map(({ field, local, external }) => `${field}: ${cell(local)} here, ${cell(external)} wins`).join('; '),
      ),
    ),
    ...answer.unmapped.map((item) => row('unmapped', item, `${item.field} "${cell(item.value)}": ${item.reason}`)),
  ]
  const lines = [
    ...answer.changeEntries.map(({ id, artifactId }) => `${artifactId} is complete: ${id} is a draft to be reviewed.`),
    ...answer.violations.map(({ message }) => `violation: ${message}`),
    ...answer.notes,
    `${SAYS[written.state] ?? written.state}${written.url ? `: ${written.url}` : ''} (${written.files.length} files, ${written.to}): ${countList(answer.counts)}`,
  ]
  const table = rows.length > 0 ? textTable(['what', 'road item', answer.title, 'how'], rows) : ''
  return `${table}${lines.map((line) => `${toCell(line)}\n`).join('')}`
}

export const ROADMAP_RENDERERS: Readonly<Record<string, Renderer>> = { 'import-roadmap': roadmapText, 'diff-roadmap': roadmapText }
