// The life of an installation, each step with the event that GitHub sends for it.
import { toRepositoryStub, toUser } from './payload-repository.ts'
import { type Account, covers, type Installation, type Permissions, type Repository, type World } from './world.ts'

function emitInstallation(
  world: World,
  installation: Installation,
  sender: Account,
  action: string,
  repositories?: readonly Repository[],
): void {
  const listed = repositories ? { repositories: repositories.map(toRepositoryStub) } : {}
  world.emit({ event: 'installation', installation, sender, payload: { action, ...listed } })
}

const repositoriesOf = (world: World, installation: Installation): Repository[] =>
  [...world.repositories.values()].filter((repository) => covers(installation, repository))

/** Installs the App on an account, for all its repositories or some. */
export function addInstallation(
  world: World,
  account: Account,
  repositories: 'all' | readonly Repository[],
  sender: Account,
): Installation {
  const installation: Installation = {
    ...{
      id: world.nextId(),
      account,
      permissions: world.app.permissions,
      events: world.app.events,
      createdAt: world.clock.now(),
      suspendedAt: undefined,
    },
    repositories: repositories === 'all' ? 'all' : new Set(repositories.map((repository) => repository.id)),
  }
  world.installations.set(installation.id, installation)
  emitInstallation(world, installation, sender, 'created', repositoriesOf(world, installation))
  return installation
}

/** Uninstalls: tokens stop working at once, and nothing is heard of its repositories again. */
export function removeInstallation(world: World, installation: Installation, sender: Account): void {
  world.installations.delete(installation.id)
  emitInstallation(world, installation, sender, 'deleted', repositoriesOf(world, installation))
}

export function suspendInstallation(world: World, installation: Installation, sender: Account, suspended: boolean): void {
  installation.suspendedAt = suspended ? world.clock.now() : undefined
  emitInstallation(world, installation, sender, suspended ? 'suspend' : 'unsuspend')
}

export function acceptPermissions(world: World, installation: Installation, permissions: Permissions, sender: Account): void {
  installation.permissions = permissions
  emitInstallation(world, installation, sender, 'new_permissions_accepted')
}

/** Adds repositories to, or removes them from, an installation of selected repositories. */
export function changeRepositories(
  world: World,
  installation: Installation,
  action: 'added' | 'removed',
  repositories: readonly Repository[],
  sender: Account,
): void {
  const chosen =
    installation.repositories === 'all'
      ? new Set(repositoriesOf(world, installation).map((repository) => repository.id))
      : installation.repositories
  for (const repository of repositories) {
    if (action === 'added') chosen.add(repository.id)
    else chosen.delete(repository.id)
  }
  installation.repositories = chosen
  const stubs = repositories.map(toRepositoryStub)
  const lists =
    action === 'added' ? { repositories_added: stubs, repositories_removed: [] } : { repositories_added: [], repositories_removed: stubs }
  world.emit({
    event: 'installation_repositories',
    installation,
    sender,
    payload: { action, ...lists, repository_selection: 'selected', requester: toUser(world, sender) },
  })
}
