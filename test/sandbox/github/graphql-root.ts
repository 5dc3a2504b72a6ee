// Where queries begin: repositories by name, nodes by id, and who asks.

import { toCommitNode } from './graphql-git.ts'
import { toDiscussionNode, writeIssue } from './graphql-issues.ts'
import { type Args, canSee, connection, type Graph, GraphFault, type Json, toActor } from './graphql-node.ts'
import { projectsOf } from './graphql-projects.ts'
import { toPullNode, toReviewNode } from './graphql-pulls.ts'
import { toDeploymentNode, toReleaseNode, toRepositoryNode } from './graphql-repository.ts'
import { toRunNode, toSuiteNode, toWorkflowNode } from './graphql-runs.ts'
import { reviewsOf } from './reviews.ts'
import type { RouteContext } from './router.ts'
import { findRun, findRunBySuite } from './runs.ts'
import { findRepository, nodeId, type Repository, type World } from './world.ts'

/** The members of `Query`. */
export function makeQueryRoot({ world, actor }: RouteContext): Json {
  const graph: Graph = { world, actor }
  const node = (id: string): Json => {
    const found = findNode(graph, id)
    if (!found) throw new GraphFault('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`)
    return found
  }
  const owner = ({ login }: Args) => {
    const account = world.accounts.get(String(login).toLowerCase())
    if (!account) throw new GraphFault('NOT_FOUND', `Could not resolve to a RepositoryOwner with the login of '${String(login)}'.`)
    return {
      ...toActor(graph, account),
      repositories: (args: Args) => repositoriesOf(graph, account.id, args),
      ...projectsOf(graph, account),
    }
  }
  return {
    __typename: 'Query',
    repository: (args: Args) => repositoryByName(graph, args),
    node: ({ id }: Args) => node(String(id)),
    // A null among nodes says that this one could not be read, and nothing about whether it exists.
    nodes: ({ ids }: Args) => (ids as readonly string[]).map((id) => findNode(graph, id) ?? missing(id)),
    viewer: () =>
      toActor(graph, actor.kind === 'installation' || actor.kind === 'user' ? { ...actor.token.account, type: 'User' } : undefined),
    ...{ organization: owner, repositoryOwner: owner, user: owner },
  }
}

const missing = (id: string) => new GraphFault('NOT_FOUND', `Could not resolve to a node with the global id of '${id}'`)

function repositoryByName(graph: Graph, { owner, name, followRenames }: Args): Json {
  const { world } = graph
  const full = `${String(owner)}/${String(name)}`
  const former = followRenames === false ? undefined : world.repositories.get(world.formerNames.get(full.toLowerCase()) ?? -1)
  const found = findRepository(world, full) ?? former
  if (!found || !canSee(graph, found)) throw new GraphFault('NOT_FOUND', `Could not resolve to a Repository with the name '${full}'.`)
  return toRepositoryNode(graph, found)
}

function repositoriesOf(graph: Graph, ownerId: number, args: Args): Json {
  const found = [...graph.world.repositories.values()].filter((one) => one.owner.id === ownerId && canSee(graph, one))
  return { ...connection(found, args, (one) => toRepositoryNode(graph, one)), totalDiskUsage: 0 }
}

/** An object by its id, when who asks sees the repository it is in. */
function findNode(graph: Graph, id: string): Json | undefined {
  const [kind = '', number = ''] = Buffer.from(id, 'base64').toString('utf8').split(':')
  const wanted = Number(number)
  const within = <T>(read: (repository: Repository) => T | undefined): { repository: Repository; item: T } | undefined => {
    for (const repository of visible(graph)) {
      const item = read(repository)
      if (item !== undefined) return { repository, item }
    }
    return undefined
  }
  if (kind === 'Repository') {
    const repository = graph.world.repositories.get(wanted)
    return repository && canSee(graph, repository) ? toRepositoryNode(graph, repository) : undefined
  }
  if (kind === 'WorkflowRun') {
    const found = within(({ evidence }) => findRun(evidence.runs, wanted))
    return found && toRunNode(graph, found.repository, found.item)
  }
  if (kind === 'CheckSuite') {
    const found = within(({ evidence }) => findRunBySuite(evidence.runs, wanted))
    return found && toSuiteNode(graph, found.repository, found.item)
  }
  if (kind === 'Workflow') {
    const found = within(({ evidence }) => evidence.workflows.get(wanted))
    return found && toWorkflowNode(graph, found.repository, found.item)
  }
  if (kind === 'Release') {
    const found = within(({ evidence }) => evidence.releases.get(wanted))
    return found && toReleaseNode(graph, found.repository, found.item)
  }
  if (kind === 'Issue') {
    const found = within(({ issues }) => [...issues.values()].find((issue) => issue.id === wanted && !issue.isPull))
    return found && writeIssue(graph, found.repository, found.item)
  }
  if (kind === 'PullRequest') {
    const found = within(({ pulls }) => [...pulls.values()].find((pull) => nodeId('PullRequest', pull.id) === id))
    return found && toPullNode(graph, found.repository, found.item)
  }
  if (kind === 'PullRequestReview') {
    const found = within((repository) => {
      for (const pull of repository.pulls.values()) {
        const review = reviewsOf(repository, pull.number)
          .slice()
          .find((one) => one.id === wanted)
        if (review) return { pull, review }
      }
      return undefined
    })
    return found && toReviewNode(graph, found.repository, found.item.pull, found.item.review)
  }
  if (kind === 'Deployment') {
    const found = within(({ evidence }) => evidence.deployments.get(wanted))
    return found && toDeploymentNode(graph, found.repository, found.item)
  }
  if (kind === 'Discussion') {
    const found = within(({ evidence }) => [...evidence.discussions.values()].find((one) => one.id === wanted))
    return found && toDiscussionNode(graph, found.repository, found.item)
  }
  if (kind === 'Commit') {
    const found = within(({ objects }) => objects.commit(number))
    return found && toCommitNode(graph, found.repository, number, found.item)
  }
  return undefined
}

function* visible(graph: Graph): Iterable<Repository> {
  const { world }: { readonly world: World } = graph
  for (const repository of world.repositories.values()) if (canSee(graph, repository)) yield repository
}
