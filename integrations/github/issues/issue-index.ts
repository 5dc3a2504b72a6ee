// Where the issues of a repository are that carry a mark of ours. They are listed, not searched: search is minutes behind, lists
// are seconds. By our label, and by who made them, because a person may take the label off.
import { z } from 'zod'
import type { Found, RemoteRef } from '../../engine/push.ts'
import type { GitHubContext } from '../client.ts'
import type { RepositoryName } from '../git-tree.ts'
import { OWN_LABEL } from './issue-status.ts'
import { IssueAnswer, issueVersion, type RemoteIssue, toRemoteIssue } from './remote-issue.ts'

/** Beyond these nothing is read; a roadmap of so many items is none. */
const MOST_ISSUES = 10_000
/** A list is read again for what changed since, when something is looked for that was not in it. */
const OVERLAP_MS = 60_000
/** How long an issue that was listed is taken for what it is now. */
const LISTED_FOR_MS = 60_000

const ViewerAnswer = z.object({ viewer: z.object({ login: z.string() }) })

export interface IssueIndex {
  /** Reads all issues with our label ahead, in pages of 100. */
  readAhead(): Promise<void>
  /** An issue that was read ahead a moment ago; once. */
  takeListed(number: number): RemoteIssue | undefined
  /** The issue that carries a mark; several are a question for a person. */
  find(marker: string): Promise<Found>
}

/** An issue as the engine and people name it, such as `acme/shop#12`: its number alone says nothing without its repository. */
export const refOf = (issue: RemoteIssue): RemoteRef => {
  const name = `${issue.repository}#${issue.number}`
  return { id: name, key: name, url: issue.url, version: issueVersion(issue) }
}

/** The number in a name of `refOf`. */
export const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf('#') + 1))

type Listing = { readonly labels?: string; readonly creator?: string; readonly since?: string }

/** Issues of a repository in any state, oldest first, without pull requests. */
async function listIssues(github: GitHubContext, repository: RepositoryName, filter: Listing): Promise<readonly RemoteIssue[]> {
  const call = {
    route: 'GET /repos/{owner}/{repo}/issues',
    parameters: { ...repository, state: 'all', sort: 'created', direction: 'asc', ...filter },
    meta: { operation: 'github.issue.list' },
    answer: z.array(IssueAnswer),
  }
  const answers = await github.client.list(call, (page) => page, MOST_ISSUES)
  return answers.filter(({ pull_request: pull }) => pull === undefined).map(toRemoteIssue)
}

/** Somebody who copies the text of an issue copies the mark in it; what we made is ours. */
function choose(all: readonly RemoteIssue[], login: string | undefined): Found {
  const ours = all.length > 1 ? all.filter(({ author }) => author?.toLowerCase() === login?.toLowerCase()) : all
  const candidates = ours.length > 0 ? ours : all
  const [first, second] = candidates
  if (!first) return { kind: 'absent' }
  if (!second) return { kind: 'found', ref: refOf(first) }
  const numbers = candidates.map(({ number }) => `#${number}`).join(', ')
  return {
    kind: 'inconclusive',
    reason: `Several issues carry the mark of this artifact: ${numbers}. Delete the copies, or the comment that begins with "katalyst:begin" in them.`,
  }
}

/** The index of one repository, for as long as one piece of work takes. */
export function makeIssueIndex(github: GitHubContext, repository: RepositoryName): IssueIndex {
  const known = new Map<number, { readonly issue: RemoteIssue; readonly at: number }>()
  const absent = new Set<string>()
  let listedAt: number | undefined
  let own: Promise<string> | undefined
  let isWhole = false

  const list = async (filter: Listing) => {
    const at = github.clock.now().getTime()
    for (const issue of await listIssues(github, repository, filter)) known.set(issue.number, { issue, at })
    return at
  }
  const ownLogin = () => {
    own ??= github.client
      .query({ query: 'query { viewer { login } }', operation: 'github.viewer.read', answer: ViewerAnswer })
      .then(({ data }) => data.viewer.login)
    return own
  }
  const marked = (marker: string) => [...known.values()].map(({ issue }) => issue).filter(({ region }) => region?.mark.marker === marker)
  const readAhead = async () => {
    if (listedAt === undefined) listedAt = await list({ labels: OWN_LABEL })
  }
  /** Those without our label too; from then on only what changed, and only when that may tell something new. */
  const look = async (marker: string) => {
    await readAhead()
    if (marked(marker).length > 0) return
    const isOld = github.clock.now().getTime() - (listedAt ?? 0) >= LISTED_FOR_MS
    if (!isWhole || absent.has(marker) || isOld) {
      const since = isWhole ? { since: new Date((listedAt ?? 0) - OVERLAP_MS).toISOString() } : {}
      listedAt = await list({ creator: await ownLogin(), ...since })
      isWhole = true
    }
    absent.add(marker)
  }

  return Object.freeze({
    readAhead,
    takeListed(number: number) {
      const found = known.get(number)
      if (!found || github.clock.now().getTime() - found.at >= LISTED_FOR_MS) return undefined
      known.set(number, { ...found, at: Number.NEGATIVE_INFINITY })
      return found.issue
    },
    async find(marker: string): Promise<Found> {
      await look(marker)
      const all = marked(marker)
      return choose(all, all.length > 1 ? await ownLogin() : undefined)
    },
  })
}
