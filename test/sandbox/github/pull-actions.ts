// What people do with pull requests, as functions for tests and the demo.
import { type ActionDeps, DEVELOPER, type RepositoryName } from './actions.ts'
import { append } from './evidence.ts'
import { finishGroup, type MergeGroup, queuePull } from './merge-queue.ts'
import { changePull, emitPull, finishMerge, getPull, openPull, type PullChange, planMerge } from './pulls.ts'
import { moveRef } from './pushes.ts'
import { addRepository, commitFiles, type Files } from './repositories.ts'
import { ensureAccount, getRepository, type Repository, type World } from './world.ts'

export interface NewPull {
  readonly branch: string
  /** Committed to the branch first; texts, `null` deletes. */
  readonly files?: Files
  readonly title?: string
  readonly body?: string
  readonly base?: string
  readonly draft?: boolean
  readonly author?: string
}

export interface OpenedPull {
  readonly number: number
  readonly headSha: string
  readonly branch: string
}

/** Commits to a branch, of the repository or of `owner`'s fork of it, and opens the pull request. */
function openFrom(world: World, name: RepositoryName, input: NewPull, owner: string | undefined): OpenedPull {
  const repository = getRepository(world, name)
  const author = ensureAccount(world, input.author ?? owner ?? DEVELOPER)
  const source = owner === undefined ? repository : ensureFork(world, repository, owner)
  const base = input.base ?? repository.defaultBranch
  const title = input.title ?? `Change ${input.branch}`
  if (input.files) commitFiles(world, source, input.branch, input.files, title, { author, from: base })
  const head = owner === undefined ? input.branch : `${owner}:${input.branch}`
  const pull = openPull(world, repository, author, { title, head, base, body: input.body ?? null, draft: input.draft ?? false })
  return { number: pull.number, headSha: pull.head.sha, branch: input.branch }
}

function ensureFork(world: World, parent: Repository, owner: string): Repository {
  const known = [...world.repositories.values()].find((one) => one.parentId === parent.id && one.owner.login === owner)
  return known ?? addRepository(world, ensureAccount(world, owner), parent.name, { parent, private: parent.private })
}

/** Opening, pushing, editing and merging. */
export function makePullActions({ world, settled }: ActionDeps) {
  const person = () => ensureAccount(world, DEVELOPER)
  const find = (name: RepositoryName, number: number) => {
    const repository = getRepository(world, name)
    return { repository, pull: getPull(repository, number) }
  }
  return {
    /** Opens a pull request from a branch of the repository, after committing `files` to it. */
    async openPull(name: RepositoryName, input: NewPull): Promise<OpenedPull> {
      const opened = openFrom(world, name, input, undefined)
      await settled()
      return opened
    },
    /** The same from a person's fork, which is made when it is new. The App is not installed there. */
    async forkPull(name: RepositoryName, owner: string, input: NewPull): Promise<OpenedPull> {
      const opened = openFrom(world, name, input, owner)
      await settled()
      return opened
    },
    /** Commits to the head of a pull request; answers the new head. With `amend` it is a force push. */
    async pushToPull(name: RepositoryName, number: number, files: Files, message = 'Correct', options: { amend?: boolean } = {}) {
      const { pull } = find(name, number)
      const source = world.repositories.get(pull.head.repositoryId)
      if (!source) throw new Error(`the fork of pull request ${number} is gone`)
      const sha = commitFiles(world, source, pull.head.ref, files, message, { author: pull.user, ...options })
      await settled()
      return sha
    },
    /** Changes title, body, base or state; sends `edited`, `closed` or `reopened`. */
    async editPull(name: RepositoryName, number: number, change: PullChange) {
      const { repository, pull } = find(name, number)
      changePull(world, repository, pull, person(), change)
      await settled()
    },
    async readyForReview(name: RepositoryName, number: number) {
      const { repository, pull } = find(name, number)
      pull.draft = false
      append(repository.evidence.timeline, number, { id: world.nextId(), kind: 'ready_for_review', actor: person(), at: world.clock.now() })
      emitPull(world, repository, pull, person(), 'ready_for_review')
      await settled()
    },
    /** Merges with a merge commit; answers it. */
    async mergePull(name: RepositoryName, number: number) {
      const { repository, pull } = find(name, number)
      const sha = planMerge(world, repository, pull, person())
      if (sha === 'conflict') throw new Error(`pull request ${number} conflicts with ${pull.base.ref}`)
      moveRef(world, repository, `refs/heads/${pull.base.ref}`, sha, person())
      finishMerge(world, repository, pull, person(), sha)
      await settled()
      return sha
    },
  }
}

/** The merge queue. */
export function makeQueueActions({ world, settled }: ActionDeps) {
  const person = () => ensureAccount(world, DEVELOPER)
  const find = (name: RepositoryName, number: number) => {
    const repository = getRepository(world, name)
    return { repository, pull: getPull(repository, number) }
  }
  return {
    /** Puts a pull request in the merge queue: `merge_group` asks for checks on the group's commit. */
    async queueMerge(name: RepositoryName, number: number): Promise<MergeGroup> {
      const { repository, pull } = find(name, number)
      const group = queuePull(world, repository, pull, person())
      await settled()
      return group
    },
    async finishQueue(name: RepositoryName, number: number, group: MergeGroup, merged: boolean) {
      const { repository, pull } = find(name, number)
      finishGroup(world, repository, pull, group, merged, person())
      await settled()
    },
  }
}
