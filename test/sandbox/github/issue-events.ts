// What GitHub tells of an issue: one event for each thing that changed, in the order it lists them.
import { type Issue, toIssue } from './issues.ts'
import type { Account, Repository, World } from './world.ts'

/** Sends the events of a change; a pull request's are told elsewhere. */
export function emitIssue(world: World, repository: Repository, issue: Issue, sender: Account, actions: readonly string[]): void {
  if (issue.isPull) return
  for (const action of actions) {
    const changes = action === 'edited' ? { changes: {} } : {}
    world.emit({ event: 'issues', repository, sender, payload: { action, issue: toIssue(world, repository, issue), ...changes } })
  }
}
