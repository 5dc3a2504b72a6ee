// Everything of this process that sends requests, in one place: one set of limits per connection, remembered in the
// database, and a requester for whoever needs one. Limits open on first use, because they begin with what was remembered, and
// look again now and then, because another process may have been told to wait.
import { mergeBudgets } from '../../integrations/engine/budget-book.ts'
import type { Credentials } from '../../integrations/engine/credentials.ts'
import { type LimitSettings, type Limits, makeLimits } from '../../integrations/engine/limits.ts'
import type { Priority, ProviderContext, ProviderName, Requester } from '../../integrations/engine/provider.ts'
import { openRedisLink, type RedisLink } from '../../integrations/engine/redis-link.ts'
import { type Exchange, makeRequester } from '../../integrations/engine/request.ts'
import { makeSharedReads, type SharedReads } from '../../integrations/engine/shared-reads.ts'
import type { Clock, Random } from '../../integrations/kernel/clock.ts'
import type { Log } from '../../integrations/kernel/log.ts'
import { type Budget, listBudgets, prunePauses, saveBudget } from '../../integrations/store/budgets.ts'
import type { Store } from '../../integrations/store/open-store.ts'

/** Budgets change with every answer and are written at most this often. */
const SAVE_EVERY_MS = 1_000
/** What other processes wrote is read again at most this often, and only before a request. */
const LOOK_EVERY_MS = 5_000

export interface OutboundParts {
  readonly store: () => Promise<Store>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly signal: AbortSignal
  readonly fetch: typeof fetch
  /** Other limits than the providers' own: stand-ins have none worth waiting for. */
  readonly limits?: Partial<LimitSettings>
  /** Shares limits with the other processes; without it they are per process. */
  readonly redisUrl?: string | undefined
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

/** Keeps budgets until a second has passed, then writes the newest of each scope, without undoing what another process wrote. */
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
    for (const connectionId of new Set(budgets.map((budget) => budget.connectionId))) {
      const written = new Map((await listBudgets(db, { connectionId })).map((budget) => [budget.scope, budget]))
      for (const budget of budgets.filter((one) => one.connectionId === connectionId)) {
        const other = written.get(budget.scope)
        await saveBudget(db, other ? mergeBudgets(budget, other) : budget)
      }
    }
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

/** What the requesters of one connection have in common. */
interface OpenConnection {
  readonly limits: Limits
  readonly sharedReads: SharedReads
  /** Takes in what other processes wrote since the last look. */
  look(): Promise<void>
}

async function openConnection(
  parts: OutboundParts,
  { connectionId, provider }: OutboundRequest,
  onChange: (budget: Budget) => void,
  link: RedisLink | undefined,
): Promise<OpenConnection> {
  const { clock, log } = parts
  const { db } = await parts.store()
  await prunePauses(db, clock.now())
  const saved = await listBudgets(db, { connectionId })
  // Otherwise the first requests would go at the pace of a process that lost its Redis.
  await link?.settled()
  const settings = parts.limits ? { settings: parts.limits } : {}
  const limits = makeLimits({ connectionId, provider, clock, log, saved, onChange, ...settings, ...(link ? { link } : {}) })
  let lookedAt = clock.now().getTime()
  return {
    limits,
    sharedReads: makeSharedReads(),
    async look() {
      const now = clock.now().getTime()
      if (now - lookedAt < LOOK_EVERY_MS) return
      lookedAt = now
      try {
        limits.absorb(await listBudgets(db, { connectionId }))
      } catch (error) {
        // What others were told is met again at the provider.
        log.warn({ err: error, connection: connectionId }, 'budgets not read')
      }
    },
  }
}

/** The way out of this process. A Redis is connected to with the first request. */
export function makeOutbound(parts: OutboundParts): Outbound {
  const opened = new Map<string, Promise<OpenConnection>>()
  const keeper = makeBudgetKeeper(parts)
  let link: RedisLink | undefined
  const connectionOf = (request: OutboundRequest) => {
    const { connectionId } = request
    const known = opened.get(connectionId)
    if (known) return known
    if (parts.redisUrl) link ??= openRedisLink({ url: parts.redisUrl, log: parts.log })
    const opening = openConnection(parts, request, keeper.keep, link)
    opened.set(connectionId, opening)
    // A database that was away is asked again by the next request.
    opening.catch(() => opened.delete(connectionId))
    return opening
  }
  return Object.freeze({
    contextFor(request: OutboundRequest): ProviderContext {
      const { clock, random, log, signal } = parts
      let requester: Requester | undefined
      const lazy: Requester = {
        fetch: async (url, init, meta) => {
          const { limits, sharedReads, look } = await connectionOf(request)
          await look()
          requester ??= makeRequester({ ...request, limits, sharedReads, clock, random, log, signal, fetch: parts.fetch })
          return requester.fetch(url, init, meta)
        },
      }
      return Object.freeze({ connectionId: request.connectionId, requester: Object.freeze(lazy), log, clock, signal })
    },
    async close() {
      const connections = await Promise.allSettled(opened.values())
      for (const connection of connections) if (connection.status === 'fulfilled') await connection.value.limits.close()
      await link?.close()
      if (opened.size > 0) await keeper.flush()
    },
  })
}
