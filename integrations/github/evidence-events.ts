// What an event says about evidence: which repository, and what of it may have changed. Nothing else of the payload is used: a
// delivery is a hint, and what changed is read again.
import { z } from 'zod'
import { PayloadId, type RepositoryFacts, RepositoryPayloadPart, readPayload, toRepositoryFacts } from './event-payload.ts'
import type { RefreshSubject } from './import/refresh.ts'

const Id = PayloadId
const WithId = z.object({ id: Id })
const WithNumber = z.object({ number: Id })

const Payload = z.object({
  installation: WithId.optional(),
  repository: RepositoryPayloadPart.optional(),
  ref: z.string().optional(),
  workflow_run: WithId.optional(),
  workflow_job: z.object({ run_id: Id }).optional(),
  deployment: WithId.optional(),
  release: WithId.optional(),
  pull_request: WithNumber.optional(),
  alert: WithNumber.optional(),
  discussion: WithNumber.optional(),
})
type Payload = z.infer<typeof Payload>

export interface RefreshHint {
  readonly subject: RefreshSubject
  /** GitHub's id or number of it; 0 for what a repository has one of. */
  readonly ref: number
}

type ToHints = (payload: Payload) => readonly RefreshHint[]

const one =
  (subject: RefreshSubject, refOf: (payload: Payload) => number | undefined): ToHints =>
  (payload) => {
    const ref = refOf(payload)
    return ref === undefined ? [] : [{ subject, ref }]
  }
const whole = (...subjects: readonly RefreshSubject[]): ToHints => {
  const hints = subjects.map((subject) => ({ subject, ref: 0 }))
  return () => hints
}
const pullRequest = one('pull-request', ({ pull_request: pull }) => pull?.number)
const deployment = one('deployment', (payload) => payload.deployment?.id)
const alert = (subject: RefreshSubject) => one(subject, (payload) => payload.alert?.number)

/** Events that move facts, and which. */
const HINTS = {
  workflow_run: one('run', ({ workflow_run: run }) => run?.id),
  workflow_job: one('run', ({ workflow_job: job }) => job?.run_id),
  deployment,
  deployment_status: deployment,
  release: one('release', ({ release }) => release?.id),
  pull_request: pullRequest,
  pull_request_review: pullRequest,
  pull_request_review_comment: pullRequest,
  // Evidence is of the default branch; commits of others count when they are merged.
  push: ({ ref, repository }) =>
    ref === `refs/heads/${repository?.default_branch}`
      ? [
          { subject: 'commits', ref: 0 },
          { subject: 'documents', ref: 0 },
        ]
      : [],
  dependabot_alert: alert('dependabot-alert'),
  code_scanning_alert: alert('code-scanning-alert'),
  secret_scanning_alert: alert('secret-scanning-alert'),
  branch_protection_rule: whole('posture'),
  repository_ruleset: whole('posture'),
  repository: whole('posture'),
  discussion: one('discussion', ({ discussion }) => discussion?.number),
  gollum: whole('wiki'),
  issues: whole('gap-issues'),
} as const satisfies Readonly<Record<string, ToHints>>
export type EvidenceEventName = keyof typeof HINTS

export interface EvidenceEvent {
  readonly installationId: number | undefined
  readonly repository: RepositoryFacts
  readonly hints: readonly RefreshHint[]
}

/** Of any event of the table; undefined for one that is about no single repository, such as a ruleset of an organisation. */
export function toEvidenceEvent(event: EvidenceEventName, payload: unknown): EvidenceEvent | undefined {
  const read = readPayload(event, Payload, payload)
  if (!read.repository) return undefined
  return { installationId: read.installation?.id, repository: toRepositoryFacts(read.repository), hints: HINTS[event](read) }
}
