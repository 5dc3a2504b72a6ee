// The changes an issue goes through, whoever asks for them: a client over HTTP or a person in the browser. Every change that
// changes something leaves one history entry and announces itself once; a change to the same value leaves nothing.
import { isRecord, type Refusal, refuse } from './answer.ts'
import { DEFAULT_RESOLUTION_ID } from './catalogue.ts'
import { FIELD_KINDS, parseRichText } from './field-kinds.ts'
import type { FieldValue } from './fields.ts'
import { missingRequired, parentProblem, readFields } from './issue-input.ts'
import { isProperties, readProperties } from './issue-properties.ts'
import {
  type ChangeItem,
  findField,
  type History,
  known,
  projectOf,
  type Site,
  type SiteEvent,
  type SiteIssue,
  type SiteUser,
  screenOf,
  statusOf,
  typeOf,
} from './site.ts'
import { type Transition, transitionsFrom } from './workflow.ts'

export interface IssueInput {
  readonly fields?: unknown
  readonly update?: unknown
  readonly properties?: unknown
}

const equal = (a: unknown, b: unknown) => JSON.stringify(a ?? null) === JSON.stringify(b ?? null)

function changeItem(site: Site, id: string, before: FieldValue, after: FieldValue): ChangeItem | undefined {
  const field = findField(site, id)
  if (field === undefined || field.kind === 'readOnly') return undefined
  const rule = FIELD_KINDS[field.kind]
  const trace = (value: FieldValue) => (value === null ? ([null, null] as const) : rule.trace(value, field, site))
  const [from, fromString] = trace(before)
  const [to, toText] = trace(after)
  // A rich text is stored anew by every save; only its meaning counts as a change.
  if (field.kind === 'richText' && equal(fromString, toText)) return undefined
  const custom = 'customId' in field.schema
  return { field: custom ? field.name : id, fieldId: id, fieldtype: custom ? 'custom' : 'jira', from, fromString, to, toString: toText }
}

/** Records and announces a change; the caller has applied it. */
export function recordChange(site: Site, issue: SiteIssue, actor: SiteUser, items: readonly ChangeItem[], sort: SiteEvent['sort']): void {
  const now = site.clock.now()
  const history: History | undefined = items.length === 0 ? undefined : { id: String(site.nextId()), author: actor, created: now, items }
  if (history) issue.history.push(history)
  issue.updated = now
  site.announce({ kind: 'updated', sort, issue, actor, history })
}

/** Puts values into the issue and answers what changed. */
function applyValues(site: Site, issue: SiteIssue, values: Readonly<Record<string, FieldValue>>): ChangeItem[] {
  const items: ChangeItem[] = []
  for (const [id, after] of Object.entries(values)) {
    const before = issue.values[id] ?? null
    if (equal(withoutLocalIds(before), withoutLocalIds(after))) continue
    const item = changeItem(site, id, before, after)
    issue.values[id] = after
    if (item) items.push(item)
  }
  return items
}

const withoutLocalIds = (value: unknown): unknown =>
  isRecord(value) ? JSON.parse(JSON.stringify(value, (key, item: unknown) => (key === 'localId' ? undefined : item))) : value

function readComments(site: Site, bodies: readonly unknown[]): readonly FieldValue[] | Refusal {
  const stored: FieldValue[] = []
  for (const body of bodies) {
    const parsed = parseRichText(body, site)
    if ('problem' in parsed) return refuse(400, { comment: parsed.problem })
    stored.push(parsed.value)
  }
  return stored
}

const isList = (value: readonly FieldValue[] | Refusal): value is readonly FieldValue[] => Array.isArray(value)

function addComments(site: Site, issue: SiteIssue, actor: SiteUser, bodies: readonly FieldValue[]): void {
  const now = site.clock.now()
  for (const body of bodies)
    issue.comments.push({ id: String(site.nextId()), author: actor, created: now, body, updated: now, updateAuthor: actor })
}

/** Edits fields; a `status` or `transition` in the request is not looked at, as in the real API. */
export function editIssue(site: Site, issue: SiteIssue, actor: SiteUser, input: IssueInput): Refusal | undefined {
  const type = typeOf(site, issue)
  const screen = screenOf(projectOf(site, issue), type)
  const read = readFields(input, { site, screen, current: issue.values, skip: ['status', 'issuetype', 'project'] })
  const problems: Record<string, string> = { ...read.problems }
  for (const [id, problem] of Object.entries(missingRequired(site, screen, { ...issue.values, ...read.values })))
    if (Object.hasOwn(read.values, id)) problems[id] ??= problem
  const misplaced = Object.hasOwn(read.values, 'parent') ? parentProblem(site, type, read.values.parent, issue.projectId) : undefined
  if (misplaced) problems.parent ??= misplaced
  if (Object.keys(problems).length > 0) return refuse(400, problems)
  const comments = readComments(site, read.comments)
  if (!isList(comments)) return comments
  const properties = readProperties(input.properties)
  if (!isProperties(properties)) return properties
  for (const [key, value] of properties) issue.properties.set(key, value)
  const items = applyValues(site, issue, read.values)
  addComments(site, issue, actor, comments)
  if (items.length > 0 || comments.length > 0)
    recordChange(site, issue, actor, items, items.length > 0 ? 'issue_updated' : 'issue_commented')
  return undefined
}

export const availableTransitions = (site: Site, issue: SiteIssue): readonly Transition[] =>
  transitionsFrom(known(projectOf(site, issue).workflows.get(issue.typeId), `the workflow of ${issue.key}`), statusOf(site, issue).name)

export const targetOf = (site: Site, transition: Transition) =>
  known(
    site.statuses.find(({ name }) => name === transition.to),
    `status ${transition.to}`,
  )

/** Fields of a transition's screen; a transition without one accepts no fields. */
export const transitionScreen = (transition: Transition): ReadonlyMap<string, boolean> =>
  new Map(Object.entries(transition.screen ?? {}).map(([id, need]) => [id, need === 'required']))

/** Walks one transition. Entering a done status sets a resolution where none was given, leaving it clears the resolution. */
export function transitionIssue(
  site: Site,
  issue: SiteIssue,
  actor: SiteUser,
  transitionId: string,
  input: IssueInput = {},
): Refusal | undefined {
  const transition = availableTransitions(site, issue).find(({ id }) => id === transitionId)
  if (transition === undefined)
    return refuse(
      400,
      `It is not possible to perform the transition with id ${transitionId}: it is not valid for the current state of the issue.`,
    )
  const screen = transitionScreen(transition)
  const read = readFields(input, { site, screen, current: issue.values })
  const problems = { ...missingRequired(site, screen, { ...issue.values, ...read.values }), ...read.problems }
  if (Object.keys(problems).length > 0) return refuse(400, problems)
  const comments = readComments(site, read.comments)
  if (!isList(comments)) return comments
  const before = statusOf(site, issue)
  const after = targetOf(site, transition)
  const resolution = after.category === 'done' ? (read.values.resolution ?? issue.values.resolution ?? DEFAULT_RESOLUTION_ID) : null
  const items = applyValues(site, issue, { ...read.values, resolution })
  issue.statusId = after.id
  issue.resolved = after.category === 'done' ? (issue.resolved ?? site.clock.now()) : undefined
  addComments(site, issue, actor, comments)
  const status: ChangeItem = {
    field: 'status',
    fieldId: 'status',
    fieldtype: 'jira',
    from: before.id,
    fromString: before.name,
    to: after.id,
    toString: after.name,
  }
  recordChange(site, issue, actor, before.id === after.id ? items : [...items, status], 'issue_generic')
  return undefined
}
