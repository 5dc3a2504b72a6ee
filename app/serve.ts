// The server as a process: HTTP, webhooks and workers on one database, and the signals that end it.
import { randomBytes } from 'node:crypto'
import { type OpenProcess, openProcess, readProcessEnvironment } from './bootstrap.ts'
import type { Terminal } from './cli/terminal.ts'
import type { Actor } from './context.ts'
import { makeAuthenticator } from './http/authenticate.ts'
import { makeOwnLimit } from './http/own-limit.ts'
import { openServer } from './http/server.ts'
import { makeMcpHandler } from './mcp/http-transport.ts'
import { makeSite } from './pages/site.ts'
import { PAGE_ACTIONS, PAGES } from './pages/table.ts'
import { DATABASE_WAIT_MS, runUntilStopped } from './run-until-stopped.ts'
import { useCases } from './usecases/table.ts'
import { receiveWebhook } from './webhooks/receive.ts'
import { startWorkers } from './work.ts'

/** Tries to sign in from one address: enough for people, slow for guessing. */
const SIGN_INS_PER_MINUTE = 20

export interface RunningServer {
  readonly url: string
  readonly adminToken: string
  /** Stops taking requests and jobs, lets those under way end, and closes everything. */
  close(): Promise<void>
}

/** Starts server and workers on an open process. */
export async function startServer(opened: OpenProcess, version: string): Promise<RunningServer> {
  const { config } = opened
  // Without a token nothing could be called; in production the configuration has refused to start.
  const adminToken = config.KATALYST_ADMIN_TOKEN ?? randomBytes(24).toString('base64url')
  const authenticator = makeAuthenticator({ admin: adminToken, read: config.KATALYST_READ_TOKEN })
  const signIns = makeOwnLimit(SIGN_INS_PER_MINUTE)
  const contextFor = (actor: Actor, requestId: string) => opened.contextFor(actor, requestId)
  const site = makeSite({
    pages: PAGES,
    actions: PAGE_ACTIONS,
    contextFor,
    actorOfToken: authenticator.actorOfToken,
    startSession: authenticator.startSession,
    takeTry: (caller, now) => signIns.take(caller, 1, now),
    isPublic: config.PUBLIC_PAGES,
    publicUrl: config.PUBLIC_URL,
  })
  await startWorkers(opened)
  const server = await openServer(
    {
      table: useCases,
      contextFor,
      authenticator,
      receiveWebhook,
      site: site.fetch,
      mcp: makeMcpHandler({ table: useCases, version, contextFor: opened.contextFor, newRequestId: opened.newRequestId }),
      version,
      publicUrl: config.PUBLIC_URL,
    },
    config.HOST,
    config.PORT,
  ).catch(async (error: unknown) => {
    await opened.close()
    throw error
  })
  return {
    url: server.url,
    adminToken,
    close: async () => {
      // At the same time: a request that waits for a job must not keep the workers taking more.
      await Promise.all([server.close(config.SHUTDOWN_SECONDS * 1000), opened.stopWork()])
      await opened.close()
    },
  }
}

/** `katalyst serve`: server and workers, until a signal. */
export async function serve(process: NodeJS.Process, terminal: Terminal, version: string): Promise<number> {
  const opened = await openProcess({
    environment: readProcessEnvironment(process),
    databaseWaitMs: DATABASE_WAIT_MS,
    terminal: Boolean(process.stderr.isTTY),
  })
  return runUntilStopped(process, opened, async () => {
    const running = await startServer(opened, version)
    terminal.err(`Katalyst Integrations ${version} listens on ${running.url}\n`)
    if (!opened.config.KATALYST_ADMIN_TOKEN)
      terminal.err(`Admin token of this start (set KATALYST_ADMIN_TOKEN to keep one): ${running.adminToken}\n`)
    if (!opened.config.APP_ID)
      terminal.err('No GitHub App is configured: pull requests are not checked. README.md, "Install as a GitHub App", says how.\n')
    return running
  })
}
