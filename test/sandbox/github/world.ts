// Everything the stand-in knows, as plain records that the other files change. Numeric ids never change; names do.
import { randomBytes } from 'node:crypto'
import type { Clock } from '../../../integrations/kernel/clock.ts'
import type { CheckRun, CheckSuite } from './check-runs.ts'
import type { Evidence } from './evidence.ts'
import type { ObjectStore } from './git-objects.ts'
import type { Issue } from './issues.ts'
import type { Project } from './projects.ts'
import type { Pull } from './pulls.ts'
import { notFound } from './refusal.ts'

export interface Account {
  readonly id: number
  readonly login: string
  readonly type: 'User' | 'Organization' | 'Bot'
}

/** What GitHub Pages serves of a repository. */
export interface PagesSettings {
  readonly branch: string
  /** `''` or `docs`. */
  readonly folder: string
  readonly byWorkflow: boolean
}

export interface Repository {
  readonly id: number
  name: string
  owner: Account
  readonly createdAt: Date
  pushedAt: Date
  defaultBranch: string
  readonly private: boolean
  archived: boolean
  readonly parentId: number | undefined
  /** Shared with its forks. */
  readonly objects: ObjectStore
  /** Full names (`refs/heads/main`) to commits. */
  readonly refs: Map<string, string>
  readonly pulls: Map<number, Pull>
  readonly issues: Map<number, Issue>
  readonly checkRuns: Map<number, CheckRun>
  readonly checkSuites: Map<number, CheckSuite>
  readonly evidence: Evidence
  pages: PagesSettings | undefined
  /** The next number of an issue or pull request. */
  nextNumber: number
}

export type Permissions = Readonly<Record<string, 'read' | 'write' | 'admin'>>

export interface Installation {
  readonly id: number
  readonly account: Account
  /** `all` follows the account's repositories. */
  repositories: 'all' | Set<number>
  permissions: Permissions
  readonly events: readonly string[]
  readonly createdAt: Date
  suspendedAt: Date | undefined
}

export interface AppIdentity {
  readonly id: number
  readonly clientId: string
  readonly slug: string
  readonly name: string
  readonly owner: Account
  readonly bot: Account
  readonly createdAt: Date
  permissions: Permissions
  readonly events: readonly string[]
  /** PKCS#8 PEM, made when the sandbox opened. */
  readonly privateKey: string
  readonly publicKey: string
}

export interface Token {
  /** An installation's, or a person's. */
  readonly installationId: number | undefined
  readonly account: Account
  /** `undefined`: everything the holder sees. */
  readonly repositoryIds: ReadonlySet<number> | undefined
  readonly permissions: Permissions
  readonly expiresAt: Date | undefined
}

export interface OutgoingEvent {
  readonly event: string
  readonly repository?: Repository
  readonly installation?: Installation
  readonly sender: Account
  readonly payload: Readonly<Record<string, unknown>>
}

export interface World {
  readonly clock: Clock
  readonly app: AppIdentity
  readonly accounts: Map<string, Account>
  readonly repositories: Map<number, Repository>
  /** Former `owner/name` (lower case) to id. */
  readonly formerNames: Map<string, number>
  readonly installations: Map<number, Installation>
  readonly tokens: Map<string, Token>
  readonly projects: Project[]
  /** Ids of people who left: their work stays, under the name of nobody. */
  readonly deletedAccounts: Set<number>
  /** What one-minute addresses of downloads lead to, by their last part. */
  readonly downloads: Map<string, { readonly data: Buffer; readonly expiresAt: Date }>
  /** Files in one recursive tree answer before it is cut. */
  treeLimit: number
  /** How many runs a list can reach, with any filter and without one, and what is beyond: an empty page or 422. */
  readonly runCaps: { filtered: number; unfiltered: number; beyond: 'empty' | 'refuse' }
  /** Root of the REST API, without a slash at the end. */
  readonly apiUrl: string
  readonly htmlUrl: string
  nextId(): number
  /** Queues the webhooks of something that happened. */
  emit(event: OutgoingEvent): void
}

/** An account by login, made when it is new: a person, unless the login ends as those of Apps do. */
export function ensureAccount(
  world: Pick<World, 'accounts' | 'nextId'>,
  login: string,
  type: Account['type'] = login.endsWith('[bot]') ? 'Bot' : 'User',
): Account {
  const known = world.accounts.get(login.toLowerCase())
  if (known) return known
  const account: Account = Object.freeze({ id: world.nextId(), login, type })
  world.accounts.set(login.toLowerCase(), account)
  return account
}

export const fullName = (repository: Repository): string => `${repository.owner.login}/${repository.name}`

/** A repository by `owner/name`, current names only. */
export function findRepository(world: World, name: string): Repository | undefined {
  const wanted = name.toLowerCase()
  for (const repository of world.repositories.values()) if (fullName(repository).toLowerCase() === wanted) return repository
  return undefined
}

/** A repository by `owner/name`, also by a former one; refuses with 404. */
export function getRepository(world: World, name: string): Repository {
  const found = findRepository(world, name) ?? world.repositories.get(world.formerNames.get(name.toLowerCase()) ?? -1)
  if (!found) throw notFound()
  return found
}

export const covers = (installation: Installation, repository: Repository): boolean =>
  installation.account.id === repository.owner.id && (installation.repositories === 'all' || installation.repositories.has(repository.id))

/** GitHub's instants have whole seconds. */
export const instant = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`

export const nodeId = (kind: string, id: number | string): string => Buffer.from(`${kind}:${id}`).toString('base64')

export const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex')

/** A branch, tag, pull-request reference or commit id as a commit. */
export function resolveCommit(repository: Repository, name: string): string | undefined {
  for (const prefix of ['refs/heads/', 'refs/tags/', 'refs/', '']) {
    const sha = repository.refs.get(prefix + name)
    if (sha) return sha
  }
  return /^[0-9a-f]{40}$/.test(name) && repository.objects.commit(name) ? name : undefined
}
