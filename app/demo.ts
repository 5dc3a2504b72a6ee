// `katalyst demo`: the whole product against the stand-ins that the tests use, on the project's own governance folder. No
// account, no server to set up, no network beyond this machine.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { systemClock } from '../integrations/kernel/clock.ts'
import { type GitHubSandbox, openGitHubSandbox } from '../test/sandbox/github/sandbox.ts'
import { type JiraSandbox, openJiraSandbox } from '../test/sandbox/jira/sandbox.ts'
import { type OpenProcess, openProcess } from './bootstrap.ts'
import type { Terminal } from './cli/terminal.ts'
import { textTable } from './cli/text-table.ts'
import { findPackageRoot } from './package-root.ts'
import type { SyncResult } from './push-answer.ts'
import { type RunningServer, startServer } from './serve.ts'

const REPOSITORY = 'acme/roadmap'
const JIRA_PROJECT = 'ROAD'

interface Demo {
  readonly github: GitHubSandbox
  readonly jira: JiraSandbox
  readonly opened: OpenProcess
  readonly server: RunningServer
  readonly files: Readonly<Record<string, string>>
  readonly say: (text: string) => void
}

/** The project's own governance folder and settings, as files of the sample repository. */
function readSample(): Record<string, string> {
  const root = findPackageRoot()
  const folder = path.join(root, 'governance')
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'))
  const files = names.map((name) => [`governance/${name.split(path.sep).join('/')}`, readFileSync(path.join(folder, name), 'utf8')])
  return {
    'README.md': '# Roadmap\n',
    '.github/katalyst.yml': readFileSync(path.join(root, '.github/katalyst.yml'), 'utf8'),
    ...Object.fromEntries(files),
  }
}

async function call<T>(demo: Demo, method: string, route: string, body?: unknown): Promise<T> {
  const response = await fetch(`${demo.server.url}/api/v1${route}`, {
    method,
    headers: { authorization: `Bearer ${demo.server.adminToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as T & { error?: string }
  if (!response.ok) throw new Error(`${method} ${route} answered ${response.status}: ${answer.error ?? 'no message'}`)
  return answer
}

/** Resolves when the webhooks are answered and everything they caused is done. */
async function settle({ github, opened }: Demo): Promise<void> {
  await github.settled()
  await (await opened.contextFor({ kind: 'worker', name: 'demo' }, 'demo').worker()).drain()
  await github.settled()
}

async function showInstallation(demo: Demo): Promise<void> {
  await demo.github.createRepository(REPOSITORY, demo.files)
  await demo.github.installApp('acme', [REPOSITORY])
  await settle(demo)
  const { items } = await call<{ items: { kind: string }[] }>(demo, 'GET', `/governance/artifacts?limit=200&repository=${REPOSITORY}`)
  const roads = items.filter(({ kind }) => kind === 'road-item').length
  demo.say(
    `1. The App is installed on ${REPOSITORY}. Its webhook was verified and stored, and a worker read ${items.length} artifacts, ${roads} of them road items.\n`,
  )
}

function showCheck(demo: Demo, sha: string): void {
  for (const run of demo.github.checkRuns(REPOSITORY, sha)) {
    demo.say(`   ${run.name}: ${run.conclusion} – ${run.title}\n`)
    for (const note of run.annotations) demo.say(`   ${note.path}:${note.start_line}  ${note.message.split('\n')[0]}\n`)
  }
}

async function showPullRequest(demo: Demo): Promise<void> {
  const road = demo.files['governance/roads/ROAD-002.md'] ?? ''
  const other = demo.files['governance/roads/ROAD-003.md'] ?? ''
  const broken = {
    'governance/roads/ROAD-002.md': road.replace('status: proposed', 'status: implementing'),
    'governance/roads/ROAD-003.md': other.replace('priority: high', 'priority: urgent'),
  }
  const pull = await demo.github.openPull(REPOSITORY, { branch: 'start-the-engine', title: 'Start the engine', files: broken })
  await settle(demo)
  demo.say(`2. Pull request #${pull.number} moves ROAD-002 straight to implementing and gives ROAD-003 a priority that does not exist:\n`)
  showCheck(demo, pull.headSha)

  const legal = road
    .replace('status: proposed', 'status: adr_validated')
    .replace('validated: false\n    ids: []', 'validated: true\n    ids: [ADR-003, ADR-004]')
  const fixed = await demo.github.pushToPull(REPOSITORY, pull.number, {
    'governance/roads/ROAD-002.md': legal,
    'governance/roads/ROAD-003.md': other,
  })
  await settle(demo)
  demo.say('   The author takes the legal step with its evidence and repairs the priority:\n')
  showCheck(demo, fixed)

  const last = demo.github.deliveries.findLast(({ event }) => event === 'pull_request')
  if (last) await demo.github.redeliver(last.id)
  await settle(demo)
  demo.say(`   The same delivery sent again: still ${demo.github.checkRuns(REPOSITORY, fixed).length} check run on that commit.\n`)
}

const writesTo = (jira: JiraSandbox, since: number) =>
  jira.requests.slice(since).filter(({ method, path: route }) => method !== 'GET' && !/search|bulkfetch/.test(route)).length

async function showExport(demo: Demo): Promise<void> {
  const { jira } = demo
  const body = { direction: 'export', jiraProject: JIRA_PROJECT, repository: REPOSITORY, force: false }
  const start = jira.requests.length
  const planned = await call<{ syncResults: SyncResult[] }>(demo, 'POST', '/integrations/jira/sync', { ...body, dryRun: true })
  demo.say(`3. A dry run of the export to Jira plans ${planned.syncResults.length} issues and sent ${writesTo(jira, start)} writes.\n`)

  jira.faults.next({ kind: 'after-effect-502', match: { method: 'POST', path: /\/rest\/api\/3\/issue$/ } })
  const exported = await call<{ syncResults: SyncResult[] }>(demo, 'POST', '/integrations/jira/sync', body)
  demo.say('   The export itself; Jira answers 502 to the first create although it worked:\n')
  const rows = exported.syncResults.map((result) => [
    result.artifactId,
    result.jiraKey,
    result.status,
    jira.issue(result.jiraKey ?? '')?.status,
    jira.issue(result.jiraKey ?? '')?.summary,
  ])
  demo.say(
    textTable(
      ['   artifact', 'issue', 'result', 'status in Jira', 'summary'],
      rows.map(([first, ...rest]) => [`   ${first}`, ...rest]),
    ),
  )
  demo.say(`   ${jira.issues().length} issues for ${exported.syncResults.length} road items: nothing was made twice.\n`)

  const again = jira.requests.length
  const repeated = await call<{ syncResults: SyncResult[] }>(demo, 'POST', '/integrations/jira/sync', body)
  const unchanged = repeated.syncResults.filter(({ status }) => status === 'unchanged').length
  demo.say(`   Exported again: ${unchanged} unchanged, ${writesTo(jira, again)} writes, ${jira.requests.length - again} requests in all.\n`)
}

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
  const github = await openGitHubSandbox()
  const jira = await openJiraSandbox({ clock: systemClock, searchLag: { ms: 200 } })
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
    KATALYST_CONFIG_DIR: folder,
    ALLOW_PRIVATE_HOSTS: 'true',
    LOG_LEVEL: 'error',
  }
  // A stand-in has no neighbours to be considerate of: writes need not be a second apart.
  const opened = await openProcess({ environment, limits: { writeSpacingMs: 0, writesPerMinute: 0 } })
  const server = await startServer(opened, version)
  try {
    github.deliverTo(`${server.url}/api/github/webhooks`)
    const demo: Demo = { github, jira, opened, server, files: readSample(), say: terminal.out }
    demo.say(`Katalyst Integrations ${version}: a tour on this machine, against stand-ins for GitHub and Jira.\n\n`)
    await showInstallation(demo)
    await showPullRequest(demo)
    await showExport(demo)
    demo.say('\nEvery step is on record: katalyst runs lists runs, GET /api/v1/deliveries the webhooks.\n')
    if (!once) {
      demo.say(
        `\nStill running; Ctrl-C ends it.\n  API     ${server.url}/api/v1/openapi.json\n  token   ${server.adminToken}\n  GitHub  ${github.url}\n  Jira    ${jira.url}\n`,
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
    rmSync(folder, { recursive: true, force: true })
  }
}
