// The whole product on the stand-ins: a real server, real webhooks over HTTP, a real database; only the providers are ours.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type OpenProcess, openProcess } from '../../app/bootstrap.ts'
import { type RunningServer, startServer } from '../../app/serve.ts'
import { type Clock, systemClock } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import { openContract, openWebhookContract } from '../sandbox/contract.ts'
import { type GitHubSandbox, type GitHubSandboxOptions, openGitHubSandbox } from '../sandbox/github/sandbox.ts'
import { type JiraSandbox, type JiraSandboxOptions, openJiraSandbox } from '../sandbox/jira/sandbox.ts'

export const ADMIN_TOKEN = 'admin-token-of-the-flow-tests'
export const READ_TOKEN = 'read-token-of-the-flow-tests'

export interface Providers {
  readonly github: GitHubSandbox
  readonly jira: JiraSandbox
  close(): Promise<void>
}

/** Both stand-ins, held against the providers' published descriptions wherever those are at hand. */
export async function openProviders(jira: Partial<JiraSandboxOptions> = {}, githubOptions: GitHubSandboxOptions = {}): Promise<Providers> {
  const [restContract, webhookContract, jiraContract, softwareContract] = await Promise.all([
    openContract('github-rest'),
    openWebhookContract(),
    openContract('jira-platform'),
    openContract('jira-software'),
  ])
  const github = await openGitHubSandbox({ contract: restContract, webhookContract, ...githubOptions })
  const site = await openJiraSandbox({ clock: systemClock, contract: jiraContract, softwareContract, searchLag: { ms: 0 }, ...jira })
  return {
    github,
    jira: site,
    async close() {
      await github.close()
      await site.close()
    },
  }
}

export interface Product {
  readonly opened: OpenProcess
  readonly server: RunningServer
  readonly environment: Readonly<Record<string, string>>
  /** Calls the API and gives status and parsed body. */
  call(method: string, route: string, body?: unknown, token?: string): Promise<{ status: number; body: never }>
  /** Resolves when webhooks are answered and everything they caused is done. */
  settle(): Promise<void>
  close(): Promise<void>
}

export interface ProductOptions {
  readonly folder: string
  readonly databaseUrl?: string
  readonly clock?: Clock
  readonly environment?: Readonly<Record<string, string>>
}

export function environmentFor(
  { github, jira }: Providers,
  { folder, databaseUrl, environment = {} }: ProductOptions,
): Record<string, string> {
  return {
    NODE_ENV: 'test',
    PORT: '0',
    DATABASE_URL: databaseUrl ?? `file:${path.join(folder, 'katalyst.db')}`,
    APP_ID: String(github.app.id),
    PRIVATE_KEY: github.app.privateKey,
    WEBHOOK_SECRET: github.app.webhookSecret,
    GITHUB_API_URL: github.apiUrl,
    GITHUB_SERVER_URL: github.url,
    JIRA_BASE_URL: jira.url,
    JIRA_EMAIL: jira.email,
    JIRA_API_TOKEN: jira.token,
    KATALYST_ADMIN_TOKEN: ADMIN_TOKEN,
    KATALYST_READ_TOKEN: READ_TOKEN,
    KATALYST_CONFIG_DIR: folder,
    ALLOW_PRIVATE_HOSTS: 'true',
    ...environment,
  }
}

/** Starts the server on the stand-ins and points GitHub's webhooks at it. */
export async function openProduct(providers: Providers, options: ProductOptions): Promise<Product> {
  const environment = environmentFor(providers, options)
  // A stand-in has no neighbours to be considerate of: writes need not be a second apart.
  const opened = await openProcess({
    environment,
    log: silentLog,
    limits: { writeSpacingMs: 0, writesPerMinute: 0 },
    ...(options.clock ? { clock: options.clock } : {}),
  })
  const server = await startServer(opened, '0.0.0-test')
  const { github } = providers
  github.deliverTo(`${server.url}/api/github/webhooks`)
  return {
    opened,
    server,
    environment,
    async call(method, route, body, token = ADMIN_TOKEN) {
      const response = await fetch(`${server.url}/api/v1${route}`, {
        method,
        headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: (await response.json()) as never }
    },
    async settle() {
      await github.settled()
      await (await opened.contextFor({ kind: 'worker', name: 'test' }, 'test').worker()).drain()
      await github.settled()
    },
    async close() {
      github.deliverTo(undefined)
      await server.close()
    },
  }
}

/** A folder of its own for a test, with a jira-config.json where one is given. */
export function makeFolder(jiraConfig?: unknown): { readonly folder: string; remove(): void } {
  const folder = mkdtempSync(path.join(tmpdir(), 'katalyst-flow-'))
  if (jiraConfig !== undefined) writeFileSync(path.join(folder, 'jira-config.json'), JSON.stringify(jiraConfig))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
