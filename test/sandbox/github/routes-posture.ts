// How a repository is guarded: classic protection, rulesets, signing, and its community profile.
import type { Protection, Ruleset } from './evidence.ts'
import { getCommit, repositoryUrl } from './payload-git.ts'
import { Refusal } from './refusal.ts'
import { answer, answerList, type RepositoryContext, type Route, readNumber, repositoryRoute } from './router.ts'
import { type Account, fullName, instant, nodeId, type Repository, resolveCommit, type World } from './world.ts'

type Json = Record<string, unknown>

function protectionOf({ repository, params }: RepositoryContext): Protection {
  const branch = params.branch ?? ''
  if (!repository.refs.has(`refs/heads/${branch}`)) throw new Refusal(404, 'Branch not found')
  const found = repository.evidence.protection.get(branch)
  if (!found) throw new Refusal(404, 'Branch not protected')
  return found
}

const protectionUrl = ({ world, repository, params }: RepositoryContext) =>
  `${repositoryUrl(world, repository)}/branches/${encodeURIComponent(params.branch ?? '')}/protection`

function toProtection(context: RepositoryContext, protection: Protection): Json {
  const url = protectionUrl(context)
  const { reviews, checks } = protection
  return {
    url,
    ...(checks
      ? {
          required_status_checks: {
            ...{ url: `${url}/required_status_checks`, contexts_url: `${url}/required_status_checks/contexts`, strict: checks.strict },
            contexts: checks.contexts,
            checks: checks.contexts.map((name) => ({ context: name, app_id: null })),
          },
        }
      : {}),
    ...(reviews
      ? {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: reviews.dismissStale ?? false,
            require_code_owner_reviews: reviews.codeOwners ?? false,
            require_last_push_approval: reviews.lastPush ?? false,
            required_approving_review_count: reviews.count,
          },
        }
      : {}),
    required_signatures: { url: `${url}/required_signatures`, enabled: protection.signatures ?? false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: protection.enforceAdmins ?? false },
    required_linear_history: { enabled: protection.linearHistory ?? false },
    required_conversation_resolution: { enabled: protection.conversationResolution ?? false },
    ...Object.fromEntries(
      ['allow_force_pushes', 'allow_deletions', 'block_creations', 'lock_branch', 'allow_fork_syncing'].map((name) => [
        name,
        { enabled: false },
      ]),
    ),
  }
}

/** Whether a ruleset is about a branch. */
export function rulesetCovers(repository: Repository, ruleset: Ruleset, branch: string): boolean {
  return ruleset.branches.some(
    (name) => name === '~ALL' || name === `refs/heads/${branch}` || (name === '~DEFAULT_BRANCH' && branch === repository.defaultBranch),
  )
}

const sourceOf = (repository: Repository, ruleset: Ruleset) =>
  ruleset.source === 'Repository' ? fullName(repository) : repository.owner.login

/** The rules that hold for a branch now: those of rulesets that only evaluate are not among them. */
function listBranchRules(context: RepositoryContext) {
  const { repository, params } = context
  const rules = repository.evidence.rulesets
    .filter((ruleset) => ruleset.enforcement === 'active' && rulesetCovers(repository, ruleset, params.branch ?? ''))
    .flatMap((ruleset) =>
      ruleset.rules.map((rule) => ({
        ...rule,
        ...{ ruleset_source_type: ruleset.source, ruleset_source: sourceOf(repository, ruleset), ruleset_id: ruleset.id },
      })),
    )
  return answerList(context, rules, (rule) => rule)
}

function toRuleset(world: World, repository: Repository, ruleset: Ruleset): Json {
  return {
    ...{ id: ruleset.id, name: ruleset.name, target: 'branch', node_id: nodeId('RepositoryRuleset', ruleset.id) },
    ...{ source_type: ruleset.source, source: sourceOf(repository, ruleset), enforcement: ruleset.enforcement },
    _links: { self: { href: `${repositoryUrl(world, repository)}/rulesets/${ruleset.id}` } },
    created_at: instant(ruleset.createdAt),
    updated_at: instant(ruleset.createdAt),
  }
}

export function emitRuleset(world: World, repository: Repository, sender: Account, ruleset: Ruleset): void {
  const payload = { action: 'created', repository_ruleset: toRuleset(world, repository, ruleset) }
  world.emit({ event: 'repository_ruleset', repository, sender, payload })
}

function listRulesets(context: RepositoryContext) {
  const parents = context.request.query.get('includes_parents') !== 'false'
  const found = context.repository.evidence.rulesets.filter((ruleset) => parents || ruleset.source === 'Repository')
  return answerList(context, found, (ruleset) => toRuleset(context.world, context.repository, ruleset))
}

function readRuleset(context: RepositoryContext) {
  const found = context.repository.evidence.rulesets.find((ruleset) => ruleset.id === readNumber(context, 'ruleset'))
  if (!found) throw new Refusal(404, 'Not Found')
  const conditions = { ref_name: { include: found.branches, exclude: [] } }
  return answer({ ...toRuleset(context.world, context.repository, found), conditions, rules: found.rules })
}

/** Files GitHub counts, each by its usual names in the root, `.github` or `docs`, whatever their case. */
const COMMUNITY = {
  readme: /^((\.github|docs)\/)?readme(\.[a-z]+)?$/i,
  contributing: /^((\.github|docs)\/)?contributing(\.[a-z]+)?$/i,
  code_of_conduct_file: /^((\.github|docs)\/)?code_of_conduct(\.[a-z]+)?$/i,
  issue_template: /^((\.github|docs)\/)?issue_template(\.[a-z]+|\/.+)?$/i,
  pull_request_template: /^((\.github|docs)\/)?pull_request_template(\.[a-z]+)?$/i,
  license: /^licen[cs]e(\.[a-z]+)?$/i,
} as const

function readCommunityProfile({ world, repository }: RepositoryContext) {
  const head = resolveCommit(repository, repository.defaultBranch)
  const paths = head ? [...repository.objects.files(getCommit(repository, head).tree).keys()] : []
  const at = (pattern: RegExp) => paths.find((path) => pattern.test(path))
  const file = (path: string | undefined) =>
    path === undefined
      ? null
      : {
          url: `${repositoryUrl(world, repository)}/contents/${path}`,
          html_url: `${world.htmlUrl}/${fullName(repository)}/blob/${repository.defaultBranch}/${path}`,
        }
  const { license, ...patterns } = COMMUNITY
  const files = Object.fromEntries(Object.entries(patterns).map(([name, pattern]) => [name, file(at(pattern))]))
  const other = { key: 'other', name: 'Other', url: null, spdx_id: 'NOASSERTION', node_id: nodeId('License', 'other') }
  const present = Object.values(COMMUNITY).filter((pattern) => at(pattern) !== undefined).length
  return answer({
    health_percentage: Math.round((present / Object.keys(COMMUNITY).length) * 100),
    description: null,
    documentation: null,
    files: { ...files, code_of_conduct: null, license: at(license) ? other : null },
    updated_at: instant(repository.pushedAt),
    content_reports_enabled: false,
  })
}

const ADMINISTRATION = ['administration', 'read'] as const

export const POSTURE_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/branches/{branch...}/protection', ADMINISTRATION, (context) =>
    answer(toProtection(context, protectionOf(context))),
  ),
  repositoryRoute('GET', '/branches/{branch...}/protection/required_signatures', ADMINISTRATION, (context) =>
    answer({ url: `${protectionUrl(context)}/required_signatures`, enabled: protectionOf(context).signatures ?? false }),
  ),
  repositoryRoute('GET', '/rules/branches/{branch...}', ['metadata', 'read'], listBranchRules),
  repositoryRoute('GET', '/rulesets', ['metadata', 'read'], listRulesets),
  repositoryRoute('GET', '/rulesets/{ruleset}', ['metadata', 'read'], readRuleset),
  repositoryRoute('GET', '/community/profile', ['contents', 'read'], readCommunityProfile),
]
