// Jira Data Center: version 2 of the REST API. Against Cloud: wiki markup instead of documents, lists by offset, people by name and
// key, the epic above an issue in a field of its own, histories only with the issue, and no search that knows properties. What
// Cloud reads in bulk is read issue by issue where a property is wanted.
import { z } from 'zod'
import type { ProviderContext, RequestMeta } from '../engine/provider.ts'
import * as answers from './answers.ts'
import type { IssueWanted, JiraClient } from './client.ts'
import { escaped, isMissing, pages, parseAnswer, reading, writing } from './requests.ts'
import { makeDeploymentType } from './server-info.ts'
import { makeTransport, type Sent } from './transport.ts'

/** Asked for; Jira answers with its own maximum where that is less. */
const PAGE = { createmeta: 200, search: 100, comments: 1_000 } as const
/** Ids in one query. */
const IDS_AT_ONCE = 100
/** Issues asked for at once; the limits of the connection order them further. */
const AT_ONCE = 8

interface Sending {
  readonly path: string
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly query?: Readonly<Record<string, unknown>>
  readonly body?: unknown
}
type Ask = <T>(meta: RequestMeta, answer: z.ZodType<T>, sending: Sending) => Promise<{ value: T; account: string | undefined }>

const anything = z.unknown()

function makeAsk(baseUrl: string, context: ProviderContext): Ask {
  return async (meta, answer, { path, method = 'GET', query, body }) => {
    const sent: Sent = { account: undefined }
    const options = { url: `/rest/api/2/${path}`, method, searchParams: query, body }
    const raw = await makeTransport(baseUrl, context, meta, sent).sendRequest(options)
    return { value: parseAnswer(raw, answer, meta.operation), account: sent.account }
  }
}

type SiteReads = 'myself' | 'myPermissions' | 'fields' | 'issueTypes' | 'createFields' | 'projectStatuses' | 'priorities' | 'projectKey'

function makeSiteReads(ask: Ask): Pick<JiraClient, SiteReads> {
  const createMeta = <T>(operation: string, path: string, item: z.ZodType<T>) =>
    pages(async (startAt) => {
      const query = { startAt, maxResults: PAGE.createmeta }
      const page = z.object({ values: z.array(item), total: z.number().nullish(), isLast: z.boolean().nullish() })
      const { value } = await ask(reading(operation), page, { path: `issue/createmeta/${path}`, query })
      return { items: value.values, total: value.total ?? undefined, last: value.isLast ?? undefined }
    })
  return {
    async myself() {
      const { value, account } = await ask(reading('jira.myself.read'), answers.DataCenterAccount, { path: 'myself' })
      return { ...value, authenticated: account !== undefined }
    },
    async myPermissions(projectKey, keys) {
      const query = { projectKey, permissions: keys.join(',') }
      const { value, account } = await ask(reading('jira.permissions.read'), answers.Permissions, { path: 'mypermissions', query })
      const granted = keys.filter((key) => value.permissions[key]?.havePermission === true)
      return { granted: new Set(granted), authenticated: account !== undefined }
    },
    fields: async () => (await ask(reading('jira.fields.read'), z.array(answers.FieldDetails), { path: 'field' })).value,
    issueTypes: (projectKey) => createMeta('jira.createmeta.types.read', `${escaped(projectKey)}/issuetypes`, answers.IssueType),
    createFields: (projectKey, typeId) =>
      createMeta('jira.createmeta.fields.read', `${escaped(projectKey)}/issuetypes/${escaped(typeId)}`, answers.CreateField),
    async projectStatuses(projectKey) {
      const path = `project/${escaped(projectKey)}/statuses`
      return (await ask(reading('jira.project.statuses.read'), z.array(answers.TypeStatuses), { path })).value
    },
    async projectKey(idOrKey) {
      return (await ask(reading('jira.project.read'), answers.ProjectKey, { path: `project/${escaped(idOrKey)}` })).value.key
    },
    priorities: async () => (await ask(reading('jira.priorities.read'), z.array(answers.Named), { path: 'priority' })).value,
  }
}

function makeSearch(ask: Ask): (jql: string, fields: readonly string[], limit: number) => Promise<answers.Issue[]> {
  return async (jql, fields, limit) => {
    const found: answers.Issue[] = []
    await pages(async (startAt) => {
      // Without validation ids that are no longer there are passed over instead of refused.
      const body = { jql, startAt, maxResults: Math.min(PAGE.search, limit), fields: [...fields], validateQuery: false }
      const { value } = await ask(reading('jira.issues.search'), answers.OffsetPage, { path: 'search', method: 'POST', body })
      found.push(...value.issues)
      return { items: value.issues, total: value.total, last: found.length >= limit ? true : undefined }
    })
    return found.slice(0, limit)
  }
}

type IssueReads = 'getIssue' | 'bulkFetch' | 'search' | 'transitions' | 'getProperty'

/** Undefined for what is not there. */
async function orUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function makeIssueReads(ask: Ask): Pick<JiraClient, IssueReads> {
  const find = makeSearch(ask)
  const getIssue = (id: string, { fields, properties = [] }: IssueWanted) =>
    orUndefined(async () => {
      // An empty list of properties is answered with an error.
      const query = { fields: fields.join(','), ...(properties.length > 0 ? { properties: properties.join(',') } : {}) }
      return (await ask(reading('jira.issue.read'), answers.Issue, { path: `issue/${escaped(id)}`, query })).value
    })
  const readEach = async (ids: readonly string[], wanted: IssueWanted) => {
    const found: answers.Issue[] = []
    for (let at = 0; at < ids.length; at += AT_ONCE) {
      const some = await Promise.all(ids.slice(at, at + AT_ONCE).map((id) => getIssue(id, wanted)))
      found.push(...some.filter((issue) => issue !== undefined))
    }
    return found
  }
  const wantsProperties = ({ properties = [] }: IssueWanted) => properties.length > 0
  return {
    getIssue,
    async bulkFetch(ids, wanted) {
      if (wantsProperties(wanted)) return readEach(ids, wanted)
      const found: answers.Issue[] = []
      for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
        const some = ids.slice(at, at + IDS_AT_ONCE).map(escaped)
        found.push(...(await find(`id in (${some.join(', ')})`, wanted.fields, some.length)))
      }
      return found
    },
    async search(query) {
      const found = await find(query.jql, query.fields, query.limit)
      return wantsProperties(query)
        ? readEach(
            found.map(({ id }) => id),
            query,
          )
        : found
    },
    async transitions(id) {
      const sending = { path: `issue/${escaped(id)}/transitions`, query: { expand: 'transitions.fields' } }
      return (await ask(reading('jira.transitions.read'), answers.Transitions, sending)).value.transitions
    },
    getProperty: (id, key) =>
      orUndefined(async () => {
        const path = `issue/${escaped(id)}/properties/${escaped(key)}`
        return (await ask(reading('jira.issue.property.read'), answers.Property, { path })).value.value
      }),
  }
}

/** Custom fields by name: histories do not say their ids. Of two of one name both are meant, which only makes a change look newer. */
function makeFieldIds(fields: JiraClient['fields']): (item: answers.HistoryItem) => Promise<readonly string[]> {
  let known: Promise<readonly answers.FieldDetails[]> | undefined
  return async ({ field = '', fieldId, fieldtype }) => {
    if (fieldId !== undefined) return [fieldId]
    if (fieldtype !== 'custom') return [field]
    known ??= fields().catch((error: unknown) => {
      known = undefined
      throw error
    })
    return (await known).filter(({ name }) => name === field).map(({ id }) => id)
  }
}

function makeHistoryReads(ask: Ask, fields: JiraClient['fields']): Pick<JiraClient, 'changes' | 'comments'> {
  const idsOf = makeFieldIds(fields)
  return {
    comments: (id) =>
      pages(async (startAt) => {
        const sending = { path: `issue/${escaped(id)}/comment`, query: { startAt, maxResults: PAGE.comments } }
        const { value } = await ask(reading('jira.issue.comments.read'), answers.CommentPage, sending)
        return { items: value.comments.map(({ body }) => body), total: value.total, last: undefined }
      }),
    async changes(id) {
      const sending = { path: `issue/${escaped(id)}`, query: { fields: 'updated', expand: 'changelog' } }
      const { value } = await ask(reading('jira.issue.changelog.read'), answers.IssueHistory, sending)
      const entries = value.changelog.histories.map(async ({ created, items }) => ({
        at: created,
        fields: (await Promise.all(items.map(idsOf))).flat(),
      }))
      return Promise.all(entries)
    },
  }
}

type IssueWrites =
  | 'createIssue'
  | 'createIssues'
  | 'editIssue'
  | 'deleteIssue'
  | 'transition'
  | 'setProperty'
  | 'addComment'
  | 'putRemoteLink'

function makeIssueWrites(ask: Ask): Pick<JiraClient, IssueWrites> {
  const write = async (meta: RequestMeta, method: 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) => {
    await ask(meta, anything, { path: `issue/${path}`, method, body })
  }
  return {
    async createIssue(issue) {
      const meta = { operation: 'jira.issue.create', idempotent: false }
      return (await ask(meta, answers.CreatedIssue, { path: 'issue', method: 'POST', body: issue })).value
    },
    async createIssues(issues) {
      const meta = { operation: 'jira.issues.create', idempotent: false }
      const sending = { path: 'issue/bulk', method: 'POST', body: { issueUpdates: issues } } as const
      return (await ask(meta, answers.CreatedIssues, sending)).value
    },
    editIssue: (id, change) => write(writing('jira.issue.edit', id), 'PUT', escaped(id), change),
    deleteIssue: (id) => write(writing('jira.issue.delete', id), 'DELETE', escaped(id)),
    transition: (id, transitionId, fields) =>
      write(writing('jira.issue.transition', id), 'POST', `${escaped(id)}/transitions`, {
        transition: { id: transitionId },
        ...(fields === undefined ? {} : { fields }),
      }),
    setProperty: (id, key, value) =>
      write(writing('jira.issue.property.write', id), 'PUT', `${escaped(id)}/properties/${escaped(key)}`, value),
    addComment: (id, body) =>
      write({ ...writing('jira.issue.comment.create', id), idempotent: false }, 'POST', `${escaped(id)}/comment`, { body }),
    putRemoteLink: (id, { globalId, url, title }) =>
      write({ ...writing('jira.issue.link.write', id), idempotent: true }, 'POST', `${escaped(id)}/remotelink`, {
        globalId,
        object: { url, title },
      }),
  }
}

export function makeDataCenterClient(baseUrl: string, context: ProviderContext): JiraClient {
  const ask = makeAsk(baseUrl, context)
  const site = makeSiteReads(ask)
  return Object.freeze({
    edition: 'data-center',
    readsInBulk: false,
    deploymentType: makeDeploymentType(baseUrl, context),
    ...site,
    ...makeIssueReads(ask),
    ...makeHistoryReads(ask, site.fields),
    ...makeIssueWrites(ask),
  })
}
