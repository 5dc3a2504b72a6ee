// Which issues with our label changed since a moment: what a poll asks, for events that never came.
import { z } from 'zod'
import type { RemoteRef } from '../../engine/push.ts'
import type { GitHubContext } from '../client.ts'
import type { RepositoryName } from '../git-tree.ts'
import { refOf } from './issue-index.ts'
import { OWN_LABEL } from './issue-status.ts'
import { IssueAnswer, toRemoteIssue } from './remote-issue.ts'

/** Changes that are read in one poll; those left out are met by the next one, oldest first. */
const MOST_CHANGED = 1_000

/** The issues with their versions, oldest change first. Throws what the requester throws. */
export async function listChangedIssues(github: GitHubContext, repository: RepositoryName, since: Date): Promise<readonly RemoteRef[]> {
  const filter = { state: 'all', labels: OWN_LABEL, sort: 'updated', direction: 'asc', since: since.toISOString() }
  const call = {
    route: 'GET /repos/{owner}/{repo}/issues',
    parameters: { ...repository, ...filter },
    meta: { operation: 'github.issue.changed' },
    answer: z.array(IssueAnswer),
  }
  const answers = await github.client.list(call, (page) => page, MOST_CHANGED)
  return answers.filter(({ pull_request: pull }) => pull === undefined).map((answer) => refOf(toRemoteIssue(answer)))
}
