// The life of a repository, and commits to it by path. Ids stay; names change and leave a redirect behind.
import { makeEvidence } from './evidence.ts'
import { applyFiles } from './git-history.ts'
import { makeObjectStore } from './git-objects.ts'
import { getCommit } from './payload-git.ts'
import { installationOf, toOrganization, toUser } from './payload-repository.ts'
import { moveRef } from './pushes.ts'
import { type Account, findRepository, fullName, type Repository, type World } from './world.ts'

export type Files = Readonly<Record<string, string | Buffer | null>>

export interface RepositoryOptions {
  readonly defaultBranch?: string
  readonly private?: boolean
  /** Set for a fork: shares the parent's objects. */
  readonly parent?: Repository
}

/** An empty repository. */
export function addRepository(world: World, owner: Account, name: string, options: RepositoryOptions = {}): Repository {
  if (findRepository(world, `${owner.login}/${name}`)) throw new Error(`${owner.login}/${name} exists already`)
  const now = world.clock.now()
  const repository: Repository = {
    ...{ id: world.nextId(), name, owner, createdAt: now, pushedAt: now, private: options.private ?? true, archived: false },
    defaultBranch: options.defaultBranch ?? options.parent?.defaultBranch ?? 'main',
    parentId: options.parent?.id,
    objects: options.parent?.objects ?? makeObjectStore(),
    refs: new Map([...(options.parent?.refs ?? [])].filter(([ref]) => ref.startsWith('refs/heads/'))),
    ...{
      pulls: new Map(),
      issues: new Map(),
      checkRuns: new Map(),
      checkSuites: new Map(),
      evidence: makeEvidence(),
      nextNumber: 1,
      pages: undefined,
    },
  }
  world.repositories.set(repository.id, repository)
  world.formerNames.delete(`${owner.login}/${name}`.toLowerCase())
  return repository
}

export interface CommitOptions {
  readonly author: Account
  /** Where a new branch starts; default the default branch. */
  readonly from?: string
  /** Replaces the branch's newest commit instead of following it: a force push. */
  readonly amend?: boolean
}

/** Commits texts (`null` deletes) to a branch, which is made when it is new, and answers the commit. */
export function commitFiles(
  world: World,
  repository: Repository,
  branch: string,
  files: Files,
  message: string,
  options: CommitOptions,
): string {
  const { objects } = repository
  const ref = `refs/heads/${branch}`
  const tip = repository.refs.get(ref) ?? repository.refs.get(`refs/heads/${options.from ?? repository.defaultBranch}`)
  const parents = tip ? (options.amend ? getCommit(repository, tip).parents : [tip]) : []
  const tree = applyFiles(objects, tip ? getCommit(repository, tip).tree : objects.writeTree([]), files)
  const signature = { name: options.author.login, email: `${options.author.login}@users.noreply.example`, date: world.clock.now() }
  const sha = objects.writeCommit({ tree, parents, author: signature, committer: signature, message })
  moveRef(world, repository, ref, sha, options.author)
  return sha
}

function emitRepository(
  world: World,
  repository: Repository,
  sender: Account,
  action: string,
  more: Readonly<Record<string, unknown>> = {},
): void {
  world.emit({ event: 'repository', repository, sender, payload: { action, ...more } })
}

export function renameRepository(world: World, repository: Repository, name: string, sender: Account): void {
  const from = repository.name
  world.formerNames.set(fullName(repository).toLowerCase(), repository.id)
  repository.name = name
  emitRepository(world, repository, sender, 'renamed', { changes: { repository: { name: { from } } } })
}

/** Gives a repository to another account. Who hears of it is the new owner's installation, if there is one. */
export function transferRepository(world: World, repository: Repository, owner: Account, sender: Account): void {
  const from = repository.owner
  world.formerNames.set(fullName(repository).toLowerCase(), repository.id)
  const before = installationOf(world, repository)
  if (before && before.repositories !== 'all') before.repositories.delete(repository.id)
  repository.owner = owner
  const former = from.type === 'Organization' ? { organization: toOrganization(world, from) } : { user: toUser(world, from) }
  emitRepository(world, repository, sender, 'transferred', { changes: { owner: { from: former } } })
}

export function archiveRepository(world: World, repository: Repository, archived: boolean, sender: Account): void {
  repository.archived = archived
  emitRepository(world, repository, sender, archived ? 'archived' : 'unarchived')
}

export function deleteRepository(world: World, repository: Repository, sender: Account): void {
  emitRepository(world, repository, sender, 'deleted')
  world.repositories.delete(repository.id)
}
