// A repository as GraphQL shows it, its releases, deployments and environments.
import type { Deployment, DeploymentStatus, Environment, Release } from './evidence.ts'
import { objectAt, toRefNode } from './graphql-git.ts'
import { alertsOf, discussionsOf, issuesOf, toDiscussionNode, toIssueNode } from './graphql-issues.ts'
import { type Args, connection, type Graph, GraphFault, type Json, need, ordered, toActor, toPerson } from './graphql-node.ts'
import { pullsOf, toPullNode } from './graphql-pulls.ts'
import { toProtectionRuleNode, toRulesetNode } from './graphql-rules.ts'
import { fullName, instant, nodeId, type Repository } from './world.ts'

export function toRepositoryNode(graph: Graph, repository: Repository): Json {
  const { settings } = repository.evidence
  const name = fullName(repository)
  return {
    __typename: 'Repository',
    ...{ id: nodeId('Repository', repository.id), databaseId: repository.id, name: repository.name, nameWithOwner: name },
    ...{
      url: `${graph.world.htmlUrl}/${name}`,
      resourcePath: `/${name}`,
      description: null,
      visibility: repository.private ? 'PRIVATE' : 'PUBLIC',
    },
    ...{ isArchived: repository.archived, isDisabled: false, isFork: repository.parentId !== undefined, isPrivate: repository.private },
    ...{ isEmpty: repository.refs.size === 0, isLocked: false, isMirror: false, isTemplate: false },
    ...{ hasIssuesEnabled: settings.issues, hasWikiEnabled: settings.wiki, hasDiscussionsEnabled: settings.discussions },
    ...{ hasVulnerabilityAlertsEnabled: settings.dependabot, hasProjectsEnabled: true },
    ...{ mergeCommitAllowed: settings.mergeCommit, squashMergeAllowed: settings.squash, rebaseMergeAllowed: settings.rebase },
    ...{ autoMergeAllowed: settings.autoMerge, deleteBranchOnMerge: settings.deleteBranchOnMerge },
    ...{ createdAt: instant(repository.createdAt), updatedAt: instant(repository.pushedAt), pushedAt: instant(repository.pushedAt) },
    ...{ licenseInfo: null, codeOfConduct: null, primaryLanguage: null, archivedAt: null },
    isSecurityPolicyEnabled: () =>
      ['', '.github/', 'docs/'].some((folder) => objectAt(graph, repository, { expression: `HEAD:${folder}SECURITY.md` })),
    owner: () => toActor(graph, repository.owner),
    ...gitOf(graph, repository),
    ...workOf(graph, repository),
  }
}

function gitOf(graph: Graph, repository: Repository): Json {
  const byPrefix = (prefix: unknown) => [...repository.refs.keys()].filter((ref) => ref.startsWith(String(prefix))).sort()
  return {
    defaultBranchRef: () => toRefNode(graph, repository, `refs/heads/${repository.defaultBranch}`),
    ref({ qualifiedName }: Args) {
      const wanted = String(qualifiedName)
      return toRefNode(graph, repository, wanted.startsWith('refs/') ? wanted : `refs/heads/${wanted}`)
    },
    refs: (args: Args) => connection(byPrefix(args.refPrefix), args, (ref) => toRefNode(graph, repository, ref) ?? {}),
    object: (args: Args) => objectAt(graph, repository, args),
    branchProtectionRules(args: Args) {
      need(graph, 'administration')
      return connection([...repository.evidence.protection], args, ([pattern, rule]) => toProtectionRuleNode(repository, pattern, rule))
    },
    rulesets(args: Args) {
      const found = repository.evidence.rulesets.filter((one) => args.includeParents !== false || one.source === 'Repository')
      return connection(found, args, (one) => toRulesetNode(graph, repository, one))
    },
  }
}

function workOf(graph: Graph, repository: Repository): Json {
  const { evidence } = repository
  return {
    pullRequests: (args: Args) => pullsOf(graph, repository, args),
    pullRequest({ number }: Args) {
      need(graph, 'pull_requests')
      const found = repository.pulls.get(Number(number))
      if (!found) throw new GraphFault('NOT_FOUND', `Could not resolve to a PullRequest with the number of ${Number(number)}.`)
      return toPullNode(graph, repository, found)
    },
    issues: (args: Args) => issuesOf(graph, repository, args),
    issue: ({ number }: Args) => toIssueNode(graph, repository, Number(number)),
    discussions: (args: Args) => discussionsOf(graph, repository, args),
    discussion({ number }: Args) {
      need(graph, 'discussions')
      const found = evidence.discussions.get(Number(number))
      if (!found) throw new GraphFault('NOT_FOUND', `Could not resolve to a Discussion with the number of ${Number(number)}.`)
      return toDiscussionNode(graph, repository, found)
    },
    vulnerabilityAlerts: (args: Args) => alertsOf(graph, repository, args),
    releases(args: Args) {
      const all = [...evidence.releases.values()]
      const sorted = ordered(all, args.orderBy ?? { direction: 'DESC' }, (one) => one.createdAt.getTime())
      return connection(sorted, args, (one) => toReleaseNode(graph, repository, one))
    },
    latestRelease() {
      const found = [...evidence.releases.values()].filter((one) => !one.draft && !one.prerelease).at(-1)
      return found ? toReleaseNode(graph, repository, found) : null
    },
    deployments(args: Args) {
      need(graph, 'deployments')
      const wanted = args.environments as string[] | undefined
      const all = [...evidence.deployments.values()].filter((one) => !wanted?.length || wanted.includes(one.environment))
      const sorted = ordered(all, args.orderBy, (one) => one.createdAt.getTime())
      return connection(sorted, args, (one) => toDeploymentNode(graph, repository, one))
    },
    environments(args: Args) {
      const names = args.names as string[] | undefined
      const all = [...evidence.environments.values()].filter((one) => !names?.length || names.includes(one.name))
      return connection(all, args, toEnvironmentNode)
    },
    environment({ name }: Args) {
      const found = evidence.environments.get(String(name))
      return found ? toEnvironmentNode(found) : null
    },
  }
}

export function toReleaseNode(graph: Graph, repository: Repository, release: Release): Json {
  return {
    __typename: 'Release',
    ...{ id: nodeId('Release', release.id), databaseId: release.id, name: release.name, tagName: release.tag, description: release.body },
    ...{ isDraft: release.draft, isPrerelease: release.prerelease, createdAt: instant(release.createdAt) },
    publishedAt: release.publishedAt ? instant(release.publishedAt) : null,
    updatedAt: instant(release.publishedAt ?? release.createdAt),
    url: `${graph.world.htmlUrl}/${fullName(repository)}/releases/tag/${encodeURIComponent(release.tag)}`,
    author: () => toPerson(graph, release.author),
    tagCommit() {
      const ref = toRefNode(graph, repository, `refs/tags/${release.tag}`)
      return typeof ref?.target === 'function' ? (ref.target as () => unknown)() : null
    },
  }
}

export function toDeploymentNode(graph: Graph, repository: Repository, deployment: Deployment): Json {
  const last = deployment.statuses.at(-1)
  const newest = [...deployment.statuses].reverse()
  const write = (status: DeploymentStatus) => toStatusNode(graph, deployment, status)
  return {
    __typename: 'Deployment',
    ...{ id: nodeId('Deployment', deployment.id), databaseId: deployment.id, commitOid: deployment.sha, task: deployment.task },
    ...{ environment: deployment.environment, originalEnvironment: deployment.environment, latestEnvironment: deployment.environment },
    ...{ description: null, payload: '{}', createdAt: instant(deployment.createdAt) },
    updatedAt: instant(last?.createdAt ?? deployment.createdAt),
    // A deployment that succeeded and is still there is ACTIVE; without any status it is PENDING.
    state: last ? (last.state === 'success' ? 'ACTIVE' : last.state.toUpperCase()) : 'PENDING',
    creator: () => toActor(graph, deployment.creator) ?? { __typename: 'User', login: 'ghost', id: nodeId('User', 'ghost') },
    ref: () => toRefNode(graph, repository, `refs/heads/${deployment.ref}`),
    latestStatus: () => (last ? write(last) : null),
    statuses: (args: Args) => connection(newest, args, write),
    repository: () => toRepositoryNode(graph, repository),
  }
}

function toStatusNode(graph: Graph, deployment: Deployment, status: DeploymentStatus): Json {
  return {
    __typename: 'DeploymentStatus',
    ...{ id: nodeId('DeploymentStatus', status.id), state: status.state.toUpperCase(), description: status.description },
    ...{ environment: deployment.environment, environmentUrl: null, logUrl: null },
    ...{ createdAt: instant(status.createdAt), updatedAt: instant(status.createdAt) },
    creator: () => toActor(graph, status.creator) ?? { __typename: 'User', login: 'ghost', id: nodeId('User', 'ghost') },
  }
}

const toEnvironmentNode = (environment: Environment): Json => ({
  __typename: 'Environment',
  ...{ id: nodeId('Environment', environment.id), databaseId: environment.id, name: environment.name, isPinned: null },
})
