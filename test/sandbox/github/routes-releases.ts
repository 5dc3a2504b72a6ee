// Releases, deployments with their statuses, and environments.

import { allows } from './app-auth.ts'
import type { Deployment, DeploymentStatus, Environment, Release } from './evidence.ts'
import { repositoryUrl } from './payload-git.ts'
import { toUser, toUserOrNull } from './payload-repository.ts'
import { notFound } from './refusal.ts'
import { answer, answerCounted, answerList, type RepositoryContext, type Route, readNumber, repositoryRoute } from './router.ts'
import { fullName, instant, nodeId, type Repository, type World } from './world.ts'

type Json = Record<string, unknown>

export function toRelease(world: World, repository: Repository, release: Release): Json {
  const url = `${repositoryUrl(world, repository)}/releases/${release.id}`
  const tag = encodeURIComponent(release.tag)
  return {
    id: release.id,
    node_id: nodeId('Release', release.id),
    ...{
      url,
      html_url: `${world.htmlUrl}/${fullName(repository)}/releases/tag/${tag}`,
      assets_url: `${url}/assets`,
      upload_url: `${url}/assets`,
    },
    ...{
      tarball_url: `${repositoryUrl(world, repository)}/tarball/${tag}`,
      zipball_url: `${repositoryUrl(world, repository)}/zipball/${tag}`,
    },
    ...{ tag_name: release.tag, target_commitish: release.target, name: release.name, body: release.body },
    ...{ draft: release.draft, prerelease: release.prerelease, immutable: false },
    author: toUser(world, release.author),
    assets: [],
    created_at: instant(release.createdAt),
    updated_at: instant(release.publishedAt ?? release.createdAt),
    published_at: release.publishedAt ? instant(release.publishedAt) : null,
  }
}

export function toDeployment(world: World, repository: Repository, deployment: Deployment): Json {
  const url = `${repositoryUrl(world, repository)}/deployments/${deployment.id}`
  return {
    id: deployment.id,
    node_id: nodeId('Deployment', deployment.id),
    ...{ url, statuses_url: `${url}/statuses`, repository_url: repositoryUrl(world, repository) },
    ...{ sha: deployment.sha, ref: deployment.ref, task: deployment.task, payload: {}, description: null },
    ...{ environment: deployment.environment, original_environment: deployment.environment },
    ...{ production_environment: deployment.production, transient_environment: deployment.transient },
    creator: toUserOrNull(world, deployment.creator),
    created_at: instant(deployment.createdAt),
    // A status moves it, so it tells nothing about when the deployment ended.
    updated_at: instant(deployment.statuses.at(-1)?.createdAt ?? deployment.createdAt),
  }
}

export function toDeploymentStatus(world: World, repository: Repository, deployment: Deployment, status: DeploymentStatus): Json {
  const url = `${repositoryUrl(world, repository)}/deployments/${deployment.id}`
  return {
    id: status.id,
    node_id: nodeId('DeploymentStatus', status.id),
    ...{ url: `${url}/statuses/${status.id}`, deployment_url: url, repository_url: repositoryUrl(world, repository) },
    ...{ state: status.state, description: status.description, environment: deployment.environment },
    ...{ target_url: '', environment_url: '', log_url: '' },
    creator: toUserOrNull(world, status.creator),
    created_at: instant(status.createdAt),
    updated_at: instant(status.createdAt),
  }
}

function toEnvironment(world: World, repository: Repository, environment: Environment): Json {
  const name = encodeURIComponent(environment.name)
  return {
    id: environment.id,
    node_id: nodeId('Environment', environment.id),
    name: environment.name,
    url: `${repositoryUrl(world, repository)}/environments/${name}`,
    html_url: `${world.htmlUrl}/${fullName(repository)}/deployments/activity_log?environments_filter=${name}`,
    created_at: instant(environment.createdAt),
    updated_at: instant(environment.createdAt),
    protection_rules: [],
    deployment_branch_policy: null,
  }
}

/** Newest first. Drafts are for those who may write. */
function visibleReleases({ repository, actor }: RepositoryContext): Release[] {
  const writes = (actor.kind === 'installation' || actor.kind === 'user') && allows(actor.token.permissions, 'contents', 'write')
  return [...repository.evidence.releases.values()].filter((release) => writes || !release.draft).reverse()
}

function answerRelease(context: RepositoryContext, test: (release: Release) => boolean) {
  const found = visibleReleases(context).find(test)
  if (!found) throw notFound()
  return answer(toRelease(context.world, context.repository, found))
}

const deploymentOf = (context: RepositoryContext): Deployment => {
  const found = context.repository.evidence.deployments.get(readNumber(context, 'deployment'))
  if (!found) throw notFound()
  return found
}

function listDeployments(context: RepositoryContext) {
  const { world, repository, request } = context
  const wanted = (['sha', 'ref', 'task', 'environment'] as const).flatMap((name) => {
    const value = request.query.get(name)
    return value === null || value === 'none' ? [] : [[name, value] as const]
  })
  const found = [...repository.evidence.deployments.values()].filter((one) => wanted.every(([name, value]) => one[name] === value))
  return answerList(context, found.reverse(), (one) => toDeployment(world, repository, one))
}

export const RELEASE_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/releases', ['contents', 'read'], (context) =>
    answerList(context, visibleReleases(context), (one) => toRelease(context.world, context.repository, one)),
  ),
  repositoryRoute('GET', '/releases/latest', ['contents', 'read'], (context) =>
    answerRelease(context, (release) => !release.draft && !release.prerelease),
  ),
  repositoryRoute('GET', '/releases/tags/{tag}', ['contents', 'read'], (context) =>
    answerRelease(context, (release) => !release.draft && release.tag === context.params.tag),
  ),
  repositoryRoute('GET', '/releases/{release}', ['contents', 'read'], (context) =>
    answerRelease(context, (release) => release.id === readNumber(context, 'release')),
  ),
  repositoryRoute('GET', '/deployments', ['deployments', 'read'], listDeployments),
  repositoryRoute('GET', '/deployments/{deployment}', ['deployments', 'read'], (context) =>
    answer(toDeployment(context.world, context.repository, deploymentOf(context))),
  ),
  repositoryRoute('GET', '/deployments/{deployment}/statuses', ['deployments', 'read'], (context) => {
    const deployment = deploymentOf(context)
    return answerList(context, [...deployment.statuses].reverse(), (status) =>
      toDeploymentStatus(context.world, context.repository, deployment, status),
    )
  }),
  repositoryRoute('GET', '/environments', ['actions', 'read'], (context) =>
    answerCounted(context, 'environments', [...context.repository.evidence.environments.values()], (one) =>
      toEnvironment(context.world, context.repository, one),
    ),
  ),
  repositoryRoute('GET', '/environments/{environment}', ['actions', 'read'], (context) => {
    const found = context.repository.evidence.environments.get(context.params.environment ?? '')
    if (!found) throw notFound()
    return answer(toEnvironment(context.world, context.repository, found))
  }),
]
