// What we keep of GitHub's webhook payloads: one pure mapper per kind of event, used by every handler. Payloads grow and lose
// fields over time, so only what is used is asked for, and what is missing makes the event unreadable, not the process fail.
import { z } from 'zod'
import { PayloadId, type RepositoryFacts, RepositoryPayloadPart, readPayload, toRepositoryFacts } from './event-payload.ts'

export type { RepositoryFacts } from './event-payload.ts'

const Id = PayloadId
const Sha = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/)
/** Git's name for "no commit": a branch that is new, or gone. */
const NO_COMMIT = /^0+$/

const Account = z.object({ id: Id, login: z.string(), type: z.string() })
const WithInstallation = z.object({ installation: z.object({ id: Id }) })
const FullRepository = RepositoryPayloadPart.extend({ default_branch: z.string() })

const InstallationPayload = z.object({
  action: z.string(),
  installation: z.object({
    id: Id,
    account: Account,
    permissions: z.record(z.string(), z.string()).default({}),
    suspended_at: z.string().nullish(),
    repository_selection: z.string().default('selected'),
  }),
  repositories: z.array(RepositoryPayloadPart).nullish(),
})
const InstallationRepositoriesPayload = WithInstallation.extend({
  action: z.string(),
  repositories_added: z.array(RepositoryPayloadPart),
  repositories_removed: z.array(z.object({ id: Id })),
})
const RepositoryPayload = z.object({ action: z.string(), installation: z.object({ id: Id }).optional(), repository: FullRepository })
const PushPayload = WithInstallation.extend({ repository: FullRepository, ref: z.string(), before: Sha, after: Sha, deleted: z.boolean() })
const PullRequestPayload = WithInstallation.extend({
  action: z.string(),
  number: Id,
  repository: FullRepository,
  pull_request: z.object({
    state: z.string(),
    head: z.object({ sha: Sha }),
    base: z.object({ ref: z.string(), sha: Sha }),
  }),
})
const CheckRunPayload = WithInstallation.extend({
  repository: FullRepository,
  check_run: z.object({ name: z.string(), head_sha: Sha, external_id: z.string().nullish(), app: z.object({ id: Id }).nullish() }),
})
const CheckSuitePayload = WithInstallation.extend({
  repository: FullRepository,
  check_suite: z.object({ head_sha: Sha, app: z.object({ id: Id }).nullish() }),
})
const MergeGroupPayload = WithInstallation.extend({
  repository: FullRepository,
  merge_group: z.object({ head_sha: Sha, base_sha: Sha, base_ref: z.string() }),
})

export interface InstallationEvent {
  readonly action: string
  readonly installationId: number
  readonly account: { readonly id: number; readonly login: string; readonly type: string }
  /** Permission → `read`, `write` or `admin`. */
  readonly permissions: Readonly<Record<string, string>>
  readonly suspendedAt?: Date
  readonly allRepositories: boolean
  readonly repositories: readonly RepositoryFacts[]
}

export interface RepositoriesEvent {
  readonly installationId: number
  readonly added: readonly RepositoryFacts[]
  readonly removedIds: readonly number[]
}

export interface RepositoryEvent {
  readonly action: string
  /** The installation that sees it now; absent for events sent to the App itself. */
  readonly installationId?: number
  readonly repository: RepositoryFacts
}

export interface PushEvent {
  readonly installationId: number
  readonly repository: RepositoryFacts & { readonly defaultBranch: string }
  /** Without `refs/heads/`; `undefined` for a tag. */
  readonly branch: string | undefined
  readonly isDefaultBranch: boolean
  /** `undefined` when the push removed the branch. */
  readonly headSha: string | undefined
}

/** Something to judge: a change from where it left the base to its head. */
export interface CheckRequest {
  readonly installationId: number
  readonly repositoryId: number
  readonly fullName: string
  readonly headSha: string
  /** What is judged: `pull/12`, `merge-group`. */
  readonly subject: string
  /** Branch name or commit the change is measured against. */
  readonly base: string
  /** Someone pressed "Re-run". */
  readonly rerun: boolean
}

/** A re-run that names only a commit: what is judged there must be found first. */
export interface RerunRequest {
  readonly installationId: number
  readonly repositoryId: number
  readonly fullName: string
  readonly headSha: string
  /** What the run said of itself; `undefined` for a whole suite. */
  readonly externalId?: string
  readonly checkName?: string
  /** The App whose run or suite it is. */
  readonly appId?: number
}

/** Of `installation` events, whatever the action. Throws `provider-unreadable`, as all mappers here do. */
export function toInstallationEvent(payload: unknown): InstallationEvent {
  const { action, installation, repositories } = readPayload('installation', InstallationPayload, payload)
  return {
    action,
    installationId: installation.id,
    account: { id: installation.account.id, login: installation.account.login, type: installation.account.type },
    permissions: installation.permissions,
    ...(installation.suspended_at ? { suspendedAt: new Date(installation.suspended_at) } : {}),
    allRepositories: installation.repository_selection === 'all',
    repositories: (repositories ?? []).map(toRepositoryFacts),
  }
}

export function toRepositoriesEvent(payload: unknown): RepositoriesEvent {
  const event = readPayload('installation_repositories', InstallationRepositoriesPayload, payload)
  return {
    installationId: event.installation.id,
    added: event.repositories_added.map(toRepositoryFacts),
    removedIds: event.repositories_removed.map(({ id }) => id),
  }
}

export function toRepositoryEvent(payload: unknown): RepositoryEvent {
  const { action, installation, repository } = readPayload('repository', RepositoryPayload, payload)
  return { action, ...(installation ? { installationId: installation.id } : {}), repository: toRepositoryFacts(repository) }
}

export function toPushEvent(payload: unknown): PushEvent {
  const { installation, repository, ref, after, deleted } = readPayload('push', PushPayload, payload)
  const branch = ref.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined
  return {
    installationId: installation.id,
    repository: { ...toRepositoryFacts(repository), defaultBranch: repository.default_branch },
    branch,
    isDefaultBranch: branch === repository.default_branch,
    headSha: deleted || NO_COMMIT.test(after) ? undefined : after,
  }
}

const placeOf = (event: { installation: { id: number }; repository: { id: number; full_name: string } }) => ({
  installationId: event.installation.id,
  repositoryId: event.repository.id,
  fullName: event.repository.full_name,
})

const IssuePayload = z.object({ repository: z.object({ full_name: z.string() }), issue: z.object({ number: PayloadId }) })

/** Of `issues` events: which issue to look at. */
export function toIssueEvent(payload: unknown): { readonly fullName: string; readonly number: number } {
  const { repository, issue } = readPayload('issues', IssuePayload, payload)
  return { fullName: repository.full_name, number: issue.number }
}

/** Of `pull_request` events; `undefined` for a pull request that is no longer open. */
export function toPullRequestCheck(payload: unknown): CheckRequest | undefined {
  const event = readPayload('pull_request', PullRequestPayload, payload)
  if (event.pull_request.state !== 'open') return undefined
  const { head, base } = event.pull_request
  return { ...placeOf(event), headSha: head.sha, subject: `pull/${event.number}`, base: base.ref, rerun: false }
}

/** A merge queue asks about the commit it would merge; without an answer on that commit the queue stands still. */
export function toMergeGroupCheck(payload: unknown): CheckRequest {
  const event = readPayload('merge_group', MergeGroupPayload, payload)
  const { head_sha: headSha, base_sha: base } = event.merge_group
  return { ...placeOf(event), headSha, subject: `merge-group/${base}`, base, rerun: false }
}

export function toCheckRunRerun(payload: unknown): RerunRequest {
  const event = readPayload('check_run', CheckRunPayload, payload)
  const { name, head_sha: headSha, external_id: externalId, app } = event.check_run
  return { ...placeOf(event), headSha, checkName: name, ...(externalId ? { externalId } : {}), ...(app ? { appId: app.id } : {}) }
}

export function toCheckSuiteRerun(payload: unknown): RerunRequest {
  const event = readPayload('check_suite', CheckSuitePayload, payload)
  const { head_sha: headSha, app } = event.check_suite
  return { ...placeOf(event), headSha, ...(app ? { appId: app.id } : {}) }
}
