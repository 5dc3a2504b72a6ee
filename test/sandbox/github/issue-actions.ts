// What people do with issues, as functions for tests and the demo. Each resolves when its webhooks have been answered.
import { type ActionDeps, DEVELOPER, type RepositoryName } from './actions.ts'
import { emitIssue } from './issue-events.ts'
import { changeIssue, getIssue, type Issue, openIssue, setLabels } from './issues.ts'
import { labelsOf } from './labels.ts'
import { setListLag } from './routes-issues.ts'
import { ensureAccount, getRepository, type World } from './world.ts'

/** An issue as a test looks at it. */
export interface ShownIssue {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly state: string
  readonly labels: readonly string[]
  readonly comments: readonly string[]
  readonly parent: number | undefined
}

const toShown = ({ number, title, body, state, stateReason, labels, comments, parent }: Issue): ShownIssue => ({
  ...{ number, title, body: body ?? '', labels: [...labels].sort(), comments: comments.map((comment) => comment.body), parent },
  state: state === 'closed' ? `closed: ${stateReason}` : state,
})

/** A transferred issue begins anew over there, and its old number leads to it. */
function transfer(world: World, from: RepositoryName, number: number, to: RepositoryName): number {
  const [source, target] = [getRepository(world, from), getRepository(world, to)]
  const issue = getIssue(source, number)
  const moved = openIssue(world, target, issue.user, { title: issue.title, body: issue.body })
  moved.comments.push(...issue.comments)
  issue.movedTo = { repositoryId: target.id, number: moved.number }
  return moved.number
}

export function makeIssueActions({ world, settled }: ActionDeps) {
  const person = () => ensureAccount(world, DEVELOPER)
  const find = (name: RepositoryName, number: number) => getIssue(getRepository(world, name), number)
  const act = async (name: RepositoryName, number: number, change: (issue: Issue) => readonly string[]) => {
    const issue = find(name, number)
    emitIssue(world, getRepository(world, name), issue, person(), change(issue))
    await settled()
  }
  return {
    closeIssue: (name: RepositoryName, number: number, reason: 'completed' | 'not_planned' | 'duplicate' = 'completed') =>
      act(name, number, (issue) => changeIssue(world, getRepository(world, name), issue, { state: 'closed', state_reason: reason })),
    reopenIssue: (name: RepositoryName, number: number) =>
      act(name, number, (issue) => changeIssue(world, getRepository(world, name), issue, { state: 'open' })),
    /** As the web page does: lines end in CR LF. */
    editIssue: (name: RepositoryName, number: number, change: { readonly title?: string; readonly body?: string }) =>
      act(name, number, (issue) =>
        changeIssue(world, getRepository(world, name), issue, {
          ...(change.title === undefined ? {} : { title: change.title }),
          ...(change.body === undefined ? {} : { body: change.body.replace(/\r?\n/g, '\r\n') }),
        }),
      ),
    relabelIssue: (
      name: RepositoryName,
      number: number,
      { add = [], remove = [] }: { readonly add?: readonly string[]; readonly remove?: readonly string[] },
    ) =>
      act(name, number, (issue) =>
        setLabels(world, getRepository(world, name), issue, [...issue.labels.filter((label) => !remove.includes(label)), ...add]),
      ),
    lockIssue: (name: RepositoryName, number: number) =>
      act(name, number, (issue) => {
        issue.locked = true
        return ['locked']
      }),
    deleteIssue: (name: RepositoryName, number: number) =>
      act(name, number, (issue) => {
        issue.deleted = true
        return ['deleted']
      }),
    /** Moves an issue to another repository; answers its number there. */
    transferIssue: (from: RepositoryName, number: number, to: RepositoryName) => transfer(world, from, number, to),
    /** For how long lists do not show a new issue. */
    setIssueListLag: (name: RepositoryName, ms: number) => setListLag(getRepository(world, name), ms),
    /** What is there, by number, without pull requests. */
    issues: (name: RepositoryName): ShownIssue[] =>
      [...getRepository(world, name).issues.values()].filter((issue) => !issue.isPull && !issue.deleted && !issue.movedTo).map(toShown),
    issueLabels: (name: RepositoryName) => [...labelsOf(getRepository(world, name)).values()],
  }
}
