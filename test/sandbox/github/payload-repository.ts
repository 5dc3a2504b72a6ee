// Accounts, repositories, the App and installations as GitHub writes them in answers and webhooks.
import {
  type Account,
  type AppIdentity,
  covers,
  fullName,
  type Installation,
  instant,
  nodeId,
  type Repository,
  type World,
} from './world.ts'

type Json = Record<string, unknown>

/** Who stands where a deleted account stood, in what cannot be null. */
const GHOST: Account = Object.freeze({ id: 10_137, login: 'ghost', type: 'User' })

/** An account, or null where it was deleted. */
export const toUserOrNull = (world: World, account: Account): Json | null =>
  world.deletedAccounts.has(account.id) ? null : toUser(world, account)

export function toUser(world: World, given: Account): Json {
  const account = world.deletedAccounts.has(given.id) ? GHOST : given
  const url = `${world.apiUrl}/users/${encodeURIComponent(account.login)}`
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId(account.type, account.id),
    avatar_url: `${world.htmlUrl}/avatars/${account.id}`,
    gravatar_id: '',
    url,
    html_url: `${world.htmlUrl}/${encodeURIComponent(account.login)}`,
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type: account.type,
    site_admin: false,
    user_view_type: 'public',
  }
}

const ROOTED = [
  'contributors',
  'deployments',
  'downloads',
  'events',
  'forks',
  'hooks',
  'languages',
  'merges',
  'stargazers',
  'subscribers',
  'subscription',
  'tags',
  'teams',
] as const
const TEMPLATED = {
  archive_url: '/{archive_format}{/ref}',
  assignees_url: '/assignees{/user}',
  blobs_url: '/git/blobs{/sha}',
  branches_url: '/branches{/branch}',
  collaborators_url: '/collaborators{/collaborator}',
  comments_url: '/comments{/number}',
  commits_url: '/commits{/sha}',
  compare_url: '/compare/{base}...{head}',
  contents_url: '/contents/{+path}',
  git_commits_url: '/git/commits{/sha}',
  git_refs_url: '/git/refs{/sha}',
  git_tags_url: '/git/tags{/sha}',
  issue_comment_url: '/issues/comments{/number}',
  issue_events_url: '/issues/events{/number}',
  issues_url: '/issues{/number}',
  keys_url: '/keys{/key_id}',
  labels_url: '/labels{/name}',
  milestones_url: '/milestones{/number}',
  notifications_url: '/notifications{?since,all,participating}',
  pulls_url: '/pulls{/number}',
  releases_url: '/releases{/id}',
  statuses_url: '/statuses/{sha}',
  trees_url: '/git/trees{/sha}',
} as const

export function toRepository(world: World, repository: Repository): Json {
  const name = fullName(repository)
  const [url, html] = [`${world.apiUrl}/repos/${name}`, `${world.htmlUrl}/${name}`]
  const open = [...repository.issues.values(), ...repository.pulls.values()].filter((item) => item.state === 'open').length
  return {
    id: repository.id,
    node_id: nodeId('Repository', repository.id),
    name: repository.name,
    full_name: name,
    owner: toUser(world, repository.owner),
    private: repository.private,
    visibility: repository.private ? 'private' : 'public',
    html_url: html,
    url,
    description: null,
    fork: repository.parentId !== undefined,
    ...Object.fromEntries(ROOTED.map((part) => [`${part}_url`, `${url}/${part}`])),
    ...Object.fromEntries(Object.entries(TEMPLATED).map(([key, part]) => [key, url + part])),
    git_url: `git://${new URL(world.htmlUrl).host}/${name}.git`,
    ssh_url: `git@${new URL(world.htmlUrl).hostname}:${name}.git`,
    clone_url: `${html}.git`,
    svn_url: html,
    mirror_url: null,
    homepage: null,
    language: null,
    license: null,
    ...{ forks: 0, forks_count: 0, stargazers_count: 0, watchers: 0, watchers_count: 0, size: 0, subscribers_count: 0, network_count: 0 },
    ...{ open_issues: open, open_issues_count: open },
    ...{
      has_issues: repository.evidence.settings.issues,
      has_projects: true,
      has_wiki: repository.evidence.settings.wiki,
      has_pages: false,
      has_discussions: repository.evidence.settings.discussions,
      has_downloads: true,
      has_pull_requests: true,
    },
    ...{ allow_forking: true, is_template: false, web_commit_signoff_required: false, topics: [], disabled: false },
    archived: repository.archived,
    default_branch: repository.defaultBranch,
    created_at: instant(repository.createdAt),
    updated_at: instant(repository.pushedAt),
    pushed_at: instant(repository.pushedAt),
  }
}

/** The members that say how pull requests may be merged. */
export const toMergeSettings = ({ evidence: { settings } }: Repository): Json => ({
  allow_merge_commit: settings.mergeCommit,
  allow_squash_merge: settings.squash,
  allow_rebase_merge: settings.rebase,
  allow_auto_merge: settings.autoMerge,
  delete_branch_on_merge: settings.deleteBranchOnMerge,
})

export function toApp(world: World, app: AppIdentity): Json {
  const url = `${world.htmlUrl}/apps/${app.slug}`
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId('App', app.id),
    owner: toUser(world, app.owner),
    name: app.name,
    description: null,
    external_url: url,
    html_url: url,
    created_at: instant(app.createdAt),
    updated_at: instant(app.createdAt),
    permissions: app.permissions,
    events: app.events,
  }
}

export function toInstallation(world: World, installation: Installation): Json {
  const url = `${world.apiUrl}/app/installations/${installation.id}`
  return {
    id: installation.id,
    account: toUser(world, installation.account),
    repository_selection: installation.repositories === 'all' ? 'all' : 'selected',
    access_tokens_url: `${url}/access_tokens`,
    repositories_url: `${world.apiUrl}/installation/repositories`,
    html_url: `${world.htmlUrl}/organizations/${installation.account.login}/settings/installations/${installation.id}`,
    app_id: world.app.id,
    client_id: world.app.clientId,
    app_slug: world.app.slug,
    target_id: installation.account.id,
    target_type: installation.account.type,
    permissions: installation.permissions,
    events: installation.events,
    created_at: instant(installation.createdAt),
    updated_at: instant(installation.suspendedAt ?? installation.createdAt),
    single_file_name: null,
    suspended_by: installation.suspendedAt ? toUser(world, installation.account) : null,
    suspended_at: installation.suspendedAt ? instant(installation.suspendedAt) : null,
  }
}

/** The few members of a repository that installation events carry. */
export const toRepositoryStub = (repository: Repository): Json => ({
  id: repository.id,
  node_id: nodeId('Repository', repository.id),
  name: repository.name,
  full_name: fullName(repository),
  private: repository.private,
})

export function toOrganization(world: World, account: Account): Json {
  const url = `${world.apiUrl}/orgs/${account.login}`
  return {
    login: account.login,
    id: account.id,
    node_id: nodeId('Organization', account.id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.htmlUrl}/avatars/${account.id}`,
    description: null,
  }
}

/** The installation through which the App sees a repository now. */
export function installationOf(world: World, repository: Repository): Installation | undefined {
  return [...world.installations.values()].find((installation) => covers(installation, repository))
}
