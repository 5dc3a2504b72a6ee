// An issue as the REST API shows it: the fields that were asked for, and what `expand` and `properties` add.

import { adfText } from './adf-stored.ts'
import { isRecord } from './answer.ts'
import { LIMITS, STATUS_CATEGORIES } from './catalogue.ts'
import { FIELD_KINDS } from './field-kinds.ts'
import { showFieldMeta } from './field-meta.ts'
import { availableTransitions, targetOf, transitionScreen } from './issue-changes.ts'
import { emptyOf } from './issue-input.ts'
import { toJiraDate } from './jira-date.ts'
import { issueUrl, showIssueStub, showIssueType, showProjectOf, showStatus, showUser } from './show.ts'
import { allFields, type History, type IssueComment, type Site, type SiteIssue, statusOf, typeOf } from './site.ts'

export interface BeanOptions {
  /** As in the request: ids, `*all`, `*navigable`, `-id`. Empty means the default of the endpoint. */
  readonly fields: readonly string[]
  readonly otherwise: '*all' | '*navigable' | 'id'
  readonly expand: readonly string[]
  readonly properties: readonly string[]
}

export const showComment = (site: Site, issue: SiteIssue, comment: IssueComment) => ({
  self: `${issueUrl(site, issue)}/comment/${comment.id}`,
  id: comment.id,
  author: showUser(site, comment.author),
  body: comment.body,
  updateAuthor: showUser(site, comment.updateAuthor),
  created: toJiraDate(comment.created),
  updated: toJiraDate(comment.updated),
  jsdPublic: true,
})

export const showHistory = (site: Site, history: History) => ({
  id: history.id,
  author: showUser(site, history.author),
  created: toJiraDate(history.created),
  items: history.items,
})

/** What can be done now; screens only when asked for. */
export const showTransitions = (site: Site, issue: SiteIssue, withFields: boolean) =>
  availableTransitions(site, issue).map((transition) => ({
    id: transition.id,
    name: transition.name,
    to: showStatus(site, targetOf(site, transition)),
    hasScreen: transition.screen !== undefined,
    isGlobal: transition.from === 'any',
    isInitial: false,
    isAvailable: true,
    isConditional: false,
    looped: false,
    ...(withFields
      ? { fields: Object.fromEntries([...transitionScreen(transition)].map(([id, required]) => [id, showFieldMeta(site, id, required)])) }
      : {}),
  }))

const COMMENTS_IN_FIELDS = 20

function readOnlyFields(site: Site, issue: SiteIssue): Record<string, unknown> {
  const comments = issue.comments.slice(0, COMMENTS_IN_FIELDS).map((comment) => showComment(site, issue, comment))
  const status = statusOf(site, issue)
  const { id, name, colorName } = STATUS_CATEGORIES[status.category]
  return {
    project: showProjectOf(site, issue),
    issuetype: showIssueType(site, typeOf(site, issue)),
    status: showStatus(site, status),
    statusCategory: { self: `${site.baseUrl}/rest/api/3/statuscategory/${id}`, id, key: status.category, colorName, name },
    creator: showUser(site, issue.creator),
    created: toJiraDate(issue.created),
    updated: toJiraDate(issue.updated),
    resolutiondate: issue.resolved ? toJiraDate(issue.resolved) : null,
    comment: { self: `${issueUrl(site, issue)}/comment`, comments, maxResults: comments.length, total: issue.comments.length, startAt: 0 },
    subtasks: [...site.issues.values()]
      .filter((other) => other.values.parent === issue.id && typeOf(site, other).level === -1)
      .map((other) => showIssueStub(site, other)),
  }
}

/** Every field of the issue by id. */
export function showFields(site: Site, issue: SiteIssue): Record<string, unknown> {
  const shown: Record<string, unknown> = readOnlyFields(site, issue)
  for (const field of allFields(site)) {
    if (field.kind === 'readOnly') continue
    const value = issue.values[field.id] ?? emptyOf(field)
    shown[field.id] = value === null ? null : FIELD_KINDS[field.kind].show(value, field, site)
  }
  return shown
}

function selectFields(shown: Readonly<Record<string, unknown>>, asked: readonly string[]): Record<string, unknown> {
  const wanted = asked.filter((name) => !name.startsWith('-'))
  const unwanted = new Set(asked.filter((name) => name.startsWith('-')).map((name) => name.slice(1)))
  const all = wanted.length === 0 || wanted.includes('*all')
  const navigable = wanted.includes('*navigable')
  return Object.fromEntries(
    Object.entries(shown).filter(([id]) => !unwanted.has(id) && (all || (navigable && id !== 'comment') || wanted.includes(id))),
  )
}

function showChangelog(site: Site, issue: SiteIssue) {
  // Cloud cuts and begins with the newest, Data Center does neither.
  const histories = site.form === 'cloud' ? issue.history.slice(-LIMITS.expandedHistories).toReversed() : issue.history
  return {
    startAt: 0,
    maxResults: histories.length,
    total: issue.history.length,
    histories: histories.map((history) => showHistory(site, history)),
  }
}

/** The issue with the selected fields. With nothing but the id asked for, nothing but the id comes. */
export function showIssue(site: Site, issue: SiteIssue, options: BeanOptions): Record<string, unknown> {
  const asked = options.fields.length === 0 ? [options.otherwise] : options.fields
  const onlyId = asked.every((name) => name === 'id')
  const bean: Record<string, unknown> = onlyId
    ? { id: issue.id }
    : {
        expand: 'renderedFields,names,schema,operations,editmeta,changelog,transitions',
        id: issue.id,
        self: issueUrl(site, issue),
        key: issue.key,
      }
  if (asked.some((name) => name !== 'id' && name !== 'key')) bean.fields = selectFields(showFields(site, issue), asked)
  if (options.expand.includes('changelog')) bean.changelog = showChangelog(site, issue)
  if (options.expand.includes('transitions')) bean.transitions = showTransitions(site, issue, options.expand.includes('transitions.fields'))
  if (options.properties.length > 0) {
    const all = options.properties.includes('*all')
    bean.properties = Object.fromEntries([...issue.properties].filter(([key]) => all || options.properties.includes(key)))
  }
  return bean
}

/** The v2 shape of webhooks: texts instead of ADF, links into version 2, nobody's address. */
export function showIssueForWebhook(site: Site, issue: SiteIssue): Record<string, unknown> {
  const fields = showFields(site, issue)
  for (const field of allFields(site))
    if (field.kind === 'richText' && isRecord(fields[field.id])) fields[field.id] = adfText(fields[field.id])
  const asVersion2 = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(asVersion2)
    if (!isRecord(value)) return value
    const kept = Object.entries(value).filter(([key]) => key !== 'emailAddress')
    return Object.fromEntries(
      kept.map(([key, item]) => [
        key,
        key === 'self' && typeof item === 'string' ? item.replace('/rest/api/3/', '/rest/api/2/') : asVersion2(item),
      ]),
    )
  }
  const { comment: _comment, ...rest } = asVersion2(fields) as Record<string, unknown>
  return { id: issue.id, self: issueUrl(site, issue, 2), key: issue.key, fields: rest }
}
