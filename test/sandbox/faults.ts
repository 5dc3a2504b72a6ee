// Faults are asked for in advance and taken by the next matching requests, so that a test can say "the second create works
// and answers 502" without any timing.
import type { SandboxRequest, SandboxResponse } from './http.ts'

type Outcome = SandboxResponse | 'reset' | 'silence'

interface Behaviour {
  /** Whether the request takes effect before its answer is spoiled. */
  readonly effect: boolean
  readonly respond: (plan: FaultPlan, performed: SandboxResponse | undefined) => Outcome
}

const BEHAVIOURS = {
  /** Answers `status` (default 500) with `json`, and does nothing. */
  status: {
    effect: false,
    respond: (plan) => ({
      status: plan.status ?? 500,
      headers: plan.headers ?? {},
      json: plan.json ?? { message: 'Asked for by a test.' },
    }),
  },
  reset: { effect: false, respond: () => 'reset' },
  timeout: { effect: false, respond: () => 'silence' },
  /** A proxy's page in place of the answer, by default with status 200: the worst case for a client that trusts it. */
  html: {
    effect: false,
    respond: (plan) => ({
      status: plan.status ?? 200,
      headers: { 'content-type': 'text/html; charset=utf-8', ...plan.headers },
      text: '<!doctype html><title>Sign in</title><p>Please sign in to continue.',
    }),
  },
  /** The real answer, cut in the middle of its JSON. */
  truncated: { effect: true, respond: (_plan, performed) => cut(performed) },
  'after-effect-502': { effect: true, respond: (plan) => ({ status: 502, headers: plan.headers ?? {}, json: { message: 'Bad gateway' } }) },
  'after-effect-reset': { effect: true, respond: () => 'reset' },
  'after-effect-timeout': { effect: true, respond: () => 'silence' },
} as const satisfies Record<string, Behaviour>

export interface FaultPlan {
  readonly kind: keyof typeof BEHAVIOURS
  /** Which requests: a method, a path (text: contained in it; or a pattern), a test of one's own. Default: any. */
  readonly match?: { readonly method?: string; readonly path?: string | RegExp } | ((request: SandboxRequest) => boolean)
  /** How many matching requests it spoils. Default 1. */
  readonly times?: number
  /** How many matching requests pass first. Default 0. */
  readonly after?: number
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
}

export interface TakenFault {
  readonly kind: FaultPlan['kind']
  readonly effect: boolean
  respond(performed: SandboxResponse | undefined): Outcome
}

export interface FaultQueue {
  /** Plans a fault; several plans are tried in the order they were made. */
  next(plan: FaultPlan): void
  /** The fault this request meets, if any. For the server. */
  take(request: SandboxRequest): TakenFault | undefined
  /** How many spoiled requests are still to come: a test that planned a fault expects 0 at its end. */
  pending(): number
  clear(): void
}

/** An empty queue of planned faults. */
export function makeFaultQueue(): FaultQueue {
  const planned: { plan: FaultPlan; skip: number; left: number }[] = []
  return Object.freeze({
    next: (plan: FaultPlan) => void planned.push({ plan, skip: plan.after ?? 0, left: plan.times ?? 1 }),
    take(request: SandboxRequest) {
      for (const entry of planned) {
        if (entry.left <= 0 || !matches(entry.plan.match, request)) continue
        if (entry.skip > 0) {
          entry.skip -= 1
          continue
        }
        entry.left -= 1
        const behaviour: Behaviour = BEHAVIOURS[entry.plan.kind]
        return {
          kind: entry.plan.kind,
          effect: behaviour.effect,
          respond: (performed: SandboxResponse | undefined) => behaviour.respond(entry.plan, performed),
        }
      }
      return undefined
    },
    pending: () => planned.reduce((sum, entry) => sum + entry.left, 0),
    clear: () => void planned.splice(0),
  })
}

function matches(match: FaultPlan['match'], request: SandboxRequest): boolean {
  if (!match) return true
  if (typeof match === 'function') return match(request)
  if (match.method && match.method !== request.method) return false
  if (match.path instanceof RegExp) return match.path.test(request.path)
  return match.path === undefined || request.path.includes(match.path)
}

function cut(performed: SandboxResponse | undefined): SandboxResponse {
  const whole = performed?.json === undefined ? String(performed?.text ?? '') : JSON.stringify(performed.json)
  const headers = { 'content-type': 'application/json; charset=utf-8', ...performed?.headers }
  return { status: performed?.status ?? 200, headers, text: whole.slice(0, Math.max(1, Math.floor(whole.length / 2))) }
}
