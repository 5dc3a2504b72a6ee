// What people do at GitHub, as functions for tests and the demo. Each resolves when its webhooks have been answered.
import { mintInstallationToken, mintPersonalToken, signAppJwt } from './app-auth.ts'
import { acceptPermissions, addInstallation, changeRepositories, removeInstallation, suspendInstallation } from './installations.ts'
import {
  addRepository,
  archiveRepository,
  commitFiles,
  deleteRepository,
  type Files,
  type RepositoryOptions,
  renameRepository,
  transferRepository,
} from './repositories.ts'
import {
  type Account,
  ensureAccount,
  fullName,
  getRepository,
  type Installation,
  type Permissions,
  type Repository,
  type World,
} from './world.ts'

/** Who does what a test does, when it does not say. */
export const DEVELOPER = 'octo-developer'

export interface ActionDeps {
  readonly world: World
  readonly settled: () => Promise<void>
}

/** A repository as `owner/name`. */
export type RepositoryName = `${string}/${string}`

/** Accounts, repositories and commits. */
export function makeRepositoryActions({ world, settled }: ActionDeps) {
  const person = (login: string = DEVELOPER): Account => ensureAccount(world, login)
  const find = (name: string): Repository => getRepository(world, name)
  const change = async (action: () => void) => {
    action()
    await settled()
  }
  return {
    createOrganisation: (login: string) => ensureAccount(world, login, 'Organization'),
    createUser: (login: string) => ensureAccount(world, login),
    /** A personal access token of a person. */
    createToken: (login: string, permissions: Permissions = world.app.permissions) => mintPersonalToken(world, person(login), permissions),
    /** A repository with a first commit of `files`; an empty one without files. The owner is an organisation unless it exists as a person. */
    async createRepository(name: RepositoryName, files: Files = {}, options: Omit<RepositoryOptions, 'parent'> = {}) {
      const [owner = '', short = ''] = name.split('/')
      const repository = addRepository(world, ensureAccount(world, owner, 'Organization'), short, options)
      const sha =
        Object.keys(files).length > 0
          ? commitFiles(world, repository, repository.defaultBranch, files, 'First commit', { author: person() })
          : undefined
      await settled()
      return { id: repository.id, name: fullName(repository), sha, defaultBranch: repository.defaultBranch }
    },
    /** Commits texts (`null` deletes) to a branch, which starts at the default branch when it is new; answers the commit. */
    async commit(
      name: RepositoryName,
      branch: string,
      files: Files,
      message = 'Change files',
      options: { author?: string; from?: string; amend?: boolean } = {},
    ) {
      const { author, ...rest } = options
      const sha = commitFiles(world, find(name), branch, files, message, { ...rest, author: person(author) })
      await settled()
      return sha
    },
    renameRepository: (name: RepositoryName, to: string) => change(() => renameRepository(world, find(name), to, person())),
    transferRepository: (name: RepositoryName, owner: string) =>
      change(() => transferRepository(world, find(name), ensureAccount(world, owner, 'Organization'), person())),
    archiveRepository: (name: RepositoryName, archived = true) => change(() => archiveRepository(world, find(name), archived, person())),
    deleteRepository: (name: RepositoryName) => change(() => deleteRepository(world, find(name), person())),
  }
}

/** The App and its installations. */
export function makeInstallationActions({ world, settled }: ActionDeps) {
  const person = () => ensureAccount(world, DEVELOPER)
  const find = (id: number): Installation => {
    const found = world.installations.get(id)
    if (!found) throw new Error(`there is no installation ${id}`)
    return found
  }
  const repositories = (names: readonly string[]) => names.map((name) => getRepository(world, name))
  const change = async (action: () => void) => {
    action()
    await settled()
  }
  return {
    /** Installs the App on an account; answers the installation's id. */
    async installApp(owner: string, names: 'all' | readonly RepositoryName[] = 'all') {
      const installation = addInstallation(
        world,
        ensureAccount(world, owner, 'Organization'),
        names === 'all' ? 'all' : repositories(names),
        person(),
      )
      await settled()
      return installation.id
    },
    uninstallApp: (id: number) => change(() => removeInstallation(world, find(id), person())),
    suspendApp: (id: number) => change(() => suspendInstallation(world, find(id), person(), true)),
    unsuspendApp: (id: number) => change(() => suspendInstallation(world, find(id), person(), false)),
    /** Replaces what an installation allows, and sends `new_permissions_accepted`. */
    acceptPermissions: (id: number, permissions: Permissions) => change(() => acceptPermissions(world, find(id), permissions, person())),
    addRepositories: (id: number, names: readonly RepositoryName[]) =>
      change(() => changeRepositories(world, find(id), 'added', repositories(names), person())),
    removeRepositories: (id: number, names: readonly RepositoryName[]) =>
      change(() => changeRepositories(world, find(id), 'removed', repositories(names), person())),
    /** Ends every installation token at once, as a revocation does: the next request with one is answered 401. */
    expireTokens: () => {
      for (const [secret, token] of world.tokens) if (token.installationId !== undefined) world.tokens.delete(secret)
    },
    /** A JWT of the App, for tests without a client library. */
    signJwt: () => signAppJwt(world.app.privateKey, world.app.id, world.clock.now()),
    /** An installation token, for tests without a client library. */
    createInstallationToken: (id: number, permissions?: Permissions) =>
      mintInstallationToken(world, find(id), permissions ? { permissions } : {}).secret,
  }
}
