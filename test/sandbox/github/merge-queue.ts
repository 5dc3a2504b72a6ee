// The merge queue: a commit of what merging would give, on a branch that checks must pass before anything is merged.
import { toSimpleCommit } from './check-runs.ts'
import { finishMerge, type Pull, planMerge } from './pulls.ts'
import { moveRef } from './pushes.ts'
import type { Account, Repository, World } from './world.ts'

export interface MergeGroup {
  readonly headSha: string
  readonly headRef: string
  readonly baseSha: string
  readonly baseRef: string
}

/** Puts a pull request in the queue and asks for checks on the group's commit. */
export function queuePull(world: World, repository: Repository, pull: Pull, sender: Account): MergeGroup {
  const headSha = planMerge(world, repository, pull, sender)
  if (headSha === 'conflict') throw new Error(`pull request ${pull.number} conflicts with ${pull.base.ref}`)
  const baseRef = `refs/heads/${pull.base.ref}`
  const baseSha = repository.refs.get(baseRef) ?? pull.base.sha
  const headRef = `refs/heads/gh-readonly-queue/${pull.base.ref}/pr-${pull.number}-${baseSha}`
  const group = { headSha, headRef, baseSha, baseRef }
  moveRef(world, repository, headRef, headSha, sender)
  emitGroup(world, repository, group, sender, 'checks_requested')
  return group
}

/** Ends a group: merged, when its checks passed, or thrown out. */
export function finishGroup(world: World, repository: Repository, pull: Pull, group: MergeGroup, merged: boolean, sender: Account): void {
  emitGroup(world, repository, group, sender, 'destroyed', { reason: merged ? 'merged' : 'invalidated' })
  moveRef(world, repository, group.headRef, undefined, sender)
  if (!merged) return
  moveRef(world, repository, group.baseRef, group.headSha, sender)
  finishMerge(world, repository, pull, sender, group.headSha)
}

function emitGroup(
  world: World,
  repository: Repository,
  group: MergeGroup,
  sender: Account,
  action: string,
  more: Readonly<Record<string, unknown>> = {},
): void {
  const described = {
    head_sha: group.headSha,
    head_ref: group.headRef,
    base_sha: group.baseSha,
    base_ref: group.baseRef,
    head_commit: toSimpleCommit(repository, group.headSha),
  }
  world.emit({ event: 'merge_group', repository, sender, payload: { action, ...more, merge_group: described } })
}
