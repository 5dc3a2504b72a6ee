// A roadmap that lives in Jira: the epics of a project or board are its items, their children the tasks.
import { parseMarkdown } from '../documents/parse-markdown.ts'
import { splitCheckBoxes, toSectionText } from '../documents/section-text.ts'
import type { ProviderContext } from '../engine/provider.ts'
import {
  type ExternalItem,
  type ExternalRoadmapSource,
  type ExternalTask,
  type ExternalValue,
  SOURCE_TITLES,
  type TaskState,
} from '../governance/roadmap-source.ts'
import type { JiraRoadmapConfig } from '../governance/roadmap-source-config.ts'
import { AppError, isAppError } from '../kernel/errors.ts'
import type { JiraEdition } from './client.ts'
import { sameName } from './config.ts'
import type { SiteField, SiteIssue } from './import/import-answers.ts'
import { filterProblem } from './import/import-jql.ts'
import { BULK_ISSUES, type JiraReads, makeJiraReads } from './import/import-reads.ts'
import { readRichText, richTextMarkdown } from './rich-text.ts'

/** Parents in one query: keeps the query far below the length that Jira refuses. */
const PARENTS = 50
const MOST_PAGES = 200
const ALWAYS = ['project', 'issuetype', 'status', 'created', 'updated', 'resolutiondate', 'summary', 'parent'] as const
const EPIC_FIELDS = [...ALWAYS, 'description', 'labels', 'priority', 'issuelinks'] as const
/** Never edited, so no page shifts while it is read. */
const ORDER = 'ORDER BY created ASC, key ASC'

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`
const chunks = <T>(all: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size))

async function readAll(reads: JiraReads, jql: string, fields: readonly string[]): Promise<readonly SiteIssue[]> {
  const found = new Map<string, SiteIssue>()
  let at: string | undefined
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { issues, next } = await reads.issues({ jql, fields, at })
    for (const issue of issues) found.set(issue.id, issue)
    at = next
    if (at === undefined) return [...found.values()]
  }
  throw new AppError(
    'provider-unreadable',
    'Jira answers with ever more pages of issues. Narrow jira.filter in roadmap-source.json, then import again.',
  )
}

/** Fields of the mapping that the site has, by the name the mapping gives them. */
function fieldIds(all: readonly SiteField[], config: JiraRoadmapConfig): ReadonlyMap<string, string> {
  const wanted = [config.statusField, config.priorityField, config.phase.field, config.capabilities.field, config.dependencies.field]
  return new Map(
    wanted.flatMap((name) => {
      const field = all.find((one) => one.id === name) ?? all.find((one) => sameName(one.name, name))
      return field === undefined ? [] : [[name, field.id] as const]
    }),
  )
}

const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined

/** What a field shows to people: options by their value, sprints and the like by their name. */
function toValue(value: unknown): ExternalValue | undefined {
  if (typeof value === 'string' || typeof value === 'number') return value
  if (Array.isArray(value)) return value.flatMap((one) => toValue(one) ?? []).map(String)
  if (member(value, 'type') === 'doc') return richTextMarkdown(value)
  const shown = member(value, 'value') ?? member(value, 'name')
  return typeof shown === 'string' ? shown : undefined
}

const STATE_OF_CATEGORY: Readonly<Record<string, TaskState>> = { done: 'done', indeterminate: 'doing' }

const summaryOf = ({ key, fields }: SiteIssue): string => (typeof fields.summary === 'string' ? fields.summary : key)

/** Epics that this one waits for: the other end of "is blocked by" and "depends on". */
function waitsFor({ fields }: SiteIssue, epicType: string): readonly string[] {
  const links = Array.isArray(fields.issuelinks) ? (fields.issuelinks as readonly unknown[]) : []
  return links.flatMap((link) => {
    const type = member(link, 'type')
    const ends = [
      { said: member(type, 'inward'), other: member(link, 'inwardIssue') },
      { said: member(type, 'outward'), other: member(link, 'outwardIssue') },
    ]
    return ends.flatMap(({ said, other }) => {
      const id = member(other, 'id')
      const name = member(member(member(other, 'fields'), 'issuetype'), 'name')
      const counts =
        typeof said === 'string' && /blocked by|depends on/i.test(said) && (typeof name !== 'string' || sameName(name, epicType))
      return counts && typeof id === 'string' ? [id] : []
    })
  })
}

interface Site {
  readonly reads: JiraReads
  readonly config: JiraRoadmapConfig
  readonly siteUrl: string
  readonly fields: ReadonlyMap<string, string>
  /** Where a Data Center keeps the epic of an issue. */
  readonly epicLink: string | undefined
}

const urlOf = ({ siteUrl }: Site, key: string): string => `${siteUrl}/browse/${encodeURIComponent(key)}`

function toItem(site: Site, issue: SiteIssue, children: readonly SiteIssue[]): ExternalItem {
  const { config, fields } = site
  const values = [...fields].flatMap(([name, id]) => {
    const value = toValue(issue.fields[id])
    return value === undefined ? [] : [[name, value] as const]
  })
  const { description, labels } = issue.fields
  const tree = typeof description === 'string' ? parseMarkdown(description).tree : readRichText(description)
  const { boxes, rest } = splitCheckBoxes(tree)
  const childTask = (child: SiteIssue): ExternalTask => ({
    title: summaryOf(child),
    status: child.fields.status.name,
    state: STATE_OF_CATEGORY[child.fields.status.statusCategory] ?? 'open',
    key: child.key,
    url: urlOf(site, child.key),
    tasks: [],
  })
  return {
    id: issue.id,
    key: issue.key,
    url: urlOf(site, issue.key),
    title: summaryOf(issue),
    text: toSectionText(rest),
    labels: Array.isArray(labels) ? labels.filter((label): label is string => typeof label === 'string') : [],
    fields: Object.fromEntries(values),
    waitsFor: waitsFor(issue, config.issueType),
    tasks: [
      ...children.map(childTask),
      ...boxes.map(({ title, isDone }): ExternalTask => ({ title, state: isDone ? 'done' : 'open', tasks: [] })),
    ],
    isArchived: false,
    created: issue.fields.created.toISOString().slice(0, 10),
    notes: [],
  }
}

/** The children of epics by the epic's id. */
async function readChildren(site: Site, epics: readonly SiteIssue[]): Promise<ReadonlyMap<string, readonly SiteIssue[]>> {
  const { reads, epicLink } = site
  const byKey = new Map(epics.flatMap(({ id, key }) => [[id, id] as const, [key, id] as const]))
  const found = new Map<string, SiteIssue[]>()
  const clause = epicLink === undefined ? 'parent' : `cf[${epicLink.replace('customfield_', '')}]`
  for (const part of chunks(epics, PARENTS)) {
    const jql = `${clause} in (${part.map(({ key }) => quoted(key)).join(', ')}) ${ORDER}`
    for (const child of await readAll(reads, jql, epicLink === undefined ? ALWAYS : [...ALWAYS, epicLink])) {
      const said = epicLink === undefined ? member(child.fields.parent, 'id') : child.fields[epicLink]
      const parent = byKey.get(String(said))
      if (parent !== undefined) found.set(parent, [...(found.get(parent) ?? []), child])
    }
  }
  return found
}

async function queryOf({ reads, config }: Site): Promise<string> {
  const clauses = [`project = ${quoted(config.projectKey)}`, `issuetype = ${quoted(config.issueType)}`]
  if (config.boardId !== undefined) {
    const board = await reads.configuration(String(config.boardId))
    if (board.filter) clauses.push(`filter = ${board.filter.id}`)
  }
  if (config.filter !== undefined) {
    const problem = filterProblem(config.filter)
    if (problem)
      throw new AppError('config-invalid', `roadmap-source.json: jira.filter: expected ${problem}, found ${JSON.stringify(config.filter)}`)
    clauses.push(`(${config.filter})`)
  }
  return `${clauses.join(' AND ')} ${ORDER}`
}

const isOurs = ({ projectKey, issueType }: JiraRoadmapConfig, { fields: { project, issuetype } }: SiteIssue): boolean =>
  project?.key === projectKey && sameName(issuetype.name, issueType)

/** The search index lags behind: an epic that was known and is not listed is looked at itself before it counts as gone. */
async function readUnlisted({ reads, config }: Site, ids: readonly string[], fields: readonly string[]): Promise<readonly SiteIssue[]> {
  // What a board or a person's condition shows, only the search can say.
  if (config.boardId !== undefined || config.filter !== undefined) return []
  const found: SiteIssue[] = []
  for (const part of chunks(ids, BULK_ISSUES)) found.push(...(await reads.byId(part, fields)))
  return found.filter((issue) => isOurs(config, issue))
}

/** Epics with their children. The index still lists what was deleted a moment ago, and a query that names it is refused whole. */
async function withChildren(site: Site, epics: readonly SiteIssue[], fields: readonly string[]) {
  if (!site.config.tasks) return { epics, children: new Map<string, readonly SiteIssue[]>() }
  try {
    return { epics, children: await readChildren(site, epics) }
  } catch (error) {
    if (!isAppError(error) || error.code !== 'provider-rejected') throw error
    const there: SiteIssue[] = []
    for (const part of chunks(epics, BULK_ISSUES)) {
      const ids = part.map(({ id }) => id)
      there.push(...(await site.reads.byId(ids, fields)))
    }
    const left = there.filter((issue) => isOurs(site.config, issue))
    if (left.length === epics.length) throw error
    return { epics: left, children: await readChildren(site, left) }
  }
}

export interface EpicRoadmapOptions {
  readonly context: ProviderContext
  readonly baseUrl: string
  readonly siteUrl?: string
  readonly edition: JiraEdition
  readonly config: JiraRoadmapConfig
}

/** The roadmap of a project's epics, oldest first. */
export function makeEpicRoadmap({ context, baseUrl, siteUrl = baseUrl, edition, config }: EpicRoadmapOptions): ExternalRoadmapSource {
  return Object.freeze({
    name: 'jira',
    title: SOURCE_TITLES.jira,
    async read(known: readonly string[]) {
      const reads = makeJiraReads(context, baseUrl, edition)
      const all = await reads.fields()
      const epicLink = edition === 'cloud' ? undefined : all.find(({ schema }) => /:gh-epic-link$/.test(schema?.custom ?? ''))?.id
      const site: Site = { reads, config, siteUrl: siteUrl.replace(/\/+$/, ''), fields: fieldIds(all, config), epicLink }
      const fields = [...new Set([...EPIC_FIELDS, ...site.fields.values()])]
      const listed = await readAll(reads, await queryOf(site), fields)
      const ids = new Set(listed.map(({ id }) => id))
      const unlisted = await readUnlisted(
        site,
        known.filter((id) => !ids.has(id)),
        fields,
      )
      const { epics, children } = await withChildren(site, [...listed, ...unlisted], fields)
      const url = `${site.siteUrl}/browse/${encodeURIComponent(config.projectKey)}`
      return { items: epics.map((epic) => toItem(site, epic, children.get(epic.id) ?? [])), hidden: [], url }
    },
  })
}
