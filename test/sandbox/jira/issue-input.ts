// What may be said about an issue's fields: in `fields` or in `update`, not in both; only what is on the screen; every value
// of its kind. All faults of a request are reported together, by field, as Jira does.
import { isRecord } from './answer.ts'
import { FIELD_KINDS, type Parsed } from './field-kinds.ts'
import type { FieldDefinition, FieldValue } from './fields.ts'
import { findField, findIssue, type Site, type SiteIssueType } from './site.ts'

export interface ReadFields {
  readonly values: Readonly<Record<string, FieldValue>>
  /** Comments asked for in `update.comment`. */
  readonly comments: readonly unknown[]
  readonly problems: Readonly<Record<string, string>>
}

export interface ReadOptions {
  readonly site: Site
  /** Field ids on the screen, true when required. */
  readonly screen: ReadonlyMap<string, boolean>
  /** Values before the request: what `add` and `remove` work on. */
  readonly current: Readonly<Record<string, FieldValue>>
  /** Fields that other code reads. */
  readonly skip?: readonly string[]
}

const notSettable = (id: string) => `Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`

function parseValue(value: unknown, field: FieldDefinition, site: Site): Parsed {
  if (field.kind === 'readOnly') return { problem: notSettable(field.id) }
  if (value === null) return field.id === 'summary' ? { problem: 'You must specify a summary of the issue.' } : { value: emptyOf(field) }
  return FIELD_KINDS[field.kind].parse(value, field, site)
}

/** What a cleared field holds. */
export const emptyOf = (field: FieldDefinition): FieldValue => (field.kind === 'labels' || field.kind === 'options' ? [] : null)

function applyOperation(operation: unknown, current: FieldValue, field: FieldDefinition, site: Site): Parsed {
  const [name, value] = isRecord(operation) ? (Object.entries(operation)[0] ?? []) : []
  if (name === 'set') return parseValue(value, field, site)
  if (name !== 'add' && name !== 'remove') return { problem: `Operation '${name ?? 'none'}' is not known.` }
  if (field.kind !== 'labels' && field.kind !== 'options') return { problem: `Field '${field.id}' does not support operation '${name}'.` }
  const parsed = FIELD_KINDS[field.kind].parse([value], field, site)
  if ('problem' in parsed) return parsed
  const before = Array.isArray(current) ? (current as string[]) : []
  const item = (parsed.value as string[])[0] ?? ''
  const after = name === 'add' ? [...before, item] : before.filter((entry) => entry !== item)
  return { value: [...new Set(after)].toSorted() }
}

/** Reads `fields` and `update` of a create, edit or transition. */
export function readFields(body: { readonly fields?: unknown; readonly update?: unknown }, options: ReadOptions): ReadFields {
  const { site, screen, current, skip = [] } = options
  const fields = isRecord(body.fields) ? body.fields : {}
  const update = isRecord(body.update) ? body.update : {}
  const values: Record<string, FieldValue> = {}
  const problems: Record<string, string> = {}
  const comments: unknown[] = []
  const read = (id: string, parse: (field: FieldDefinition) => Parsed) => {
    const field = findField(site, id)
    if (field === undefined || !screen.has(id)) {
      problems[id] = notSettable(id)
      return
    }
    const parsed = parse(field)
    if ('problem' in parsed) problems[id] = parsed.problem
    else values[id] = parsed.value
  }
  for (const [id, value] of Object.entries(fields)) {
    if (skip.includes(id)) continue
    if (Object.hasOwn(update, id)) problems[id] = `Field '${id}' cannot appear in both 'fields' and 'update'`
    else read(id, (field) => parseValue(value, field, site))
  }
  for (const [id, operations] of Object.entries(update)) {
    if (Object.hasOwn(fields, id)) continue
    const list = Array.isArray(operations) ? operations : []
    if (id === 'comment') {
      for (const operation of list) comments.push(isRecord(operation) && isRecord(operation.add) ? operation.add.body : undefined)
      continue
    }
    read(id, (field) =>
      list.reduce<Parsed>((before, operation) => ('problem' in before ? before : applyOperation(operation, before.value, field, site)), {
        value: current[id] ?? emptyOf(field),
      }),
    )
  }
  return { values, comments, problems }
}

/** A message for each required field that has no value. */
export function missingRequired(
  site: Site,
  screen: ReadonlyMap<string, boolean>,
  values: Readonly<Record<string, FieldValue | undefined>>,
): Record<string, string> {
  const problems: Record<string, string> = {}
  for (const [id, required] of screen) {
    const value = values[id]
    const empty = value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
    if (required && empty)
      problems[id] = id === 'summary' ? 'You must specify a summary of the issue.' : `${findField(site, id)?.name ?? id} is required.`
  }
  return problems
}

/** Why the parent does not fit the type, or undefined. A parent is one level above its child; sub-tasks must have one. */
export function parentProblem(site: Site, type: SiteIssueType, parent: FieldValue | undefined, projectId: string): string | undefined {
  if (parent === undefined || parent === null)
    return type.level === -1 ? 'Issue type is a sub-task but parent issue key or id not specified.' : undefined
  const issue = findIssue(site, String(parent))
  const level = site.types.find(({ id }) => id === issue?.typeId)?.level
  if (issue === undefined || level !== type.level + 1) return 'Given parent work item does not belong to appropriate hierarchy.'
  return type.level === -1 && issue.projectId !== projectId ? 'A sub-task belongs to the project of its parent.' : undefined
}
