// What stands for a road item elsewhere, for the roadmap: its Jira issue, and the pull request that works on it. All of it is in
// the database; nothing is asked of a provider.
import type { RoadItemLinks } from '../../../integrations/documents/roadmap-document.ts'
import type { Db } from '../../../integrations/store/db.ts'
import { listLinksOf } from '../../../integrations/store/links.ts'
import { listProposals } from '../../../integrations/store/proposals.ts'
import { listNamedPullRequests, type NamedPullRequest } from '../../../integrations/store/pull-requests.ts'
import { findRepository } from '../../../integrations/store/repositories.ts'

export type RoadLinks = ReadonlyMap<string, Omit<RoadItemLinks, 'fileUrl'>>

export interface RoadLinkSource {
  readonly db: Db
  /** Where people open GitHub. */
  readonly serverUrl: string
  /** `owner/name` in lower case, or the folder's name: what links are kept under. */
  readonly source: string
}

const KIND = 'road-item'
/** The connection whose issues are shown as macros. */
const JIRA = 'jira'
/** Kinds of links that are issues, of Jira and of GitHub. */
const ISSUE_KINDS: ReadonlySet<string> = new Set(['issue', 'github-issue'])
/** What may be an id in a title or in the name of a branch: `ROAD-012`, `feature/road-012-search`. */
const ID = /(?<![A-Za-z0-9])[A-Za-z]+-\d+(?![A-Za-z0-9])/g
/** What is being worked on is more to the point than what was, and that than what was given up. */
const RANK: Readonly<Record<NamedPullRequest['state'], number>> = { open: 0, merged: 1, closed: 2 }

/** Of the pull requests that name an item in title or branch the open ones first, and of those the newest. */
export function pullRequestsByRoad(pulls: readonly NamedPullRequest[], ids: readonly string[]): ReadonlyMap<string, NamedPullRequest> {
  const known = new Map(ids.map((id) => [id.toUpperCase(), id]))
  const found = new Map<string, NamedPullRequest>()
  for (const pull of [...pulls].sort((a, b) => RANK[a.state] - RANK[b.state] || b.number - a.number)) {
    for (const [word] of `${pull.title} ${pull.headBranch}`.matchAll(ID)) {
      const id = known.get(word.toUpperCase())
      if (id !== undefined && !found.has(id)) found.set(id, pull)
    }
  }
  return found
}

type PullRequestLinks = ReadonlyMap<string, NonNullable<RoadItemLinks['pullRequest']>>

/** Pull requests of people, and where there is none the one that carries a change from Jira. */
async function readPullRequests({ db, serverUrl, source }: RoadLinkSource, ids: readonly string[]): Promise<PullRequestLinks> {
  const repository = source.includes('/') ? await findRepository(db, { fullName: source }) : undefined
  const pulls = repository ? await listNamedPullRequests(db, repository.id) : []
  const proposed = (await listProposals(db, { connectionId: JIRA, scope: source, artifactKind: KIND })).flatMap(
    ({ artifactId, number, url, state }) =>
      state === 'open' && number !== undefined && url !== undefined ? [[artifactId, { number, url }] as const] : [],
  )
  const named = [...pullRequestsByRoad(pulls, ids)].map(
    ([id, { number }]) => [id, { number, url: `${serverUrl}/${repository?.fullName}/pull/${number}` }] as const,
  )
  return new Map([...proposed, ...named])
}

/** The links of road items, by their ids. */
export async function readRoadLinks(from: RoadLinkSource, ids: readonly string[]): Promise<RoadLinks> {
  const { db, source } = from
  const links = (await listLinksOf(db, KIND, ids)).filter(({ scope, remoteKind }) => scope === source && ISSUE_KINDS.has(remoteKind))
  // Of an item that has an issue at both, Jira's is shown: the last one counts.
  links.sort((a, b) => Number(a.connectionId === JIRA) - Number(b.connectionId === JIRA))
  const issues = new Map(
    links.flatMap(({ artifactId, connectionId, remoteKey, url }) =>
      remoteKey !== undefined && url !== undefined
        ? [[artifactId, { key: remoteKey.replace(/^.*#/, '#'), url, isJira: connectionId === JIRA }] as const]
        : [],
    ),
  )
  const pullRequests = await readPullRequests(from, ids)
  return new Map(
    ids.flatMap((id) => {
      const [issue, pullRequest] = [issues.get(id), pullRequests.get(id)]
      return issue || pullRequest ? [[id, { ...(issue ? { issue } : {}), ...(pullRequest ? { pullRequest } : {}) }] as const] : []
    }),
  )
}
