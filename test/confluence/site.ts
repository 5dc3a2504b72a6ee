// A Confluence to talk to: the stand-in in one of its forms, held against Atlassian's descriptions where they are there,
// reached through the real engine.
import { type ConfluenceContext, makeConfluenceContext } from '../../integrations/confluence/context.ts'
import { makeBasicCredentials, makeBearerCredentials } from '../../integrations/engine/credentials.ts'
import { makeLimits } from '../../integrations/engine/limits.ts'
import { makeRequester } from '../../integrations/engine/request.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { makeTestClock, makeTestRandom, type TestClock } from '../engine/clocks.ts'
import { type ConfluenceSandbox, type ConfluenceSandboxOptions, openConfluenceSandbox } from '../sandbox/confluence/sandbox.ts'
import { openContract } from '../sandbox/contract.ts'

export const FORMS = ['cloud', 'gateway', 'data-center'] as const

export interface TestSite {
  readonly sandbox: ConfluenceSandbox
  readonly clock: TestClock
  readonly context: ConfluenceContext
  /** Lets only reads out. */
  readonly dryContext: ConfluenceContext
  connect(token: string): ConfluenceContext
  /** Methods and paths of what was sent since the last call, without the base. */
  sent(): string[]
  close(): Promise<void>
}

/** Compiled once: a second for the whole descriptions. */
let contracts: Promise<NonNullable<ConfluenceSandboxOptions['contracts']>> | undefined
export const openContracts = () => {
  contracts ??= Promise.all([openContract('confluence-v1'), openContract('confluence-v2')]).then(([v1, v2]) => ({ v1, v2 }))
  return contracts
}

export async function openTestSite(options: Partial<ConfluenceSandboxOptions> = {}): Promise<TestSite> {
  const clock = makeTestClock()
  const sandbox = await openConfluenceSandbox({ clock, contracts: await openContracts(), ...options })
  const settings = { writeSpacingMs: 0, writesPerMinute: 0 }
  const limits = makeLimits({ connectionId: 'confluence', provider: 'confluence', clock, log: silentLog, settings })
  const abort = new AbortController()
  const connect = (token: string, dryRun = false) => {
    const credentials = sandbox.form === 'cloud' ? makeBasicCredentials(sandbox.email, token) : makeBearerCredentials(token)
    const requester = makeRequester({
      connectionId: 'confluence',
      provider: 'confluence',
      limits,
      credentials,
      clock,
      random: makeTestRandom(),
      log: silentLog,
      signal: abort.signal,
      dryRun,
      fetch,
    })
    const context = { connectionId: 'confluence', requester, log: silentLog, clock, signal: abort.signal }
    const product = sandbox.form === 'data-center' ? 'data-center' : 'cloud'
    return makeConfluenceContext({ baseUrl: sandbox.url, product, context })
  }
  let seen = 0
  return {
    sandbox,
    clock,
    context: connect(sandbox.token),
    dryContext: connect(sandbox.token, true),
    connect,
    sent() {
      const base = new URL(sandbox.url).pathname.replace(/\/$/, '')
      const news = sandbox.requests.slice(seen).map((request) => `${request.method} ${request.path.slice(base.length)}`)
      seen = sandbox.requests.length
      return news
    },
    async close() {
      await limits.close()
      await sandbox.close()
    },
  }
}
