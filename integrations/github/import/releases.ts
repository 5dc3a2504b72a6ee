// Releases, newest first by creation. One that was a draft for months appears where it was created, so a scan looks some way
// behind the window and behind what it knows.
import { z } from 'zod'
import type { ReleaseFact } from '../../foe/facts/delivery-fact.ts'
import { parseInstant } from '../../foe/instants.ts'
import type { GitHubContext } from '../client.ts'
import { readUnlessAbsent, readUnlessGone } from './absence.ts'
import { makeListStream } from './list-stream.ts'
import { TAG_COMMITS } from './queries/tag-commits.ts'
import type { FactBatch, FactStream, ImportPlace } from './stream.ts'

export const ReleaseAnswer = z.object({
  id: z.int(),
  node_id: z.string().nullish(),
  tag_name: z.string().nullish(),
  /** A branch, or the commit itself. */
  target_commitish: z.string().nullish(),
  draft: z.boolean().nullish(),
  prerelease: z.boolean().nullish(),
  created_at: z.string().nullish(),
  published_at: z.string().nullish(),
})
export type ReleaseAnswer = z.infer<typeof ReleaseAnswer>

/** How long a draft may wait for its publication and still be found by a scan; the event of its publication needs no scan. */
const DRAFT_MS = 90 * 86_400_000

const instantOf = (release: ReleaseAnswer): Date => parseInstant(release.created_at) ?? parseInstant(release.published_at) ?? new Date(0)

const COMMIT = /^[0-9a-f]{40}$/

/** The fact of a release. `tagCommit` is undefined where nobody could say; then a target that is a commit is taken at its word. */
export const toRelease = (release: ReleaseAnswer, tagCommit: string | null | undefined): ReleaseFact => ({
  id: String(release.id),
  tagName: release.tag_name ?? '',
  targetSha: tagCommit === undefined ? (COMMIT.exec(release.target_commitish ?? '')?.[0] ?? null) : tagCommit,
  isDraft: release.draft ?? false,
  isPrerelease: release.prerelease ?? false,
  createdAt: instantOf(release),
  publishedAt: parseInstant(release.published_at),
})

const TagsAnswer = z.object({
  nodes: z.array(z.object({ id: z.string().optional(), tagCommit: z.object({ oid: z.string() }).nullish() }).nullable()),
})

/** Commits of tags by the release's node id; releases that could not be looked up are not in it. */
async function readTagCommits(github: GitHubContext, releases: readonly ReleaseAnswer[]): Promise<ReadonlyMap<string, string | null>> {
  const ids = releases.flatMap(({ node_id: id, draft }) => (id && !draft ? [id] : []))
  if (ids.length === 0) return new Map()
  const query = { query: TAG_COMMITS, variables: { releases: ids }, operation: 'github.release.tags', answer: TagsAnswer }
  const answer = await readUnlessAbsent(() => github.client.query(query))
  if ('absent' in answer) return new Map()
  return new Map(answer.data.nodes.flatMap((node) => (node?.id === undefined ? [] : [[node.id, node.tagCommit?.oid ?? null] as const])))
}

async function toFacts(github: GitHubContext, releases: readonly ReleaseAnswer[]): Promise<ReleaseFact[]> {
  const commits = await readTagCommits(github, releases)
  return releases.map((release) => toRelease(release, release.draft ? null : commits.get(release.node_id ?? '')))
}

export const RELEASE_STREAM: FactStream = makeListStream<ReleaseAnswer>({
  name: 'releases',
  brings: 'releases',
  call: ({ owner, repo }) => ({
    route: 'GET /repos/{owner}/{repo}/releases',
    parameters: { owner, repo },
    meta: { operation: 'github.release.list' },
    answer: z.array(ReleaseAnswer),
  }),
  movedAt: instantOf,
  from: ({ from }) => new Date(from.getTime() - DRAFT_MS),
  overlapMs: DRAFT_MS,
  toLists: async (github, _place, releases) => ({ releases: await toFacts(github, releases) }),
})

/**
 * One release as GitHub has it now: what an event about it is followed by.
 * @throws AppError `provider-*`
 */
export async function refreshRelease(github: GitHubContext, place: ImportPlace, releaseId: number): Promise<FactBatch> {
  const { owner, repo } = place
  const call = {
    route: 'GET /repos/{owner}/{repo}/releases/{release_id}',
    parameters: { owner, repo, release_id: releaseId },
    meta: { operation: 'github.release.read' },
    answer: ReleaseAnswer,
  }
  const release = await readUnlessGone(github, place, async () => (await github.client.request(call)).data)
  return release === 'gone' ? { gone: { releases: [String(releaseId)] } } : { lists: { releases: await toFacts(github, [release]) } }
}
