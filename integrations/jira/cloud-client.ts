// Jira Cloud: version 3 of the REST API by jira.js. Ids go into paths escaped: the library does not do it.
import type * as Cloud from 'jira.js/cloud'
import type { Client } from 'jira.js/core'
import { z } from 'zod'
import type { ProviderContext, RequestMeta } from '../engine/provider.ts'
import * as answers from './answers.ts'
import type { IssueChange, JiraClient } from './client.ts'
import { escaped, isMissing, MAX_PAGES, pages, parseAnswer, reading, writing } from './requests.ts'
import { makeDeploymentType } from './server-info.ts'
import { makeTransport, type Sent } from './transport.ts'

/** Page sizes are Jira's largest; it may answer with smaller pages. */
const PAGE = { createmeta: 200, search: 100, priorities: 50, changelog: 100, comments: 100 } as const
/** Issues in one bulk read. */
const BULK_SIZE = 100
/** Ids that one search may be asked to reconcile. */
const RECONCILE_SIZE = 50

type Library = typeof Cloud
type Call = <T>(
  meta: RequestMeta,
  answer: z.ZodType<T>,
  run: (library: Library, client: Client) => Promise<unknown>,
) => Promise<{ value: T; account: string | undefined }>

function makeCall(baseUrl: string, context: ProviderContext): Call {
  let library: Promise<Library> | undefined
  return async (meta, answer, run) => {
    // 0.4 s to load: commands that never talk to Jira do not pay it.
    library ??= import('jira.js/cloud')
    const sent: Sent = { account: undefined }
    const raw = await run(await library, makeTransport(baseUrl, context, meta, sent))
    return { value: parseAnswer(raw, answer, meta.operation), account: sent.account }
  }
}

function makeSiteReads(
  call: Call,
): Pick<
  JiraClient,
  'myself' | 'myPermissions' | 'fields' | 'issueTypes' | 'createFields' | 'projectStatuses' | 'priorities' | 'projectKey'
> {
  return {
    async myself() {
      const { value, account } = await call(reading('jira.myself.read'), answers.Account, (jira, client) => jira.getCurrentUser(client))
      return { ...value, authenticated: account !== undefined }
    },
    async myPermissions(projectKey, keys) {
      const permissions = keys.join(',')
      const { value, account } = await call(reading('jira.permissions.read'), answers.Permissions, (jira, client) =>
        jira.getMyPermissions(client, { projectKey, permissions }),
      )
      const granted = Object.entries(value.permissions).flatMap(([key, { havePermission }]) => (havePermission ? [key] : []))
      return { granted: new Set(granted), authenticated: account !== undefined }
    },
    async fields() {
      return (await call(reading('jira.fields.read'), z.array(answers.FieldDetails), (jira, client) => jira.getFields(client))).value
    },
    issueTypes: (projectKey) =>
      pages(async (startAt) => {
        const parameters = { projectIdOrKey: escaped(projectKey), startAt, maxResults: PAGE.createmeta }
        const { value } = await call(reading('jira.createmeta.types.read'), answers.IssueTypePage, (jira, client) =>
          jira.getCreateIssueMetaIssueTypes(client, parameters),
        )
        return { items: value.issueTypes, total: value.total, last: undefined }
      }),
    createFields: (projectKey, issueTypeId) =>
      pages(async (startAt) => {
        const parameters = { projectIdOrKey: escaped(projectKey), issueTypeId: escaped(issueTypeId), startAt, maxResults: PAGE.createmeta }
        const { value } = await call(reading('jira.createmeta.fields.read'), answers.CreateFieldPage, (jira, client) =>
          jira.getCreateIssueMetaIssueTypeId(client, parameters),
        )
        return { items: value.fields, total: value.total, last: undefined }
      }),
    async projectStatuses(projectKey) {
      const parameters = { projectIdOrKey: escaped(projectKey) }
      return (
        await call(reading('jira.project.statuses.read'), z.array(answers.TypeStatuses), (jira, client) =>
          jira.getAllStatuses(client, parameters),
        )
      ).value
    },
    async projectKey(idOrKey) {
      const parameters = { projectIdOrKey: escaped(idOrKey) }
      return (await call(reading('jira.project.read'), answers.ProjectKey, (jira, client) => jira.getProject(client, parameters))).value.key
    },
    priorities: () =>
      pages(async (startAt) => {
        const { value } = await call(reading('jira.priorities.read'), answers.PriorityPage, (jira, client) =>
          jira.searchPriorities(client, { startAt: String(startAt), maxResults: String(PAGE.priorities) }),
        )
        return { items: value.values, total: value.total, last: value.isLast }
      }),
  }
}

function makeIssueReads(call: Call): Pick<JiraClient, 'getIssue' | 'bulkFetch' | 'transitions' | 'getProperty'> {
  return {
    async getIssue(idOrKey, wanted) {
      const parameters = { issueIdOrKey: escaped(idOrKey), fields: [...wanted.fields], properties: [...(wanted.properties ?? [])] }
      try {
        return (await call(reading('jira.issue.read'), answers.Issue, (jira, client) => jira.getIssue(client, parameters))).value
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
    async bulkFetch(ids, wanted) {
      const found: answers.Issue[] = []
      for (let at = 0; at < ids.length; at += BULK_SIZE) {
        const body = {
          issueIdsOrKeys: ids.slice(at, at + BULK_SIZE),
          fields: [...wanted.fields],
          properties: [...(wanted.properties ?? [])],
        }
        const { value } = await call(reading('jira.issues.read'), answers.BulkIssues, (jira, client) => jira.bulkFetchIssues(client, body))
        found.push(...value.issues)
      }
      return found
    },
    async transitions(id) {
      const parameters = { issueIdOrKey: escaped(id), expand: 'transitions.fields' }
      return (await call(reading('jira.transitions.read'), answers.Transitions, (jira, client) => jira.getTransitions(client, parameters)))
        .value.transitions
    },
    async getProperty(id, key) {
      const parameters = { issueIdOrKey: escaped(id), propertyKey: escaped(key) }
      try {
        return (
          await call(reading('jira.issue.property.read'), answers.Property, (jira, client) => jira.getIssueProperty(client, parameters))
        ).value.value
      } catch (error) {
        if (isMissing(error)) return undefined
        throw error
      }
    },
  }
}

function makeHistoryReads(call: Call): Pick<JiraClient, 'changes' | 'comments'> {
  return {
    comments: (id) =>
      pages(async (startAt) => {
        const parameters = { issueIdOrKey: escaped(id), startAt, maxResults: PAGE.comments }
        const { value } = await call(reading('jira.issue.comments.read'), answers.CommentPage, (jira, client) =>
          jira.getComments(client, parameters),
        )
        return { items: value.comments.map(({ body }) => body), total: value.total, last: undefined }
      }),
    async changes(id) {
      const histories = await pages(async (startAt) => {
        const parameters = { issueIdOrKey: escaped(id), startAt, maxResults: PAGE.changelog }
        const { value } = await call(reading('jira.issue.changelog.read'), answers.HistoryPage, (jira, client) =>
          jira.getChangeLogs(client, parameters),
        )
        return { items: value.values, total: value.total, last: value.isLast }
      })
      return histories.map(({ created, items }) => ({ at: created, fields: items.map(({ fieldId, field }) => fieldId ?? field ?? '') }))
    },
  }
}

/** Pages by token: a short page does not mean the last one. */
function makeSearch(call: Call): Pick<JiraClient, 'search'> {
  return {
    async search(query) {
      const ids = (query.reconcile ?? []).map(Number).filter((id) => Number.isSafeInteger(id) && id > 0)
      const found: answers.Issue[] = []
      let nextPageToken: string | undefined
      for (let page = 0; page < MAX_PAGES && found.length < query.limit; page += 1) {
        const body = {
          jql: query.jql,
          fields: [...query.fields],
          properties: [...(query.properties ?? [])],
          maxResults: Math.min(PAGE.search, query.limit),
          ...(ids.length > 0 ? { reconcileIssues: ids.slice(0, RECONCILE_SIZE) } : {}),
          ...(nextPageToken === undefined ? {} : { nextPageToken }),
        }
        const { value } = await call(reading('jira.issues.search'), answers.SearchPage, (jira, client) =>
          jira.searchAndReconsileIssuesUsingJqlPost(client, body),
        )
        found.push(...value.issues)
        nextPageToken = value.nextPageToken ?? undefined
        if (nextPageToken === undefined) break
      }
      return found.slice(0, query.limit)
    },
  }
}

function makeIssueWrites(
  call: Call,
): Pick<
  JiraClient,
  'createIssue' | 'createIssues' | 'editIssue' | 'deleteIssue' | 'transition' | 'setProperty' | 'addComment' | 'putRemoteLink'
> {
  const anything = z.unknown()
  const bodyOf = (change: IssueChange) => change as Record<string, never>
  return {
    async createIssue(issue) {
      return (
        await call({ operation: 'jira.issue.create', idempotent: false }, answers.CreatedIssue, (jira, client) =>
          jira.createIssue(client, bodyOf(issue)),
        )
      ).value
    },
    async createIssues(issues) {
      const body = { issueUpdates: issues.map(bodyOf) }
      return (
        await call({ operation: 'jira.issues.create', idempotent: false }, answers.CreatedIssues, (jira, client) =>
          jira.createIssues(client, body),
        )
      ).value
    },
    async editIssue(id, change) {
      await call(writing('jira.issue.edit', id), anything, (jira, client) =>
        jira.editIssue(client, { ...bodyOf(change), issueIdOrKey: escaped(id) }),
      )
    },
    async deleteIssue(id) {
      await call(writing('jira.issue.delete', id), anything, (jira, client) => jira.deleteIssue(client, { issueIdOrKey: escaped(id) }))
    },
    async transition(id, transitionId, fields) {
      const body = { transition: { id: transitionId }, ...(fields === undefined ? {} : { fields }) }
      await call(writing('jira.issue.transition', id), anything, (jira, client) =>
        jira.doTransition(client, { ...body, issueIdOrKey: escaped(id) }),
      )
    },
    async setProperty(id, key, value) {
      const parameters = { issueIdOrKey: escaped(id), propertyKey: escaped(key), body: value as Record<string, never> }
      await call(writing('jira.issue.property.write', id), anything, (jira, client) => jira.setIssueProperty(client, parameters))
    },
    async addComment(id, body) {
      await call({ ...writing('jira.issue.comment.create', id), idempotent: false }, anything, (jira, client) =>
        jira.addComment(client, { issueIdOrKey: escaped(id), body: body as never }),
      )
    },
    async putRemoteLink(id, link) {
      const body = { globalId: link.globalId, object: { url: link.url, title: link.title } }
      const meta = { ...writing('jira.issue.link.write', id), idempotent: true }
      await call(meta, anything, (jira, client) => jira.createOrUpdateRemoteIssueLink(client, { ...body, issueIdOrKey: escaped(id) }))
    },
  }
}

export function makeCloudClient(baseUrl: string, context: ProviderContext): JiraClient {
  const call = makeCall(baseUrl, context)
  return Object.freeze({
    edition: 'cloud',
    readsInBulk: true,
    deploymentType: makeDeploymentType(baseUrl, context),
    ...makeSiteReads(call),
    ...makeIssueReads(call),
    ...makeHistoryReads(call),
    ...makeSearch(call),
    ...makeIssueWrites(call),
  })
}
