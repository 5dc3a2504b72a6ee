// Everything of this process that sends requests, in one place: one set of limits per connection, remembered in the
// database, and a requester for whoever needs one. Limits open on first use, because they begin with what was remembered.
import type { Credentials } from '../integrations/engine/credentials.ts'
import { type LimitSettings, type Limits, makeLimits } from '../integrations/engine/limits.ts'
import type { Priority, ProviderContext, ProviderName, Requester } from '../integrations/engine/provider.ts'
import { type Exchange, makeRequester } from '../integrations/engine/request.ts'
import type { Clock, Random } from '../integrations/kernel/clock.ts'
import type { Log } from '../integrations/kernel/log.ts'
import { type Budget, listBudgets, saveBudget } from '../integrations/store/budgets.ts'
import type { Store } from '../integrations/store/open-store.ts'

/** Budgets change with every answer and are written at most this often. */
const SAVE_EVERY_MS = 1000

export interface OutboundParts {
  readonly store: () => Promise<Store>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly signal: AbortSignal
  readonly fetch: typeof fetch
  /** Other limits than the providers' own: stand-ins have none worth waiting for. */
  readonly limits?: Partial<LimitSettings>
}

export interface OutboundRequest {
  readonly connectionId: string
  readonly provider: ProviderName
  readonly credentials: Credentials
  readonly dryRun: boolean
  readonly priority?: Priority
  readonly onExchange?: (exchange: Exchange) => void
}

export interface Outbound {
  /** A context whose every request passes the limits of its connection. */
  contextFor(request: OutboundRequest): ProviderContext
  /** Writes what is not yet remembered and lets running requests end. */
  close(): Promise<void>
}

/** Keeps budgets until a second has passed, then writes the newest of each scope. */
function makeBudgetKeeper(parts: OutboundParts) {
  const pending = new Map<string, Budget>()
  let timer: NodeJS.Timeout | undefined
  const flush = async () => {
    clearTimeout(timer)
    timer = undefined
    const budgets = [...pending.values()]
    pending.clear()
    if (budgets.length === 0) return
    const { db } = await parts.store()
    for (const budget of budgets) await saveBudget(db, budget)
  }
  return {
    keep(budget: Budget) {
      pending.set(`${budget.connectionId} ${budget.scope}`, budget)
      // A budget that could not be written is read from the next answer again; it must not end the process.
      timer ??= setTimeout(
        () => void flush().catch((error: unknown) => parts.log.warn({ err: error }, 'budgets not saved')),
        SAVE_EVERY_MS,
      ).unref()
    },
    flush,
  }
}

export function makeOutbound(parts: OutboundParts): Outbound {
  const opened = new Map<string, Promise<Limits>>()
  const keeper = makeBudgetKeeper(parts)
  const limitsOf = (connectionId: string, provider: ProviderName) => {
    const known = opened.get(connectionId)
    if (known) return known
    const opening = parts.store().then(async ({ db }) => {
      const saved = await listBudgets(db, { connectionId })
      return makeLimits({
        connectionId,
        provider,
        clock: parts.clock,
        log: parts.log,
        saved,
        onChange: keeper.keep,
        ...(parts.limits ? { settings: parts.limits } : {}),
      })
    })
    opened.set(connectionId, opening)
    return opening
  }
  return Object.freeze({
    contextFor(request: OutboundRequest): ProviderContext {
      const { clock, random, log, signal } = parts
      let requester: Promise<Requester> | undefined
      const open = async () =>
        makeRequester({
          ...request,
          limits: await limitsOf(request.connectionId, request.provider),
          clock,
          random,
          log,
          signal,
          fetch: parts.fetch,
        })
      const lazy: Requester = {
        fetch: async (url, init, meta) => {
          requester ??= open()
          return (await requester).fetch(url, init, meta)
        },
      }
      return Object.freeze({ connectionId: request.connectionId, requester: Object.freeze(lazy), log, clock, signal })
    },
    async close() {
      for (const limits of opened.values()) await (await limits).close()
      if (opened.size > 0) await keeper.flush()
    },
  })
}
