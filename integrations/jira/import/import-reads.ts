// The requests of an import, on Cloud and on Data Center: the same questions, answered by pages of other kinds. Everything is a
// read and says so, so that an import is let out where nothing but reads may leave.
import type * as Agile from 'jira.js/agile'
import type * as Cloud from 'jira.js/cloud'
import type { Client } from 'jira.js/core'
import type { z } from 'zod'
import type { ProviderContext } from '../../engine/provider.ts'
import { AppError, isAppError } from '../../kernel/errors.ts'
import type { JiraEdition } from '../client.ts'
import { makeTransport } from '../transport.ts'
import * as answers from './import-answers.ts'

/** Asked for; Jira answers with fewer where many fields are wanted. */
const SEARCH_PAGE = 1_000
const ID_PAGE = 5_000
const OFFSET_PAGE = 100
const AGILE_PAGE = 50
/** `issue/bulkfetch` takes no more. */
export const BULK_ISSUES = 100
/** `changelog/bulkfetch` takes no more issues, and answers with no more entries. */
export const BULK_HISTORIES = 1_000
const HISTORY_PAGE = 10_000
/** A list with more pages than this is not one we read. */
const MAX_PAGES = 200

export interface IssuePage {
  readonly issues: readonly answers.SiteIssue[]
  /** Where the next page begins; undefined on the last. */
  readonly next: string | undefined
  readonly total: number | undefined
}

export interface JiraReads {
  readonly edition: JiraEdition
  project(key: string): Promise<z.output<typeof answers.Project>>
  /** IANA name; null where Jira does not say. */
  timeZone(): Promise<string | null>
  fields(): Promise<readonly answers.SiteField[]>
  statuses(): Promise<z.output<typeof answers.Statuses>>
  versions(projectKey: string): Promise<z.output<typeof answers.Versions>>
  boards(projectKey: string): Promise<readonly answers.SiteBoard[]>
  configuration(boardId: string): Promise<answers.BoardConfiguration>
  /** Undefined for a board that has no sprints. */
  sprints(boardId: string): Promise<readonly answers.SiteSprint[] | undefined>
  /** A page of whole issues; on Data Center with their histories. */
  issues(query: { readonly jql: string; readonly fields: readonly string[]; readonly at: string | undefined }): Promise<IssuePage>
  /** Ids of all issues of a bounded JQL. */
  ids(jql: string): Promise<readonly string[]>
  /** Those of the issues that can be read, at most `BULK_ISSUES`. */
  byId(ids: readonly string[], fields: readonly string[]): Promise<readonly answers.SiteIssue[]>
  /** Histories of at most `BULK_HISTORIES` issues, complete. Cloud alone. */
  histories(ids: readonly string[], fieldIds: readonly string[]): Promise<ReadonlyMap<string, readonly answers.SiteHistory[]>>
}

interface Libraries {
  readonly cloud: typeof Cloud
  readonly agile: typeof Agile
}

type Ask = <T>(operation: string, answer: z.ZodType<T>, run: (libraries: Libraries, client: Client) => Promise<unknown>) => Promise<T>

/** One segment of a path: ids and keys of Jira have no others. */
function segment(text: string): string {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) throw new AppError('bad-request', `"${text}" is no id or key of anything in Jira.`)
  return text
}

/** 0.4 s: paid by whoever asks first. One after the other: both share modules, and loaders of tests do not take that at once. */
async function load(): Promise<Libraries> {
  const cloud = await import('jira.js/cloud')
  return { cloud, agile: await import('jira.js/agile') }
}

function makeAsk(baseUrl: string, context: ProviderContext): Ask {
  let libraries: Promise<Libraries> | undefined
  return async (operation, answer, run) => {
    libraries ??= load()
    const client = makeTransport(baseUrl, context, { operation, reads: true, idempotent: true }, { account: undefined })
    const parsed = answer.safeParse(await run(await libraries, client))
    if (parsed.success) return parsed.data
    const places = parsed.error.issues.slice(0, 5).map((issue) => issue.path.map(String).join('.') || '(whole answer)')
    throw new AppError(
      'provider-unreadable',
      `Jira's answer to ${operation} lacks what its documentation promises: ${places.join(', ')}. Try again later; if it stays so, check the base URL.`,
      { details: { operation, places } },
    )
  }
}

/** All values of a list of Jira Software: what was received counts, not what was asked for. */
async function allValues<T>(
  fetchPage: (startAt: number) => Promise<{ readonly values: readonly T[]; readonly isLast?: boolean | null | undefined }>,
): Promise<readonly T[]> {
  const all: T[] = []
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { values, isLast } = await fetchPage(all.length)
    all.push(...values)
    if (values.length === 0 || isLast === true) break
  }
  return all
}

function makeBoardReads(ask: Ask): Pick<JiraReads, 'boards' | 'configuration' | 'sprints'> {
  return {
    boards: (projectKeyOrId) =>
      allValues((startAt) =>
        ask('jira.boards.read', answers.Boards, ({ agile }, client) =>
          agile.getAllBoards(client, { projectKeyOrId, startAt, maxResults: AGILE_PAGE }),
        ),
      ),
    configuration: (boardId) =>
      ask('jira.board.configuration.read', answers.BoardConfiguration, ({ agile }, client) =>
        agile.getConfiguration(client, { boardId: Number(segment(boardId)) }),
      ),
    async sprints(boardId) {
      try {
        return await allValues((startAt) =>
          ask('jira.board.sprints.read', answers.Sprints, ({ agile }, client) =>
            agile.getAllSprints(client, { boardId: Number(segment(boardId)), startAt, maxResults: AGILE_PAGE }),
          ),
        )
      } catch (error) {
        // How Jira says that a board has none: Kanban, and team-managed ones where they are switched off.
        if (isAppError(error) && error.code === 'provider-rejected') return undefined
        throw error
      }
    },
  }
}

/** Paths that jira.js has for version 3 alone; both versions answer what is used of them alike. */
function makeSiteReads(ask: Ask, edition: JiraEdition): Pick<JiraReads, 'project' | 'timeZone' | 'fields' | 'statuses' | 'versions'> {
  const get = <T>(operation: string, path: string, answer: z.ZodType<T>) =>
    ask(operation, answer, (_, client) => client.sendRequest({ url: `/rest/api/${edition === 'cloud' ? 3 : 2}/${path}`, method: 'GET' }))
  return {
    project: (key) => get('jira.project.read', `project/${segment(key)}`, answers.Project),
    timeZone: async () => (await get('jira.myself.read', 'myself', answers.Myself)).timeZone,
    fields: () => get('jira.fields.read', 'field', answers.Fields),
    statuses: () => get('jira.statuses.read', 'status', answers.Statuses),
    versions: (key) => get('jira.versions.read', `project/${segment(key)}/versions`, answers.Versions),
  }
}

type IssueReads = Pick<JiraReads, 'issues' | 'ids' | 'byId' | 'histories'>

function makeCloudIssueReads(ask: Ask): IssueReads {
  return {
    async issues({ jql, fields, at }) {
      const body = { jql, fields: [...fields], maxResults: SEARCH_PAGE, ...(at === undefined ? {} : { nextPageToken: at }) }
      const page = await ask('jira.issues.search', answers.SearchPage, ({ cloud }, client) =>
        cloud.searchAndReconsileIssuesUsingJqlPost(client, body),
      )
      return { issues: page.issues, next: page.nextPageToken ?? undefined, total: undefined }
    },
    async ids(jql) {
      const all: string[] = []
      for (let token: string | undefined, pages = 0; pages < MAX_PAGES; pages += 1) {
        const body = { jql, fields: ['id'], maxResults: ID_PAGE, ...(token === undefined ? {} : { nextPageToken: token }) }
        const page = await ask('jira.issues.ids', answers.IdPage, ({ cloud }, client) =>
          cloud.searchAndReconsileIssuesUsingJqlPost(client, body),
        )
        all.push(...page.issues.map(({ id }) => id))
        token = page.nextPageToken ?? undefined
        if (token === undefined) break
      }
      return all
    },
    byId: async (ids, fields) =>
      (
        await ask('jira.issues.read', answers.BulkIssues, ({ cloud }, client) =>
          cloud.bulkFetchIssues(client, { issueIdsOrKeys: [...ids], fields: [...fields] }),
        )
      ).issues,
    async histories(ids, fieldIds) {
      const all = new Map<string, answers.SiteHistory[]>(ids.map((id) => [id, []]))
      for (let token: string | undefined, pages = 0; pages < MAX_PAGES; pages += 1) {
        const body = {
          issueIdsOrKeys: [...ids],
          maxResults: HISTORY_PAGE,
          ...(fieldIds.length > 0 ? { fieldIds: [...fieldIds] } : {}),
          ...(token === undefined ? {} : { nextPageToken: token }),
        }
        const page = await ask('jira.histories.read', answers.BulkHistories, ({ cloud }, client) => cloud.getBulkChangelogs(client, body))
        for (const { issueId, changeHistories } of page.issueChangeLogs) all.get(issueId)?.push(...changeHistories)
        token = page.nextPageToken ?? undefined
        if (token === undefined) return all
      }
      throw new AppError(
        'provider-unreadable',
        'Jira answers with ever more pages of histories. Import again; if it stays so, import fewer issues.',
      )
    },
  }
}

/** Version 2 pages by offset, and gives whole histories with the search. */
function makeOffsetIssueReads(ask: Ask): IssueReads {
  const search = <T>(answer: z.ZodType<T>, body: Readonly<Record<string, unknown>>) =>
    ask('jira.issues.search', answer, (_, client) => client.sendRequest({ url: '/rest/api/2/search', method: 'POST', body }))
  return {
    async issues({ jql, fields, at }) {
      const startAt = at === undefined ? 0 : Number(at)
      const page = await search(answers.OffsetPage, { jql, startAt, maxResults: OFFSET_PAGE, fields, expand: ['changelog'] })
      const end = page.startAt + page.issues.length
      const isLast = page.issues.length === 0 || end >= page.total
      return { issues: page.issues, next: isLast ? undefined : String(end), total: page.total }
    },
    async ids(jql) {
      const all: string[] = []
      for (let pages = 0; pages < MAX_PAGES; pages += 1) {
        const page = await search(answers.IdPage, { jql, startAt: all.length, maxResults: SEARCH_PAGE, fields: ['key'] })
        all.push(...page.issues.map(({ id }) => id))
        if (page.issues.length === 0 || all.length >= (page.total ?? 0)) break
      }
      return all
    },
    // Without validation ids that are no longer there are passed over instead of refused.
    byId: async (ids, fields) =>
      (
        await search(answers.OffsetPage, {
          jql: `id in (${ids.map(segment).join(', ')})`,
          startAt: 0,
          maxResults: BULK_ISSUES,
          fields,
          validateQuery: false,
        })
      ).issues,
    histories: () => Promise.reject(new AppError('bad-request', 'Data Center gives histories with its search.')),
  }
}

/** @param baseUrl the site (or its gateway address), without `/rest` */
export function makeJiraReads(context: ProviderContext, baseUrl: string, edition: JiraEdition): JiraReads {
  const ask = makeAsk(baseUrl, context)
  const issueReads = edition === 'cloud' ? makeCloudIssueReads(ask) : makeOffsetIssueReads(ask)
  return Object.freeze({ edition, ...makeSiteReads(ask, edition), ...makeBoardReads(ask), ...issueReads })
}
