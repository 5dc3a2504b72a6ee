// Alerts of Dependabot, code scanning and secret scanning: three lists of one kind of thing, each in its own words. Open alerts
// count however old they are, so the first scan reads everything; a further one what was updated since.
import { z } from 'zod'
import type { AlertFact, SecretAlertFact } from '../../foe/facts/posture-fact.ts'
import { parseInstant } from '../../foe/instants.ts'
import type { GitHubCall, GitHubContext } from '../client.ts'
import { readUnlessAbsent, readUnlessGone } from './absence.ts'
import { makeListStream } from './list-stream.ts'
import type { FactBatch, FactStream, ImportPlace } from './stream.ts'

const common = { number: z.int(), state: z.string(), created_at: z.string(), updated_at: z.string().nullish() }
const ends = { fixed_at: z.string().nullish(), dismissed_at: z.string().nullish() }

export const DependabotAlertAnswer = z.looseObject({
  ...common,
  ...ends,
  auto_dismissed_at: z.string().nullish(),
  security_advisory: z.looseObject({ severity: z.string().nullish() }).nullish(),
  security_vulnerability: z.looseObject({ severity: z.string().nullish() }).nullish(),
})
export const CodeScanningAlertAnswer = z.looseObject({
  ...common,
  // GitHub leaves the state of an alert empty where the analysis of the branch is gone.
  state: z.string().nullish(),
  ...ends,
  rule: z.looseObject({ severity: z.string().nullish(), security_severity_level: z.string().nullish() }).nullish(),
})
/** The secret itself may be in the answer: it is asked to be left out, and is not read. */
export const SecretAlertAnswer = z.object({ ...common, resolved_at: z.string().nullish() })

/** GitHub always says when; an entry that does not is as old as can be, rather than lost. */
const createdAt = (text: string): Date => parseInstant(text) ?? new Date(0)

/** How bad the advisory is for this repository comes before how bad it is in general. */
export const toDependabotAlert = (alert: z.infer<typeof DependabotAlertAnswer>): AlertFact => ({
  id: String(alert.number),
  severity: alert.security_vulnerability?.severity ?? alert.security_advisory?.severity ?? null,
  state: alert.state,
  createdAt: createdAt(alert.created_at),
  fixedAt: parseInstant(alert.fixed_at),
  dismissedAt: parseInstant(alert.dismissed_at) ?? parseInstant(alert.auto_dismissed_at),
})

export const toCodeScanningAlert = (alert: z.infer<typeof CodeScanningAlertAnswer>): AlertFact => ({
  id: String(alert.number),
  severity: alert.rule?.security_severity_level ?? alert.rule?.severity ?? null,
  state: alert.state ?? 'unknown',
  createdAt: createdAt(alert.created_at),
  fixedAt: parseInstant(alert.fixed_at),
  dismissedAt: parseInstant(alert.dismissed_at),
})

export const toSecretAlert = (alert: z.infer<typeof SecretAlertAnswer>): SecretAlertFact => ({
  id: String(alert.number),
  state: alert.state,
  createdAt: createdAt(alert.created_at),
  resolvedAt: parseInstant(alert.resolved_at),
})

const ROUTES = {
  dependabotAlerts: 'dependabot',
  codeScanningAlerts: 'code-scanning',
  secretAlerts: 'secret-scanning',
} as const
export type AlertKind = keyof typeof ROUTES

/** The call that reads one alert. */
function alertCall<T>(kind: AlertKind, place: ImportPlace, number: number, answer: z.ZodType<T>): GitHubCall<T> {
  const { owner, repo } = place
  return {
    route: `GET /repos/{owner}/{repo}/${ROUTES[kind]}/alerts/{alert_number}`,
    parameters: { owner, repo, alert_number: number, ...(kind === 'secretAlerts' ? { hide_secret: true } : {}) },
    meta: { operation: `github.${ROUTES[kind]}.read` },
    answer,
  }
}

function alertStream<T extends { readonly created_at: string; readonly updated_at?: string | null | undefined }>(
  kind: AlertKind,
  answer: z.ZodType<T>,
  toFact: (alert: T) => AlertFact | SecretAlertFact,
): FactStream {
  return makeListStream<T>({
    name: `${ROUTES[kind]}-alerts`,
    brings: kind,
    call: ({ owner, repo }) => ({
      route: `GET /repos/{owner}/{repo}/${ROUTES[kind]}/alerts`,
      parameters: {
        ...{ owner, repo, sort: 'updated', direction: 'desc' },
        ...(kind === 'secretAlerts' ? { hide_secret: true } : {}),
      },
      meta: { operation: `github.${ROUTES[kind]}.list` },
      answer: z.array(answer),
    }),
    movedAt: (alert) => parseInstant(alert.updated_at) ?? createdAt(alert.created_at),
    from: () => undefined,
    // Instants are whole seconds: those of the newest known second may have grown in number.
    overlapMs: 1_000,
    toLists: async (_github, _place, alerts) => ({ [kind]: alerts.map(toFact) }),
  })
}

export const DEPENDABOT_STREAM = alertStream('dependabotAlerts', DependabotAlertAnswer, toDependabotAlert)
export const CODE_SCANNING_STREAM = alertStream('codeScanningAlerts', CodeScanningAlertAnswer, toCodeScanningAlert)
export const SECRET_SCANNING_STREAM = alertStream('secretAlerts', SecretAlertAnswer, toSecretAlert)

const READERS: {
  readonly [K in AlertKind]: (github: GitHubContext, place: ImportPlace, number: number) => Promise<AlertFact | SecretAlertFact>
} = {
  dependabotAlerts: async (github, place, number) =>
    toDependabotAlert((await github.client.request(alertCall('dependabotAlerts', place, number, DependabotAlertAnswer))).data),
  codeScanningAlerts: async (github, place, number) =>
    toCodeScanningAlert((await github.client.request(alertCall('codeScanningAlerts', place, number, CodeScanningAlertAnswer))).data),
  secretAlerts: async (github, place, number) =>
    toSecretAlert((await github.client.request(alertCall('secretAlerts', place, number, SecretAlertAnswer))).data),
}

/**
 * One alert as GitHub has it now: what an event about it is followed by.
 * @throws AppError `provider-*`; a feature that is off or not permitted is an `absent`
 */
export async function refreshAlert(github: GitHubContext, place: ImportPlace, kind: AlertKind, number: number): Promise<FactBatch> {
  const alert = await readUnlessAbsent(() => readUnlessGone(github, place, () => READERS[kind](github, place, number)))
  if (alert === 'gone') return { gone: { [kind]: [String(number)] } }
  return 'absent' in alert ? { absent: { [kind]: alert.absent } } : { lists: { [kind]: [alert] } }
}
