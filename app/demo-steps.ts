// The steps of `katalyst demo`: each does something through the API or a webhook, as a user or a provider would, and tells what came of it.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { ConfluenceSandbox } from '../test/sandbox/confluence/sandbox.ts'
import type { GitHubSandbox } from '../test/sandbox/github/sandbox.ts'
import type { JiraSandbox } from '../test/sandbox/jira/sandbox.ts'
import type { SyncResult } from './answers/push-answer.ts'
import type { OpenProcess } from './bootstrap.ts'
import { textTable } from './cli/text-table.ts'
import { findPackageRoot } from './package-root.ts'
import type { RunningServer } from './serve.ts'

export const REPOSITORY = 'acme/roadmap'
const JIRA_PROJECT = 'ROAD'
const CONFLUENCE_SPACE = 'KDM'
const PAGE_TYPES = ['governance-report', 'roadmap', 'ddd-context-map', 'capability-coverage'] as const

export interface Demo {
  readonly github: GitHubSandbox
  readonly jira: JiraSandbox
  readonly confluence: ConfluenceSandbox
  readonly opened: OpenProcess
  readonly server: RunningServer
  readonly files: Readonly<Record<string, string>>
  readonly say: (text: string) => void
}

/** The project's own governance folder and settings, as files of the sample repository. */
export function readSample(): Record<string, string> {
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

export async function showInstallation(demo: Demo): Promise<void> {
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

export async function showPullRequest(demo: Demo): Promise<void> {
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

export async function showExport(demo: Demo): Promise<void> {
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

/** Evidence of three dimensions from a quarter of builds, pull requests, releases and alerts, and the report made of it. */
export async function showEvidence(demo: Demo): Promise<void> {
  const { github } = demo
  github.seedRuns(REPOSITORY, 120, { everySeconds: 12 * 3_600, failOneIn: 9 })
  github.seedPulls(REPOSITORY, 40)
  github.raiseAlert(REPOSITORY, 'dependabot', { severity: 'high' })
  await settle(demo)
  const [owner = '', repo = ''] = REPOSITORY.split('/')
  const imports: Record<string, { importId: string }> = {}
  demo.say('4. Evidence is imported from GitHub, as facts that are kept:\n')
  for (const dimension of ['feedback', 'understanding', 'confidence'] as const) {
    const since = github.requests.length
    const answer = await call<{ importId: string; imported: number; metrics: Record<string, number>; coverage?: number }>(
      demo,
      'POST',
      '/integrations/github/import',
      { owner, repo, dimension },
    )
    imports[dimension] = { importId: answer.importId }
    const score = `${answer.metrics[`${dimension}Score`]} of 100, ${answer.coverage ?? 0} of its 4 parts have evidence`
    demo.say(`   ${dimension}: ${score}; ${answer.imported} facts in ${github.requests.length - since} requests\n`)
  }
  const repositoryUrl = `${github.url}/${REPOSITORY}`
  const { scanId } = await call<{ scanId: string }>(demo, 'POST', '/scans', { repositoryUrl, enrichment: { github: imports } })
  const report = await call<{ overallScore: number; maturityLevel: string }>(demo, 'GET', `/reports/${scanId}`)
  demo.say(`   The report: ${report.overallScore} of 100, ${report.maturityLevel}. ${demo.server.url}/reports/${scanId}\n`)
}

/** The governance pages of the repository, published, and published again without a write. */
export async function showPages(demo: Demo): Promise<void> {
  const { confluence } = demo
  demo.say(`5. Governance pages are published to Confluence, space ${CONFLUENCE_SPACE}:\n`)
  const publish = (contentType: string) => {
    const body = { direction: 'export', contentType, spaceKey: CONFLUENCE_SPACE, force: false }
    return call<{ syncResults: { title: string; status: string; version: number }[] }>(demo, 'POST', '/integrations/confluence/sync', body)
  }
  for (const contentType of PAGE_TYPES)
    for (const { title, status, version } of (await publish(contentType)).syncResults)
      demo.say(`   ${title}: ${status}, version ${version}\n`)
  const since = confluence.requests.length
  for (const contentType of PAGE_TYPES) await publish(contentType)
  const writes = confluence.requests.slice(since).filter(({ method }) => method !== 'GET').length
  demo.say(`   Published again: ${writes} writes.\n`)
}

/** The site on GitHub Pages, published, and published again without a commit. */
export async function showSite(demo: Demo): Promise<void> {
  const { github } = demo
  const [owner = '', repo = ''] = REPOSITORY.split('/')
  const publish = async () => {
    const body = { direction: 'export', contentType: 'governance-report', owner, repo, target: 'github-pages' }
    const { syncResults } = await call<{ syncResults: { status: string; url: string; changes?: { field: string }[] }[] }>(
      demo,
      'POST',
      '/integrations/github/sync',
      body,
    )
    return syncResults.map(({ status, url, changes = [] }) => ({ status, url, files: changes.map(({ field }) => field).join(', ') }))
  }
  github.setPages(REPOSITORY, { branch: 'gh-pages', folder: '', byWorkflow: false })
  demo.say('6. A site with scores, roadmap, coverage and history goes to GitHub Pages, in one commit:\n')
  for (const { status, url, files } of await publish()) demo.say(`   ${status}, ${url}: ${files}\n`)
  const commits = github.branchLog(REPOSITORY, 'gh-pages').length
  const [again] = await publish()
  demo.say(`   Published again: ${again?.status}, ${github.branchLog(REPOSITORY, 'gh-pages').length - commits} commits.\n`)
}

/** Two people change one title, one in git and one in Jira: neither is overwritten until somebody decides. */
export async function showConflict(demo: Demo): Promise<void> {
  const { github, jira } = demo
  const issue = jira.issues().find(({ labels }) => labels.includes('ROAD-001'))
  const road = demo.files['governance/roads/ROAD-001.md'] ?? ''
  jira.editAsPerson(issue?.key ?? '', { summary: 'What somebody in Jira calls it' })
  await github.commit(REPOSITORY, 'main', {
    'governance/roads/ROAD-001.md': road.replace(/^title: .*$/m, 'title: What somebody in git calls it'),
  })
  await settle(demo)
  const body = { direction: 'export', jiraProject: JIRA_PROJECT, repository: REPOSITORY, conflictPolicy: 'manual', force: false }
  const synced = await call<{ conflicts: string[] }>(demo, 'POST', '/integrations/jira/sync', body)
  const { items } = await call<{ items: { id: string; field: string; git: unknown; remote: unknown }[] }>(demo, 'GET', '/conflicts')
  demo.say(`7. Somebody renames ROAD-001 in git, somebody else its issue in Jira. ${synced.conflicts.length} conflict, nothing written:\n`)
  for (const { id, field, git, remote } of items) demo.say(`   conflict ${id}, ${field}: git says "${git}", Jira says "${remote}"\n`)
  demo.say(`   ${demo.server.url}/integrations/conflicts has the buttons that decide.\n`)
}
