// Discussions, most recently updated first. GitHub has no REST list of them, so a further scan is one query and costs a point.
import { z } from 'zod'
import type { DiscussionFact } from '../../foe/facts/knowledge-fact.ts'
import { parseInstant } from '../../foe/instants.ts'
import type { GitHubContext } from '../client.ts'
import { readOne } from './graph-one.ts'
import { toId } from './graph-person.ts'
import { makeGraphStream } from './graph-stream.ts'
import { DISCUSSIONS, ONE_DISCUSSION } from './queries/knowledge.ts'
import type { FactBatch, FactStream, ImportPlace } from './stream.ts'

export const DiscussionAnswer = z.object({
  id: z.string(),
  databaseId: z.int().nullish(),
  number: z.int(),
  title: z.string(),
  url: z.string(),
  isAnswered: z.boolean().nullish(),
  createdAt: z.string(),
  updatedAt: z.string(),
  category: z.object({ name: z.string() }).nullish(),
  comments: z.object({ totalCount: z.int() }).nullish(),
})
export type DiscussionAnswer = z.infer<typeof DiscussionAnswer>

const instantOf = (text: string): Date => parseInstant(text) ?? new Date(0)

export const toDiscussionFact = (discussion: DiscussionAnswer): DiscussionFact => ({
  id: toId(discussion),
  number: discussion.number,
  title: discussion.title,
  category: discussion.category?.name ?? '',
  // Null where the category takes no answers.
  isAnswered: discussion.isAnswered ?? false,
  comments: discussion.comments?.totalCount ?? 0,
  url: discussion.url,
  createdAt: instantOf(discussion.createdAt),
})

export const toDiscussionLists = (discussions: readonly DiscussionAnswer[]): NonNullable<FactBatch['lists']> => ({
  discussions: discussions.map(toDiscussionFact),
})

export const DISCUSSIONS_STREAM: FactStream = makeGraphStream<DiscussionAnswer>({
  name: 'discussions',
  brings: ['discussions'],
  list: { operation: 'github.discussions.list', query: DISCUSSIONS, node: DiscussionAnswer, switchedOnBy: 'hasDiscussionsEnabled' },
  movedAt: ({ updatedAt }) => instantOf(updatedAt),
  from: (place) => place.from,
  overlapMs: 1_000,
  toLists: toDiscussionLists,
  vanishes: 'discussions',
})

/** One discussion as GitHub has it now. Events name its number and facts its id, so one that is not found moves nothing. */
export async function refreshDiscussion(github: GitHubContext, place: ImportPlace, number: number): Promise<FactBatch> {
  const query = { query: ONE_DISCUSSION, operation: 'github.discussion.read', variables: { number } }
  const discussion = await readOne(github, place, query, 'discussion', DiscussionAnswer)
  return discussion === undefined ? {} : { lists: toDiscussionLists([discussion]) }
}
