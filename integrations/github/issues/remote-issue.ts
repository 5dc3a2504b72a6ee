// An issue as GitHub answers it, and what it carries of ours: the mark in the comment before our part of its body. By the mark an
// issue is found again when the database is lost, and a person's change is told from ours.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { findRegion, type Region } from '../managed-region.ts'

export const IssueAnswer = z.object({
  id: z.int(),
  number: z.int(),
  html_url: z.string(),
  repository_url: z.string(),
  title: z.string(),
  body: z.string().nullish(),
  state: z.string(),
  state_reason: z.string().nullish(),
  locked: z.boolean().default(false),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])).default([]),
  user: z.object({ login: z.string() }).nullish(),
  parent_issue_url: z.string().nullish(),
  pull_request: z.unknown().optional(),
})
export type IssueAnswer = z.infer<typeof IssueAnswer>

/** What the mark says beside what every part of ours says; what cannot be read is not known. */
const IssueMark = z.object({
  id: z.string(),
  title: z.string().optional(),
  state: z.string().optional(),
  labels: z.array(z.string()).default([]),
})
export type IssueMark = z.infer<typeof IssueMark>

export interface RemoteIssue {
  /** GitHub's own, which sub-issues are named by. */
  readonly id: number
  readonly number: number
  readonly url: string
  readonly title: string
  readonly body: string
  readonly isClosed: boolean
  readonly reason: string | undefined
  readonly locked: boolean
  readonly labels: readonly string[]
  readonly author: string | undefined
  /** Number of the issue it is a part of, where the server knows sub-issues. */
  readonly parent: number | undefined
  /** `owner/name` of the repository it is in now, in lower case. */
  readonly repository: string
  readonly region: Region | undefined
  readonly mark: IssueMark | undefined
}

const lastNumber = (url: string | null | undefined): number | undefined => {
  const found = /\/(\d+)$/.exec(url ?? '')?.[1]
  return found === undefined ? undefined : Number(found)
}

/** Total over what GitHub answers. */
export function toRemoteIssue(answer: IssueAnswer): RemoteIssue {
  const body = (answer.body ?? '').replace(/\r\n?/g, '\n')
  const region = findRegion(body)
  return {
    id: answer.id,
    number: answer.number,
    url: answer.html_url,
    title: answer.title,
    body,
    isClosed: answer.state === 'closed',
    reason: answer.state === 'closed' ? (answer.state_reason ?? undefined) : undefined,
    locked: answer.locked,
    labels: answer.labels.flatMap((label) => (typeof label === 'string' ? label : (label.name ?? []))),
    author: answer.user?.login,
    parent: lastNumber(answer.parent_issue_url),
    repository: /\/repos\/(.+)$/.exec(answer.repository_url)?.[1]?.toLowerCase() ?? '',
    region,
    mark: region && IssueMark.safeParse(region.mark).data,
  }
}

/** Changes with everything of an issue that is compared: its own time of change moves with every comment as well. */
export const issueVersion = ({ title, body, isClosed, reason, labels, parent, repository }: RemoteIssue): string =>
  createHash('sha256')
    .update(JSON.stringify([title, body, isClosed, reason ?? null, [...labels].sort(), parent ?? null, repository]))
    .digest('hex')
    .slice(0, 24)
