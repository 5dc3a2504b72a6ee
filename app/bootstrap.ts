// Opens what a process needs and closes it again, last in first out. It alone reads the environment. The database, the
// workers and the providers open on first use, so that a command pays only for what it touches.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { assertAllowedHost } from '../integrations/engine/allowed-host.ts'
import type { LimitSettings } from '../integrations/engine/limits.ts'
import { type JobHandler, startWorker, type Worker, type WorkerOptions } from '../integrations/engine/worker.ts'
import { type Clock, type Random, systemClock, systemRandom } from '../integrations/kernel/clock.ts'
import { AppError, toAppError } from '../integrations/kernel/errors.ts'
import { type Log, type LogLevel, openLog } from '../integrations/kernel/log.ts'
import { makeSecretBox, type SecretBox } from '../integrations/kernel/secrets.ts'
import { openStore, type Store } from '../integrations/store/open-store.ts'
import { makeOutbound } from './access/outbound.ts'
import { makeProviders } from './access/providers.ts'
import { type Config, parseConfig, readEnvironment, secretKeysOf } from './config.ts'
import { makeConnections } from './connections.ts'
import type { Actor, AppContext, Progress } from './context.ts'
import { makeJiraExports } from './steps/jira/export.ts'

/** Kind of job to its handler. */
export type JobHandlers = Readonly<Record<string, JobHandler>>

export interface ProcessOptions {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** True lets nothing but reads leave the process. */
  readonly dryRun?: boolean
  /** For commands, whose answer is not the log: logs less than the configuration says. */
  readonly logLevel?: LogLevel
  readonly terminal?: boolean
  /** How long to wait for a database that is not there yet. */
  readonly databaseWaitMs?: number
  /** What a test or the demo replaces. */
  readonly clock?: Clock
  readonly random?: Random
  readonly fetch?: typeof fetch
  readonly limits?: Partial<LimitSettings>
  readonly log?: Log
}

export interface OpenProcess {
  readonly config: Config
  readonly log: Log
  readonly clock: Clock
  readonly signal: AbortSignal
  contextFor(actor: Actor, requestId: string, progress?: (step: Progress) => void): AppContext
  newRequestId(): string
  /** Registers the job handlers; the worker starts when it is first asked for. */
  handleJobs(handlers: JobHandlers, beforePoll?: () => Promise<void>): void
  /** Takes no more jobs, and lets those under way end within SHUTDOWN_SECONDS; the others are given back. */
  stopWork(): Promise<void>
  /** Breaks off whatever is being opened or waited for. */
  abandon(): void
  /** Stops the work and closes everything, last opened first. */
  close(): Promise<void>
}

export const readProcessEnvironment = (process: NodeJS.Process) => readEnvironment(process.env, process.cwd())

/** How much later than the worker's own word to its handlers the requests of the process are cut. */
const ABORT_AFTER_MS = 50

/** The folder beside the database, for what a development process makes up and must find again. */
const dataFolder = (config: Config) =>
  config.DATABASE_URL.startsWith('file:') ? path.dirname(config.DATABASE_URL.slice('file:'.length)) : 'data'

/** In development a key is made and kept beside the database, readable by its owner only; in production it must be given. */
function openSecretBox(config: Config): SecretBox {
  const [current, ...previous] = secretKeysOf(config)
  if (current) return makeSecretBox(current, previous)
  const file = path.join(dataFolder(config), 'secret.key')
  mkdirSync(path.dirname(file), { recursive: true })
  try {
    // `wx`: of two processes that start at once, one makes the key and both use it.
    writeFileSync(file, randomBytes(32).toString('base64'), { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  const made = Buffer.from(readFileSync(file, 'utf8'), 'base64')
  if (made.length !== 32)
    throw new AppError(
      'secret-key-wrong',
      'The file secret.key beside the database does not hold 32 bytes in base64. Restore it, or set KATALYST_SECRET_KEY.',
    )
  return makeSecretBox(made, previous)
}

/** The key is read, and in development made, only by what seals or opens something. */
function makeLazySecretBox(config: Config): SecretBox {
  let opened: SecretBox | undefined
  const box = () => {
    opened ??= openSecretBox(config)
    return opened
  }
  return Object.freeze({
    seal: (plain: string, binding: string) => box().seal(plain, binding),
    open: (sealed: string, binding: string) => box().open(sealed, binding),
    isStale: (sealed: string) => box().isStale(sealed),
  })
}

/** Opened when first asked for, once; closed only if it was. */
function once<T>(open: () => Promise<T>) {
  let opening: Promise<T> | undefined
  return {
    get: () => {
      opening ??= open().catch((error: unknown) => {
        opening = undefined
        throw error
      })
      return opening
    },
    /** What was opened; undefined when nothing was, or it could not be, which whoever asked for it has been told. */
    ifOpened: async () => opening?.catch(() => undefined),
  }
}

/** Opens the worker on first use, and stops it within the limit: what does not end by then is aborted and given back. */
function makeWorkForce(
  config: Config,
  stop: AbortController,
  parts: Pick<WorkerOptions, 'clock' | 'random' | 'log'>,
  store: () => Promise<Store>,
) {
  const graceMs = config.SHUTDOWN_SECONDS * 1000
  const leaseMs = config.LEASE_SECONDS * 1000
  let work: Pick<WorkerOptions, 'handlers' | 'beforePoll'> = { handlers: {} }
  const worker = once<Worker>(async () => {
    const opened = await store()
    if (stop.signal.aborted) throw new AppError('cancelled', 'The process is stopping; it takes no more work.')
    const { WORKER_CONCURRENCY: concurrency, JOBS_PER_CONNECTION: perConnection } = config
    return startWorker({ store: opened, ...work, ...parts, graceMs, leaseMs, concurrency, perConnection })
  })
  return {
    worker: worker.get,
    handle(handlers: JobHandlers, beforePoll?: () => Promise<void>) {
      work = { handlers, ...(beforePoll ? { beforePoll } : {}) }
    },
    async stop() {
      // A moment after the worker told its handlers, so that it knows why their requests and waits break off.
      const late = setTimeout(() => stop.abort(new AppError('cancelled', 'The process is stopping.')), graceMs + ABORT_AFTER_MS)
      await (await worker.ifOpened())?.stop()
      clearTimeout(late)
    },
  }
}

/** Requests with credentials go to these: an address inside our own network must be wanted. @throws AppError `config-invalid` naming the variables */
function assertProviderHosts(config: Config): void {
  const faults = (['GITHUB_API_URL', 'ATLASSIAN_AUTH_URL', 'ATLASSIAN_API_URL', 'JIRA_BASE_URL', 'KATALYST_URL'] as const).flatMap(
    (name) => {
      try {
        if (config[name]) assertAllowedHost(config[name], { allowPrivateHosts: config.ALLOW_PRIVATE_HOSTS })
        return []
      } catch (error) {
        return [`  ${name}: expected a public https address, or ALLOW_PRIVATE_HOSTS=true. ${toAppError(error).message}`]
      }
    },
  )
  if (faults.length > 0)
    throw new AppError('config-invalid', ['The configuration is not valid; nothing was started.', ...faults].join('\n'))
}

/** Opens a process. @throws AppError `config-invalid` before anything is opened. */
export async function openProcess(options: ProcessOptions): Promise<OpenProcess> {
  const config = parseConfig(options.environment, options.terminal)
  assertProviderHosts(config)
  const { clock = systemClock, random = systemRandom, dryRun = false } = options
  const level = options.logLevel && config.LOG_LEVEL === 'info' ? options.logLevel : config.LOG_LEVEL
  const log = options.log ?? (await openLog({ level, format: config.LOG_FORMAT }))
  const stop = new AbortController()
  const { signal } = stop
  const waitMs = options.databaseWaitMs ?? 0
  const store = once<Store>(() => openStore({ url: config.DATABASE_URL, log, clock, migrate: true, waitMs, signal }))
  const limits = options.limits ? { limits: options.limits } : {}
  const redisUrl = config.REDIS_URL
  const outbound = makeOutbound({ store: store.get, clock, random, log, signal, fetch: options.fetch ?? fetch, redisUrl, ...limits })
  const secrets = makeLazySecretBox(config)
  const connections = makeConnections({ config, db: async () => (await store.get()).db, secrets })
  const providers = makeProviders({
    ...{ config, connections, outbound, dryRun, secrets, clock, random, signal },
    db: async () => (await store.get()).db,
  })
  const force = makeWorkForce(config, stop, { clock, random, log }, store.get)
  const opened = { config, providers, connections, secrets, jiraExports: makeJiraExports(), clock, random, log, signal }

  return Object.freeze({
    config,
    log,
    clock,
    signal,
    newRequestId: () => random.id(),
    contextFor: (actor: Actor, requestId: string, progress: (step: Progress) => void = () => {}): AppContext =>
      Object.freeze({ ...opened, store: store.get, worker: force.worker, actor, requestId, progress }),
    handleJobs: force.handle,
    stopWork: force.stop,
    abandon: () => stop.abort(new AppError('cancelled', 'The process was stopped before it had started.')),
    async close() {
      await force.stop()
      stop.abort(new AppError('cancelled', 'The process has stopped.'))
      await outbound.close()
      await (await store.ifOpened())?.close()
    },
  })
}
