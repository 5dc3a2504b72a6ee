// A Jira to talk to: the stand-in, held against Atlassian's description where that is there, reached through the real engine.
import { makeBasicCredentials, makeBearerCredentials } from '../../integrations/engine/credentials.ts'
import { makeLimits } from '../../integrations/engine/limits.ts'
import { makeRequester } from '../../integrations/engine/request.ts'
import { type JiraContext, makeJiraContext } from '../../integrations/jira/context.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { makeTestClock, makeTestRandom, type TestClock } from '../engine/clocks.ts'
import { openContract } from '../sandbox/contract.ts'
import { type JiraSandbox, type JiraSandboxOptions, openJiraSandbox } from '../sandbox/jira/sandbox.ts'

export interface TestSite {
  readonly sandbox: JiraSandbox
  readonly clock: TestClock
  readonly context: JiraContext
  /** Lets only reads out. */
  readonly dryContext: JiraContext
  /** Connects with another token. */
  connect(token: string): JiraContext
  /** Methods and paths of what was sent since the last call. */
  sent(): string[]
  close(): Promise<void>
}

/** Compiled once: a second for the whole description. */
let contract: ReturnType<typeof openContract> | undefined
let softwareContract: ReturnType<typeof openContract> | undefined

export async function openTestSite(options: Partial<JiraSandboxOptions> = {}): Promise<TestSite> {
  const clock = makeTestClock()
  contract ??= openContract('jira-platform')
  softwareContract ??= openContract('jira-software')
  const sandbox = await openJiraSandbox({ clock, contract: await contract, softwareContract: await softwareContract, ...options })
  const limits = makeLimits({
    connectionId: 'jira',
    provider: 'jira',
    clock,
    log: silentLog,
    settings: { writeSpacingMs: 0, writesPerMinute: 0 },
  })
  const edition = options.form ?? 'cloud'
  const abort = new AbortController()
  const connect = (token: string, dryRun = false) => {
    const requester = makeRequester({
      connectionId: 'jira',
      provider: 'jira',
      limits,
      credentials: edition === 'cloud' ? makeBasicCredentials(sandbox.email, token) : makeBearerCredentials(token),
      clock,
      random: makeTestRandom(),
      log: silentLog,
      signal: abort.signal,
      dryRun,
      fetch,
    })
    return makeJiraContext({
      baseUrl: sandbox.url,
      edition,
      context: { connectionId: 'jira', requester, log: silentLog, clock, signal: abort.signal },
    })
  }
  let seen = 0
  return {
    sandbox,
    clock,
    context: connect(sandbox.token),
    dryContext: connect(sandbox.token, true),
    connect,
    sent() {
      const news = sandbox.requests.slice(seen).map((request) => `${request.method} ${request.path.replace(/\/rest\/api\/[23]\//, '')}`)
      seen = sandbox.requests.length
      return news
    },
    async close() {
      await limits.close()
      await sandbox.close()
    },
  }
}
