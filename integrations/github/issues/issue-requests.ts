// The requests about one repository's issues. What makes content counts against GitHub's own pace for it.
import { z } from 'zod'
import { isAppError } from '../../kernel/errors.ts'
import type { GitHubContext } from '../client.ts'
import type { RepositoryName } from '../git-tree.ts'
import { type LabelSpec, labelSpec } from './issue-status.ts'
import { IssueAnswer, type RemoteIssue, toRemoteIssue } from './remote-issue.ts'

/** Requests that GitHub counts as making content: 80 a minute and 500 an hour for one App or person. */
const CONTENT = 'content'

const LabelAnswer = z.object({ name: z.string() })
const CommentAnswer = z.object({ body: z.string().nullish() })
const anything = z.unknown()
/** Labels and comments beyond these are not looked at. */
const MOST_LISTED = 2_000

export interface IssueRequests {
  /** Undefined: it was deleted, or never was. One that was transferred is answered from where it is now. */
  read(number: number): Promise<RemoteIssue | undefined>
  create(issue: { readonly title: string; readonly body: string; readonly labels: readonly string[] }): Promise<RemoteIssue>
  change(number: number, change: Readonly<Record<string, unknown>>): Promise<RemoteIssue>
  addLabels(number: number, labels: readonly string[]): Promise<void>
  /** Nothing happens where it is off already. */
  removeLabel(number: number, label: string): Promise<void>
  /** Makes those that the repository has not; the look of those it has is people's. */
  ensureLabels(names: readonly string[]): Promise<void>
  /** False: the server knows no sub-issues, or the issue has a parent or the parent too many. */
  addSubIssue(parent: number, id: number): Promise<boolean>
  comments(number: number): Promise<readonly string[]>
  addComment(number: number, body: string): Promise<void>
}

const hasCode = (error: unknown, ...codes: readonly string[]): boolean => isAppError(error) && codes.includes(error.code)

async function unless<T>(answer: Promise<T>, ...codes: readonly string[]): Promise<T | undefined> {
  try {
    return await answer
  } catch (error) {
    if (hasCode(error, ...codes)) return undefined
    throw error
  }
}

/** Labels are listed once and made once, however many issues want them. */
function makeLabels(github: GitHubContext, repository: RepositoryName) {
  let known: Promise<Set<string>> | undefined
  const list = async () => {
    const call = {
      route: 'GET /repos/{owner}/{repo}/labels',
      parameters: { ...repository },
      meta: { operation: 'github.label.list' },
      answer: z.array(LabelAnswer),
    }
    return new Set((await github.client.list(call, (page) => page, MOST_LISTED)).map(({ name }) => name.toLowerCase()))
  }
  const make = (spec: LabelSpec) =>
    github.client.request({
      route: 'POST /repos/{owner}/{repo}/labels',
      parameters: { ...repository, ...spec },
      meta: { operation: 'github.label.create', object: CONTENT },
      answer: anything,
    })
  return async (names: readonly string[]) => {
    known ??= list()
    const there = await known
    for (const name of names) {
      if (there.has(name.toLowerCase())) continue
      // Somebody else may make it at the same moment, which is as good: GitHub refuses the second with 422.
      await unless(make(labelSpec(name)), 'provider-rejected')
      there.add(name.toLowerCase())
    }
  }
}

const ISSUE = '/repos/{owner}/{repo}/issues/{issue_number}'

type Parameters = Readonly<Record<string, unknown>>
type Send = <T>(route: string, operation: string, answer: z.ZodType<T>, parameters: Parameters, object?: string) => Promise<T>

const sendTo =
  (github: GitHubContext, repository: RepositoryName): Send =>
  async (route, operation, answer, parameters, object) => {
    const meta = { operation, ...(object === undefined ? {} : { object }) }
    return (await github.client.request({ route, parameters: { ...repository, ...parameters }, meta, answer })).data
  }

function makeComments(github: GitHubContext, repository: RepositoryName, send: Send): Pick<IssueRequests, 'comments' | 'addComment'> {
  return {
    async comments(number) {
      const call = {
        route: `GET ${ISSUE}/comments`,
        parameters: { ...repository, issue_number: number },
        meta: { operation: 'github.issue.comments' },
        answer: z.array(CommentAnswer),
      }
      return (await github.client.list(call, (page) => page, MOST_LISTED)).map(({ body }) => body ?? '')
    },
    async addComment(number, body) {
      await send(`POST ${ISSUE}/comments`, 'github.issue.comment', anything, { issue_number: number, body }, CONTENT)
    },
  }
}

/** The requests. They throw what the requester throws. */
export function makeIssueRequests(github: GitHubContext, repository: RepositoryName): IssueRequests {
  const send = sendTo(github, repository)
  return Object.freeze({
    ...makeComments(github, repository, send),
    ensureLabels: makeLabels(github, repository),
    async read(number: number) {
      const answer = send(`GET ${ISSUE}`, 'github.issue.read', IssueAnswer, { issue_number: number })
      const found = await unless(answer, 'provider-not-found', 'provider-gone')
      return found && toRemoteIssue(found)
    },
    create: async (issue: Parameters) =>
      toRemoteIssue(await send('POST /repos/{owner}/{repo}/issues', 'github.issue.create', IssueAnswer, issue, CONTENT)),
    change: async (number: number, change: Parameters) =>
      toRemoteIssue(await send(`PATCH ${ISSUE}`, 'github.issue.update', IssueAnswer, { issue_number: number, ...change })),
    async addLabels(number: number, labels: readonly string[]) {
      await send(`POST ${ISSUE}/labels`, 'github.issue.label', anything, { issue_number: number, labels })
    },
    async removeLabel(number: number, label: string) {
      const removed = send(`DELETE ${ISSUE}/labels/{name}`, 'github.issue.unlabel', anything, { issue_number: number, name: label })
      await unless(removed, 'provider-not-found')
    },
    async addSubIssue(parent: number, id: number) {
      const wanted = { issue_number: parent, sub_issue_id: id }
      const added = send(`POST ${ISSUE}/sub_issues`, 'github.issue.sub-issue', anything, wanted, CONTENT).then(() => true)
      return (await unless(added, 'provider-not-found', 'provider-rejected')) ?? false
    },
  })
}
