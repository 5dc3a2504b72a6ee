// Issues as the target of a push: the engine decides when to look, create and write, and here is how each is done at GitHub.
import type { Agreement, Found, PushItem, PushPlan, PushTarget, RemoteRef } from '../../engine/push.ts'
import type { ReconcilePolicy } from '../../governance/reconcile.ts'
import { AppError } from '../../kernel/errors.ts'
import type { GitHubContext } from '../client.ts'
import type { RepositoryName } from '../git-tree.ts'
import { toRegion } from '../managed-region.ts'
import { makeIssueIndex, numberOf, refOf } from './issue-index.ts'
import type { DesiredIssue } from './issue-mapping.ts'
import { type IssuePlan, type IssueWrites, planIssue } from './issue-plan.ts'
import { type IssueRefusal, sayIssueRefusal } from './issue-refusal.ts'
import { type IssueRequests, makeIssueRequests } from './issue-requests.ts'
import { CLOSED_STATES, statusLabel } from './issue-status.ts'
import type { RemoteIssue } from './remote-issue.ts'

export interface IssueTarget extends PushTarget<DesiredIssue, RemoteIssue> {
  /** Says on an issue why a change of a person is not taken; false when it was said before, or it takes no comments. */
  sayRefusal(ref: Pick<RemoteRef, 'id'>, artifactId: string, refusals: readonly IssueRefusal[]): Promise<boolean>
  /** Reads all issues with our label in few requests, so that the first `read` of each costs none. */
  readAhead(): Promise<void>
}

/** Everything in one request, the mark included, so that it is found if the answer is lost. It is closed afterwards where it should be. */
async function createIssue(requests: IssueRequests, desired: DesiredIssue): Promise<RemoteRef> {
  const { artifactId: id, title, content, labels, marker, state } = desired
  const all = [...labels, ...(state === undefined ? [] : [statusLabel(state)])]
  await requests.ensureLabels(all)
  // A closed state is agreed on when the issue is closed: until then it would look as if somebody had reopened it.
  const isOpen = state !== undefined && !CLOSED_STATES[state]
  const body = toRegion(marker, content, { id, title, ...(isOpen ? { state } : {}), labels })
  return refOf(await requests.create({ title, body, labels: all }))
}

/** Labels first: the change of the issue itself carries the mark, which says that the rest was done. */
async function write(requests: IssueRequests, remote: RemoteIssue, writes: IssueWrites): Promise<RemoteIssue | undefined> {
  const { number } = remote
  const { addLabels, removeLabels, parent, title, body, state } = writes
  if (addLabels.length > 0) {
    await requests.ensureLabels(addLabels)
    await requests.addLabels(number, addLabels)
  }
  for (const label of removeLabels) await requests.removeLabel(number, label)
  if (parent !== undefined) await requests.addSubIssue(parent, remote.id)
  const change = { ...(title === undefined ? {} : { title }), ...(body === undefined ? {} : { body }), ...state }
  if (Object.keys(change).length > 0) return requests.change(number, change)
  return requests.read(number)
}

/** The engine hands back the plan that it was given. */
const isIssuePlan = (plan: PushPlan): plan is IssuePlan => 'writes' in plan

/** The target of one repository, for as long as one piece of work takes. */
export function makeIssueTarget(
  github: GitHubContext,
  repository: RepositoryName,
  { conflictPolicy }: { readonly conflictPolicy: ReconcilePolicy },
): IssueTarget {
  const index = makeIssueIndex(github, repository)
  const requests = makeIssueRequests(github, repository)
  return Object.freeze({
    remoteKind: 'github-issue',
    stepwise: ['status'],
    readAhead: index.readAhead,
    async sayRefusal(ref: Pick<RemoteRef, 'id'>, artifactId: string, refusals: readonly IssueRefusal[]) {
      const issue = await requests.read(numberOf(ref.id))
      return issue !== undefined && sayIssueRefusal(requests, issue, artifactId, refusals)
    },
    async find(marker: string, candidates: readonly string[]): Promise<Found> {
      for (const candidate of candidates) {
        const issue = await requests.read(numberOf(candidate))
        if (issue?.region?.mark.marker === marker) return { kind: 'found', ref: refOf(issue) }
      }
      return index.find(marker)
    },
    async read(ref: RemoteRef) {
      const listed = index.takeListed(numberOf(ref.id))
      const remote = listed ?? (await requests.read(numberOf(ref.id)))
      return remote && { ref: refOf(remote), remote, ahead: listed !== undefined }
    },
    create: ({ desired }: PushItem<DesiredIssue>) => createIssue(requests, desired),
    plan: (item: PushItem<DesiredIssue>, remote: RemoteIssue, agreement: Agreement) => planIssue(item, remote, agreement, conflictPolicy),
    async apply(_item: PushItem<DesiredIssue>, ref: RemoteRef, remote: RemoteIssue, plan: PushPlan) {
      if (!isIssuePlan(plan)) throw new AppError('internal', 'An issue was to be written by a plan that was not made for it.')
      const after = await write(requests, remote, plan.writes)
      return after ? refOf(after) : ref
    },
  })
}
