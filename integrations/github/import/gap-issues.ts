// Issues that somebody labelled as a gap in the documentation, of whatever age: an old one that is open is a gap still.
import { z } from 'zod'
import type { GapIssueFact } from '../../foe/facts/knowledge-fact.ts'
import { parseInstant } from '../../foe/instants.ts'
import type { GitHubCall } from '../client.ts'
import { IdAnswer, toId } from './graph-person.ts'
import { makeGraphStream } from './graph-stream.ts'
import { GAP_ISSUES } from './queries/knowledge.ts'
import type { FactStream, ImportPlace } from './stream.ts'

export const GapIssueAnswer = z.object({
  ...IdAnswer,
  number: z.int(),
  title: z.string(),
  url: z.string(),
  createdAt: z.string(),
  updatedAt: z.string(),
  closedAt: z.string().nullish(),
})
export type GapIssueAnswer = z.infer<typeof GapIssueAnswer>

const instantOf = (text: string): Date => parseInstant(text) ?? new Date(0)

export const toGapIssueFact = (issue: GapIssueAnswer): GapIssueFact => ({
  id: toId(issue),
  number: issue.number,
  title: issue.title,
  url: issue.url,
  createdAt: instantOf(issue.createdAt),
  closedAt: parseInstant(issue.closedAt),
})

/** Of all issues: REST combines labels by "and", and these are one or another. */
const probe = ({ owner, repo }: ImportPlace): GitHubCall<unknown> => ({
  route: 'GET /repos/{owner}/{repo}/issues',
  parameters: { owner, repo, state: 'all', sort: 'updated', direction: 'desc', per_page: 1 },
  meta: { operation: 'github.gap-issues.probe' },
  answer: z.array(z.unknown()),
})

const LABELLED = makeGraphStream<GapIssueAnswer>({
  name: 'gap-issues',
  brings: ['gapIssues'],
  list: {
    operation: 'github.gap-issues.list',
    query: GAP_ISSUES,
    node: GapIssueAnswer,
    variables: ({ gapLabels }) => ({ labels: gapLabels }),
  },
  probe,
  movedAt: ({ updatedAt }) => instantOf(updatedAt),
  from: () => undefined,
  overlapMs: 1_000,
  toLists: (issues) => ({ gapIssues: issues.map(toGapIssueFact) }),
  vanishes: 'gapIssues',
})

export const GAP_ISSUES_STREAM: FactStream = Object.freeze({
  ...LABELLED,
  // Without labels GitHub would answer every issue there is.
  fetchPage: (github, place, position) =>
    place.gapLabels.length > 0
      ? LABELLED.fetchPage(github, place, position)
      : Promise.resolve({ batch: { lists: { gapIssues: [] } }, next: undefined }),
} satisfies FactStream)
