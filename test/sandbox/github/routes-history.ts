// Branches, commits and comparisons.
import { ancestors, changesBetween, commitsBetween, isAncestor, mergeBase } from './git-history.ts'
import { changesOf, getCommit, repositoryUrl, toCommit, toFile } from './payload-git.ts'
import { toPullSimple } from './payload-pull.ts'
import { invalid, notFound, Refusal } from './refusal.ts'
import { answer, answerList, paginate, type RepositoryContext, type Route, repositoryRoute } from './router.ts'
import { rulesetCovers } from './routes-posture.ts'
import { fullName, type Repository, resolveCommit } from './world.ts'

const MAX_FILES = 300
const COMPARE_COMMITS = 250

function branchNames(repository: Repository): string[] {
  return [...repository.refs.keys()]
    .filter((ref) => ref.startsWith('refs/heads/'))
    .map((ref) => ref.slice('refs/heads/'.length))
    .sort()
}

/** By a classic rule or by a ruleset: the branch does not say which. */
const isProtected = (repository: Repository, name: string): boolean =>
  repository.evidence.protection.has(name) ||
  repository.evidence.rulesets.some((one) => one.enforcement === 'active' && rulesetCovers(repository, one, name))

function readBranch({ world, repository, params }: RepositoryContext) {
  const name = params.branch ?? ''
  const sha = repository.refs.get(`refs/heads/${name}`)
  if (!sha) throw new Refusal(404, 'Branch not found')
  const url = `${repositoryUrl(world, repository)}/branches/${encodeURIComponent(name)}`
  const links = { self: url, html: `${world.htmlUrl}/${fullName(repository)}/tree/${encodeURIComponent(name)}` }
  return answer({
    name,
    commit: toCommit(world, repository, sha),
    _links: links,
    protected: isProtected(repository, name),
    protection: { enabled: repository.evidence.protection.has(name) },
    protection_url: `${url}/protection`,
  })
}

function listCommits(context: RepositoryContext) {
  const { world, repository, request } = context
  if (repository.refs.size === 0) throw new Refusal(409, 'Git Repository is empty.')
  const { query } = request
  const start = resolveCommit(repository, query.get('sha') ?? repository.defaultBranch)
  if (!start) throw notFound()
  const path = query.get('path')?.replace(/\/+$/, '')
  const [since, until, author] = [query.get('since'), query.get('until'), query.get('author')]
  const shas = ancestors(repository.objects, start).filter((sha) => {
    const commit = getCommit(repository, sha)
    if (since && commit.committer.date < new Date(since)) return false
    if (until && commit.committer.date > new Date(until)) return false
    if (author && author !== commit.author.name && author !== commit.author.email) return false
    return (
      !path ||
      changesOf(repository, sha).some((file) => [file.path, file.previousPath].some((one) => one === path || one?.startsWith(`${path}/`)))
    )
  })
  return answerList(context, shas, (sha) => toCommit(world, repository, sha))
}

function readCommit(context: RepositoryContext) {
  const { world, repository, params } = context
  const sha = resolveCommit(repository, params.ref ?? '')
  if (!sha) throw invalid(`No commit found for SHA: ${params.ref}`)
  const files = paginate(context, changesOf(repository, sha), MAX_FILES)
  return answer(toCommit(world, repository, sha, files.items), 200, files.headers)
}

/** `base...head`, either side a branch, a commit, or `owner:branch` of a fork. */
function compare(context: RepositoryContext) {
  const { world, repository, params } = context
  const { objects } = repository
  const [base, head] = (params.basehead ?? '').split('...').map((name) => resolveSide(context, name))
  if (!base || !head) throw notFound()
  const parted = mergeBase(objects, base, head)
  if (!parted) throw new Refusal(404, `No common ancestor between ${base} and ${head}.`)
  const ahead = commitsBetween(objects, base, head)
  const behind = commitsBetween(objects, head, base)
  const status =
    base === head ? 'identical' : isAncestor(objects, base, head) ? 'ahead' : isAncestor(objects, head, base) ? 'behind' : 'diverged'
  const page = paginate(context, [...ahead].reverse(), COMPARE_COMMITS)
  const first = Number(context.request.query.get('page') ?? 1) <= 1
  const files = first
    ? changesBetween(objects, getCommit(repository, parted).tree, getCommit(repository, head).tree).slice(0, MAX_FILES)
    : []
  const url = `${repositoryUrl(world, repository)}/compare/${params.basehead}`
  const html = `${world.htmlUrl}/${fullName(repository)}/compare/${params.basehead}`
  const answered = {
    ...{ url, html_url: html, permalink_url: html, diff_url: `${html}.diff`, patch_url: `${html}.patch` },
    base_commit: toCommit(world, repository, base),
    merge_base_commit: toCommit(world, repository, parted),
    ...{ status, ahead_by: ahead.length, behind_by: behind.length, total_commits: ahead.length },
    commits: page.items.map((sha) => toCommit(world, repository, sha)),
    files: files.map((file) => toFile(world, repository, head, file)),
  }
  return answer(answered, 200, page.headers)
}

function resolveSide({ world, repository }: RepositoryContext, name: string): string | undefined {
  const [owner, branch] = name.split(':', 2)
  if (branch === undefined) return resolveCommit(repository, name)
  const fork = [...world.repositories.values()].find(
    (candidate) => candidate.owner.login === owner && candidate.objects === repository.objects,
  )
  return fork && resolveCommit(fork, branch)
}

function pullsOfCommit(context: RepositoryContext) {
  const { world, repository, params } = context
  const sha = resolveCommit(repository, params.sha ?? '')
  if (!sha) throw notFound()
  const pulls = [...repository.pulls.values()].filter(
    (pull) => pull.mergeCommitSha === sha || commitsBetween(repository.objects, pull.base.sha, pull.head.sha).includes(sha),
  )
  return answerList(context, pulls, (pull) => toPullSimple(world, repository, pull))
}

export const HISTORY_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/branches', ['contents', 'read'], (context) =>
    answerList(context, branchNames(context.repository), (name) => {
      const sha = context.repository.refs.get(`refs/heads/${name}`) ?? ''
      return {
        name,
        commit: { sha, url: `${repositoryUrl(context.world, context.repository)}/commits/${sha}` },
        protected: isProtected(context.repository, name),
      }
    }),
  ),
  repositoryRoute('GET', '/branches/{branch...}', ['contents', 'read'], readBranch),
  repositoryRoute('GET', '/commits', ['contents', 'read'], listCommits),
  repositoryRoute('GET', '/commits/{ref...}', ['contents', 'read'], readCommit),
  repositoryRoute('GET', '/commits/{sha}/pulls', ['pull_requests', 'read'], pullsOfCommit),
  repositoryRoute('GET', '/compare/{basehead...}', ['contents', 'read'], compare),
]
