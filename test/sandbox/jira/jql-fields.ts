// What JQL can compare, as a table by clause name: what an issue offers, what a written value means, whether it exists.
// Entity properties are not in it: they can be searched only where an app declares an index, and an API token is no app.
import { adfText } from './adf-stored.ts'
import { allFields, findIssue, findProject, may, type Site, type SiteIssue, type SiteUser } from './site.ts'

export interface Searchable {
  /** What an issue offers for comparison: ids and names, lower case; several for lists. */
  readonly of: (issue: SiteIssue, site: Site) => readonly string[]
  /** Whether the value means something; undefined when anything does. */
  readonly exists?: (value: string, site: Site, user: SiteUser | undefined) => boolean
  /** The value as `of` writes it. */
  readonly resolve?: (value: string, site: Site, user: SiteUser | undefined) => string
  readonly date?: (issue: SiteIssue) => Date | undefined
  readonly text?: boolean
}

export const lower = (text: string) => text.toLowerCase()
const named = (list: readonly { readonly id: string; readonly name: string }[], id: string) => [
  id,
  lower(list.find((item) => item.id === id)?.name ?? ''),
]
const has = (list: readonly { readonly id: string; readonly name: string }[], value: string) =>
  list.some(({ id, name }) => id === value || lower(name) === lower(value))
const texts = (value: unknown): string => (typeof value === 'string' ? value : adfText(value))
const labelsOf = (value: unknown) => (Array.isArray(value) ? (value as string[]) : [])
const idOf = (value: string, site: Site) => findIssue(site, value)?.id ?? value

export const KEY: Searchable = {
  of: (issue) => [issue.id],
  exists: (value, site, user) => seen(site, user, findIssue(site, value)),
  resolve: idOf,
}
const TYPE: Searchable = { of: (issue, site) => named(site.types, issue.typeId), exists: (value, site) => has(site.types, value) }
const UPDATED: Searchable = { of: () => [], date: (issue) => issue.updated }
const CREATED: Searchable = { of: () => [], date: (issue) => issue.created }
const user = (field: 'assignee' | 'reporter'): Searchable => ({
  of: (issue) => (typeof issue.values[field] === 'string' ? [lower(issue.values[field])] : []),
  resolve: (value, _site, asking) => (lower(value) === 'currentuser()' ? lower(asking?.accountId ?? '') : lower(value)),
})

const FIELDS: Readonly<Record<string, Searchable>> = {
  project: {
    of: (issue) => [issue.projectId],
    exists: (value, site, asking) => {
      const project = findProject(site, value)
      return project !== undefined && may(asking, project, 'BROWSE_PROJECTS')
    },
    resolve: (value, site) => findProject(site, value)?.id ?? value,
  },
  key: KEY,
  issuekey: KEY,
  issue: KEY,
  id: KEY,
  labels: { of: (issue) => labelsOf(issue.values.labels), resolve: (value) => value },
  issuetype: TYPE,
  type: TYPE,
  status: { of: (issue, site) => named(site.statuses, issue.statusId), exists: (value, site) => has(site.statuses, value) },
  statuscategory: {
    of: (issue, site) => {
      const category = site.statuses.find(({ id }) => id === issue.statusId)?.category ?? 'new'
      return [category, { new: 'to do', indeterminate: 'in progress', done: 'done' }[category]]
    },
  },
  priority: {
    of: (issue, site) => named(site.priorities, String(issue.values.priority)),
    exists: (value, site) => has(site.priorities, value),
  },
  resolution: {
    of: (issue, site) => (issue.values.resolution ? named(site.resolutions, String(issue.values.resolution)) : ['unresolved']),
    exists: (value, site) => lower(value) === 'unresolved' || has(site.resolutions, value),
  },
  parent: {
    of: (issue) => (typeof issue.values.parent === 'string' ? [issue.values.parent] : []),
    exists: (value, site, asking) => seen(site, asking, findIssue(site, value)),
    resolve: idOf,
  },
  sprint: {
    of: (issue, site) => {
      const field = site.customFields.find(({ kind }) => kind === 'sprints')
      const value = field && issue.values[field.id]
      return Array.isArray(value) ? (value as string[]) : []
    },
    exists: (value, site) => site.agile.sprints.has(Number(value)),
  },
  filter: {
    of: (issue, site) => [...site.agile.boards.values()].flatMap((board) => (board.matches(issue) ? [String(board.filterId)] : [])),
    exists: (value, site) => [...site.agile.boards.values()].some(({ filterId }) => String(filterId) === value),
  },
  assignee: user('assignee'),
  reporter: user('reporter'),
  summary: { of: (issue) => [texts(issue.values.summary)], text: true },
  description: { of: (issue) => [texts(issue.values.description)], text: true },
  comment: { of: (issue) => issue.comments.map(({ body }) => adfText(body)), text: true },
  text: {
    of: (issue) => [texts(issue.values.summary), texts(issue.values.description), ...issue.comments.map(({ body }) => adfText(body))],
    text: true,
  },
  created: CREATED,
  createddate: CREATED,
  updated: UPDATED,
  updateddate: UPDATED,
  resolved: { of: () => [], date: (issue) => issue.resolved },
}

/** Whether the caller may see the issue. */
export function seen(site: Site, asking: SiteUser | undefined, issue: SiteIssue | undefined): issue is SiteIssue {
  const project = issue && site.projects.get(issue.projectId)
  return issue !== undefined && project !== undefined && !issue.hidden && may(asking, project, 'BROWSE_PROJECTS')
}

/** The clause of this name: a system field, or a custom field by name or `cf[id]`. */
export function findSearchable(site: Site, name: string): Searchable | undefined {
  const system = Object.hasOwn(FIELDS, lower(name)) ? FIELDS[lower(name)] : undefined
  if (system) return system
  const custom = allFields(site).find(
    (field) =>
      'customId' in field.schema &&
      (`cf[${field.schema.customId}]` === lower(name) || field.id === lower(name) || lower(field.name) === lower(name)),
  )
  if (custom === undefined) return undefined
  // Kept by the epic's id, and asked for by its key.
  if (custom.kind === 'epicLink') return { ...KEY, of: (issue) => (issue.values[custom.id] ? [String(issue.values[custom.id])] : []) }
  const isText = custom.kind === 'text' || custom.kind === 'richText'
  return {
    text: isText,
    of: (issue) => {
      const value = issue.values[custom.id] ?? null
      if (value === null) return []
      if (isText) return [texts(value)]
      const ids = Array.isArray(value) ? (value as string[]) : [String(value)]
      return ids.flatMap((id) => [id, lower(custom.options.find((option) => option.id === id)?.value ?? id)])
    },
  }
}
