// The App as it runs, on one database and one GitHub stand-in, without a server of its own: deliveries go from the stand-in to
// the webhook entry point, jobs to the real worker, requests through the real requester with limits that do not wait.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { addGovernanceCheck } from '../../app/checks/governance-check.ts'
import type { AppContext } from '../../app/context.ts'
import { DELIVERY_JOB } from '../../app/delivery-job.ts'
import { checkPullRequest } from '../../app/usecases/check-pull-request.ts'
import { handleDelivery } from '../../app/usecases/handle-delivery.ts'
import { ingestPush } from '../../app/usecases/ingest-push.ts'
import { CHECK_JOB } from '../../app/usecases/request-check.ts'
import { INGEST_JOB } from '../../app/usecases/request-ingest.ts'
import { addGitHubEvents } from '../../app/webhooks/github-events.ts'
import { type IncomingDelivery, receiveWebhook } from '../../app/webhooks/receive.ts'
import { noCredentials } from '../../integrations/engine/credentials.ts'
import { type Limits, makeLimits } from '../../integrations/engine/limits.ts'
import { makeRequester } from '../../integrations/engine/request.ts'
import { type JobHandler, startWorker } from '../../integrations/engine/worker.ts'
import { makeGitHubAccess } from '../../integrations/github/index.ts'
import { jiraProvider } from '../../integrations/jira/index.ts'
import { type Clock, systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { toAppError } from '../../integrations/kernel/errors.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { openStore } from '../../integrations/store/open-store.ts'
import type { GitHubSandbox } from '../sandbox/github/sandbox.ts'
import { openHttpStandIn } from '../sandbox/http.ts'
import { openCheckedGitHub } from '../sandbox-tests/github-client.ts'

export const JIRA_SECRET = 'jira-webhook-secret-of-a-test'

export interface TestApp {
  readonly github: GitHubSandbox
  readonly ctx: AppContext
  /** Where the stand-in delivers to. */
  readonly webhookUrl: string
  /** Posts a delivery to the webhook entry point, as the HTTP server does. */
  receive(delivery: IncomingDelivery): Promise<{ readonly status: number; readonly body: unknown }>
  /** Resolves when every delivery and job is done. */
  settle(): Promise<void>
  close(): Promise<void>
}

/** Waits are cut short: a test never sleeps through a pause that the provider asked for. */
const quickClock: Clock = Object.freeze({ now: systemClock.now, sleep: () => Promise.resolve() })

export async function openTestApp(options: { readonly previousSecret?: string } = {}): Promise<TestApp> {
  const folder = mkdtempSync(path.join(tmpdir(), 'katalyst-app-'))
  const store = await openStore({ url: `file:${path.join(folder, 'test.db')}`, log: silentLog, clock: systemClock, migrate: true })
  const github = await openCheckedGitHub()
  const stop = new AbortController()
  const limits: Limits[] = []
  const access = makeGitHubAccess({
    app: { appId: github.app.id, privateKey: github.app.privateKey },
    apiUrl: github.apiUrl,
    contextFor: (actor) => {
      const connectionId = actor.kind === 'installation' ? `github:${actor.id}` : `github:${actor.kind}`
      const common = { connectionId, clock: quickClock, log: silentLog, signal: stop.signal } as const
      const own = makeLimits({ ...common, provider: 'github', settings: { writeSpacingMs: 0, writesPerMinute: 0 } })
      limits.push(own)
      const requester = makeRequester({
        ...common,
        provider: 'github',
        limits: own,
        credentials: noCredentials,
        random: systemRandom,
        dryRun: false,
        fetch,
        timeoutMs: 5_000,
      })
      return { ...common, requester }
    },
  })
  const ctx = {
    config: {
      APP_ID: github.app.id,
      WEBHOOK_SECRET: github.app.webhookSecret,
      ...(options.previousSecret ? { WEBHOOK_SECRET_PREVIOUS: options.previousSecret } : {}),
      JIRA_WEBHOOK_SECRET: JIRA_SECRET,
      GITHUB_SERVER_URL: github.url,
    },
    store: async () => store,
    providers: { github: access, jira: jiraProvider },
    clock: quickClock,
    random: systemRandom,
    log: silentLog,
    signal: stop.signal,
    requestId: 'request-of-a-test',
  } as unknown as AppContext

  const probot = await access.probot()
  addGitHubEvents(probot, () => ctx)
  addGovernanceCheck(probot, () => ctx)
  const handlers: Record<string, JobHandler> = {
    [DELIVERY_JOB]: async ({ job }) => void (await handleDelivery.run(ctx, handleDelivery.input.parse(job.payload))),
    [INGEST_JOB]: async ({ job }) => void (await ingestPush.run(ctx, ingestPush.input.parse(job.payload))),
    [CHECK_JOB]: async ({ job }) => {
      await checkPullRequest.run(ctx, checkPullRequest.input.parse({ ...(job.payload as object), attempt: job.attempts }))
    },
  }
  const worker = startWorker({ store, handlers, clock: systemClock, random: systemRandom, log: silentLog, pollMs: 50 })

  const receive = async (delivery: IncomingDelivery) => {
    try {
      return await receiveWebhook(ctx, delivery)
    } catch (error) {
      const { code, message } = toAppError(error)
      return { status: code === 'signature-invalid' ? 401 : 400, body: { code, error: message } }
    }
  }
  const door = await openHttpStandIn({
    handle: async ({ raw, headers }) => {
      const { status, body } = await receive({ provider: 'github', rawBody: raw, headers })
      return { status, json: body }
    },
  })
  github.deliverTo(`${door.url}/api/github/webhooks`)
  return Object.freeze({
    github,
    ctx,
    webhookUrl: `${door.url}/api/github/webhooks`,
    receive,
    async settle() {
      await github.settled()
      await worker.drain()
    },
    async close() {
      await github.settled()
      await worker.stop()
      await door.close()
      await github.close()
      for (const one of limits) await one.close()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  })
}
