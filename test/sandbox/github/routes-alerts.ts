// Dependabot, code scanning and secret scanning: three features that are often off, each saying so in its own way.
import type { SandboxResponse } from '../http.ts'
import type { Alert } from './evidence.ts'
import { repositoryUrl } from './payload-git.ts'
import { toUser } from './payload-repository.ts'
import { Refusal } from './refusal.ts'
import { answer, answerList, type RepositoryContext, type Route, readNumber, repositoryRoute } from './router.ts'
import { ensureAccount, fullName, instant, type Repository, type World } from './world.ts'

type Json = Record<string, unknown>

function ends(world: World, alert: Alert): Json {
  const closed = alert.closedAt ? instant(alert.closedAt) : null
  const dismissed = alert.state === 'dismissed'
  return {
    created_at: instant(alert.createdAt),
    updated_at: closed ?? instant(alert.createdAt),
    fixed_at: alert.state === 'fixed' ? closed : null,
    dismissed_at: dismissed ? closed : null,
    dismissed_by: dismissed ? toUser(world, ensureAccount(world, 'security-officer')) : null,
    dismissed_comment: null,
  }
}

function addresses(world: World, repository: Repository, kind: 'dependabot' | 'code-scanning' | 'secret-scanning', number: number) {
  const html = `${world.htmlUrl}/${fullName(repository)}/security/${kind}/${number}`
  return { number, url: `${repositoryUrl(world, repository)}/${kind}/alerts/${number}`, html_url: html }
}

function toDependabotAlert(world: World, repository: Repository, alert: Alert): Json {
  const dependency = { ecosystem: 'npm', name: alert.subject }
  const ghsa = `GHSA-${String(alert.number).padStart(4, '2')}-2222-2222`
  const vulnerability = {
    package: dependency,
    severity: alert.severity,
    vulnerable_version_range: '< 2.0.0',
    first_patched_version: { identifier: '2.0.0' },
  }
  return {
    ...addresses(world, repository, 'dependabot', alert.number),
    state: alert.state,
    dependency: { package: dependency, manifest_path: 'package-lock.json', scope: 'runtime', relationship: 'direct' },
    security_advisory: {
      ...{ ghsa_id: ghsa, cve_id: null, summary: `A fault in ${alert.subject}`, description: '', severity: alert.severity },
      vulnerabilities: [vulnerability],
      cvss: { score: 0, vector_string: null },
      ...{ cwes: [], identifiers: [{ type: 'GHSA', value: ghsa }], references: [] },
      published_at: instant(alert.createdAt),
      updated_at: instant(alert.createdAt),
      withdrawn_at: null,
    },
    security_vulnerability: vulnerability,
    ...ends(world, alert),
    dismissed_reason: alert.state === 'dismissed' ? 'tolerable_risk' : null,
    auto_dismissed_at: null,
  }
}

function toCodeScanningAlert(world: World, repository: Repository, alert: Alert): Json {
  const at = addresses(world, repository, 'code-scanning', alert.number)
  const tool = { name: 'CodeQL', guid: null, version: '2.23.0' }
  return {
    ...at,
    instances_url: `${at.url}/instances`,
    state: alert.state,
    ...ends(world, alert),
    dismissed_reason: alert.state === 'dismissed' ? "won't fix" : null,
    rule: {
      ...{ id: alert.subject, name: alert.subject, description: alert.subject, tags: ['security'] },
      ...{ severity: 'error', security_severity_level: alert.severity },
    },
    tool,
    most_recent_instance: {
      ref: `refs/heads/${repository.defaultBranch}`,
      state: alert.state,
      category: '/language:javascript',
      analysis_key: '.github/workflows/codeql.yml:analyze',
      environment: '{}',
    },
  }
}

function toSecretScanningAlert(world: World, repository: Repository, alert: Alert): Json {
  const at = addresses(world, repository, 'secret-scanning', alert.number)
  const resolved = alert.state !== 'open'
  return {
    ...at,
    locations_url: `${at.url}/locations`,
    created_at: instant(alert.createdAt),
    updated_at: instant(alert.closedAt ?? alert.createdAt),
    state: resolved ? 'resolved' : 'open',
    resolution: resolved ? (alert.state === 'fixed' ? 'revoked' : 'wont_fix') : null,
    resolved_at: alert.closedAt ? instant(alert.closedAt) : null,
    resolved_by: resolved ? toUser(world, ensureAccount(world, 'security-officer')) : null,
    ...{ secret_type: alert.subject, secret_type_display_name: alert.subject, push_protection_bypassed: false, validity: 'unknown' },
  }
}

/** Tells that an alert was raised or closed; secret scanning's events are not imitated. */
export function emitAlert(
  world: World,
  repository: Repository,
  kind: 'dependabot' | 'code-scanning' | 'secret-scanning',
  alert: Alert,
): void {
  const sender = ensureAccount(world, 'security-officer')
  const action = alert.state === 'open' ? 'created' : alert.state
  if (kind === 'dependabot')
    world.emit({ event: 'dependabot_alert', repository, sender, payload: { action, alert: toDependabotAlert(world, repository, alert) } })
  if (kind !== 'code-scanning') return
  const ref = `refs/heads/${repository.defaultBranch}`
  const ends = action === 'dismissed' ? 'closed_by_user' : action
  const payload = { action: ends, alert: toCodeScanningAlert(world, repository, alert), ref, commit_oid: repository.refs.get(ref) ?? '' }
  world.emit({ event: 'code_scanning_alert', repository, sender, payload })
}

const changedMs = (alert: Alert): number => (alert.closedAt ?? alert.createdAt).getTime()

/** Newest first: by number, or by their last change where that is asked for. */
function newestFirst({ request }: RepositoryContext, all: readonly Alert[]): Alert[] {
  const newest = [...all].reverse()
  return request.query.get('sort') === 'updated' ? newest.sort((a, b) => changedMs(b) - changedMs(a)) : newest
}

const states = (context: RepositoryContext, all: readonly Alert[]): Alert[] => {
  const wanted = context.request.query.get('state')?.split(',')
  return newestFirst(context, all).filter((alert) => !wanted || wanted.includes(alert.state))
}

/** By cursor alone: this list has no `page`, and GitHub refuses one. */
function listDependabotAlerts(context: RepositoryContext): SandboxResponse {
  const { world, repository, request } = context
  const { query, path } = request
  if (!repository.evidence.settings.dependabot) throw new Refusal(403, 'Dependabot alerts are disabled for this repository.')
  if (query.has('page')) throw new Refusal(400, 'Pagination using the `page` parameter is not supported.')
  const found = states(context, repository.evidence.dependabotAlerts)
  const ascending = query.get('direction') === 'asc'
  const ordered = ascending ? found.reverse() : found
  const perPage = Math.min(100, Math.max(1, Number(query.get('per_page')) || 30))
  const after = readCursor(query.get('after'))
  const before = readCursor(query.get('before'))
  const start = after !== undefined ? ordered.findIndex(({ number }) => number === after) + 1 : 0
  const end = before !== undefined ? ordered.findIndex(({ number }) => number === before) : Math.min(ordered.length, start + perPage)
  const page = ordered.slice(before !== undefined ? Math.max(0, end - perPage) : start, end)
  const link = (name: 'after' | 'before', rel: 'next' | 'prev', number: number | undefined) => {
    const next = new URLSearchParams(query)
    for (const other of ['after', 'before']) next.delete(other)
    next.set(name, Buffer.from(`alert:${number}`).toString('base64url'))
    return `<${new URL(world.apiUrl).origin}${path}?${next}>; rel="${rel}"`
  }
  const [first, last] = [page[0]?.number, page.at(-1)?.number]
  const links = [
    ...(last !== undefined && last !== ordered.at(-1)?.number ? [link('after', 'next', last)] : []),
    ...(first !== undefined && first !== ordered[0]?.number ? [link('before', 'prev', first)] : []),
  ]
  const json = page.map((alert) => toDependabotAlert(world, repository, alert))
  return answer(json, 200, links.length > 0 ? { link: links.join(', ') } : {})
}

function readCursor(text: string | null): number | undefined {
  if (text === null) return undefined
  const found = /^alert:(\d+)$/.exec(Buffer.from(text, 'base64url').toString('utf8'))
  if (!found) throw new Refusal(400, 'Invalid cursor.')
  return Number(found[1])
}

function listCodeScanningAlerts(context: RepositoryContext): SandboxResponse {
  const { world, repository } = context
  const { codeScanning } = repository.evidence.settings
  if (codeScanning === 'off') throw new Refusal(403, 'Code Security must be enabled for this repository to use code scanning.')
  if (codeScanning === 'empty') throw new Refusal(404, 'no analysis found')
  return answerList(context, states(context, repository.evidence.codeScanningAlerts), (one) => toCodeScanningAlert(world, repository, one))
}

function listSecretScanningAlerts(context: RepositoryContext): SandboxResponse {
  const { world, repository, request } = context
  if (!repository.evidence.settings.secretScanning) throw new Refusal(404, 'Secret scanning is disabled on this repository.')
  const state = request.query.get('state')
  const found = newestFirst(context, repository.evidence.secretScanningAlerts).filter(
    (one) => !state || (state === 'open') === (one.state === 'open'),
  )
  return answerList(context, found, (one) => toSecretScanningAlert(world, repository, one))
}

const readAlert =
  (
    list: (context: RepositoryContext) => SandboxResponse,
    alertsOf: (repository: Repository) => readonly Alert[],
    toJson: (world: World, repository: Repository, alert: Alert) => Json,
  ) =>
  (context: RepositoryContext): SandboxResponse => {
    // What is off says so for one alert as for all.
    list(context)
    const number = readNumber(context, 'alert')
    const found = alertsOf(context.repository).find((alert) => alert.number === number)
    if (!found) throw new Refusal(404, 'Not Found')
    return answer(toJson(context.world, context.repository, found))
  }

export const ALERT_ROUTES: readonly Route[] = [
  repositoryRoute('GET', '/vulnerability-alerts', ['administration', 'read'], ({ repository }) => {
    if (!repository.evidence.settings.dependabot) throw new Refusal(404, 'Vulnerability alerts are disabled.')
    return { status: 204 }
  }),
  repositoryRoute('GET', '/dependabot/alerts', ['vulnerability_alerts', 'read'], listDependabotAlerts),
  repositoryRoute('GET', '/code-scanning/alerts', ['security_events', 'read'], listCodeScanningAlerts),
  repositoryRoute('GET', '/secret-scanning/alerts', ['secret_scanning_alerts', 'read'], listSecretScanningAlerts),
  repositoryRoute(
    'GET',
    '/dependabot/alerts/{alert}',
    ['vulnerability_alerts', 'read'],
    readAlert(listDependabotAlerts, ({ evidence }) => evidence.dependabotAlerts, toDependabotAlert),
  ),
  repositoryRoute(
    'GET',
    '/code-scanning/alerts/{alert}',
    ['security_events', 'read'],
    readAlert(listCodeScanningAlerts, ({ evidence }) => evidence.codeScanningAlerts, toCodeScanningAlert),
  ),
  repositoryRoute(
    'GET',
    '/secret-scanning/alerts/{alert}',
    ['secret_scanning_alerts', 'read'],
    readAlert(listSecretScanningAlerts, ({ evidence }) => evidence.secretScanningAlerts, toSecretScanningAlert),
  ),
]
