// `katalyst demo`: the whole product against the stand-ins that the tests use, on the project's own governance folder. No
// account, no server to set up, no network beyond this machine.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '../integrations/kernel/clock.ts'
import { openConfluenceSandbox } from '../test/sandbox/confluence/sandbox.ts'
import { EVIDENCE_PERMISSIONS, openGitHubSandbox } from '../test/sandbox/github/sandbox.ts'
import { openJiraSandbox } from '../test/sandbox/jira/sandbox.ts'
import { openProcess } from './bootstrap.ts'
import type { Terminal } from './cli/terminal.ts'
import {
  type Demo,
  readSample,
  showConflict,
  showEvidence,
  showExport,
  showInstallation,
  showPages,
  showPullRequest,
  showSite,
} from './demo-steps.ts'
import { startServer } from './serve.ts'

/** Opens stand-ins and product, tells what happens, and ends or stays. Resolves to the exit code. */
export async function runDemo({
  once,
  terminal,
  version,
}: {
  readonly once: boolean
  readonly terminal: Terminal
  readonly version: string
}): Promise<number> {
  const folder = mkdtempSync(path.join(tmpdir(), 'katalyst-demo-'))
  const github = await openGitHubSandbox({ permissions: EVIDENCE_PERMISSIONS })
  const jira = await openJiraSandbox({ clock: systemClock, searchLag: { ms: 200 } })
  const confluence = await openConfluenceSandbox({ clock: systemClock, searchLagMs: 200 })
  const environment = {
    NODE_ENV: 'development',
    PORT: '0',
    DATABASE_URL: `file:${path.join(folder, 'katalyst.db')}`,
    APP_ID: String(github.app.id),
    PRIVATE_KEY: github.app.privateKey,
    WEBHOOK_SECRET: github.app.webhookSecret,
    GITHUB_API_URL: github.apiUrl,
    GITHUB_SERVER_URL: github.url,
    JIRA_BASE_URL: jira.url,
    JIRA_EMAIL: jira.email,
    JIRA_API_TOKEN: jira.token,
    CONFLUENCE_BASE_URL: confluence.url,
    CONFLUENCE_EMAIL: confluence.email,
    CONFLUENCE_API_TOKEN: confluence.token,
    KATALYST_CONFIG_DIR: folder,
    ALLOW_PRIVATE_HOSTS: 'true',
    LOG_LEVEL: 'error',
  }
  // A stand-in has no neighbours to be considerate of: writes need not be a second apart.
  const opened = await openProcess({ environment, limits: { writeSpacingMs: 0, writesPerMinute: 0 } })
  const server = await startServer(opened, version)
  try {
    github.deliverTo(`${server.url}/api/github/webhooks`)
    const demo: Demo = { github, jira, confluence, opened, server, files: readSample(), say: terminal.out }
    demo.say(`Katalyst Integrations ${version}: a tour on this machine, against stand-ins for GitHub, Jira and Confluence.\n\n`)
    await showInstallation(demo)
    await showPullRequest(demo)
    await showExport(demo)
    await showEvidence(demo)
    await showPages(demo)
    await showSite(demo)
    await showConflict(demo)
    demo.say('\nEvery step is on record: katalyst runs lists runs, GET /api/v1/deliveries the webhooks.\n')
    if (!once) {
      demo.say(
        `\nStill running; Ctrl-C ends it.\n  pages   ${server.url}\n  API     ${server.url}/api/v1/openapi.json\n  token   ${server.adminToken}\n  GitHub  ${github.url}\n  Jira    ${jira.url}\n  Confl.  ${confluence.url}\n`,
      )
      await new Promise<void>((resolve) => {
        for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve())
      })
    }
    return 0
  } finally {
    github.deliverTo(undefined)
    await server.close()
    await github.close()
    await jira.close()
    await confluence.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
