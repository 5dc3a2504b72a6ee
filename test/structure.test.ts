// The shape of the house, held by a test: who may import whom, sizes, names, purity, and that what is promised is reachable.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { functionsOf, projectRoot, readSources, type SourceFile } from './source-tree.ts'

const sources = readSources(['app', 'integrations'])
const core = ['governance', 'foe', 'documents']
const providers = ['github', 'jira', 'confluence', 'katalyst']
const entryPoints = ['webhooks', 'checks', 'http', 'pages', 'cli', 'mcp']

/** The layer of a file: `kernel`, `store`, …, `usecases`, an entry point, or one of the files at the top of app/. */
function layerOf(file: string): string {
  const [top, second = '', third] = file.split('/')
  if (top === 'integrations') return second
  if (top === 'app' && third === undefined) return `app/${second}`
  if (top === 'app') return second
  if (file.startsWith('prisma/generated/')) return 'generated'
  return top ?? ''
}

const context = [
  'app/context.ts',
  'app/use-case.ts',
  'app/input.ts',
  'app/config.ts',
  'app/problem.ts',
  'app/failure.ts',
  'app/page.ts',
  'app/run-answer.ts',
  'app/job-answer.ts',
  'app/queue-answer.ts',
  'app/delivery-job.ts',
  'app/budget-answer.ts',
  'app/artifact-answer.ts',
  'app/connections.ts',
  'app/connection-answer.ts',
  'app/push-answer.ts',
  'app/conflict-answer.ts',
  'app/repository-access.ts',
  'app/export-source.ts',
  'app/jira-export.ts',
  'app/jira-inbound.ts',
  'app/jira-sync-job.ts',
  'app/jira-folder.ts',
  'app/jira-sync-item.ts',
  'app/jira-webhooks.ts',
  'app/governance-core.ts',
  'app/follow-run.ts',
  'app/publish-source.ts',
  'app/repository-files.ts',
  'app/published-pages.ts',
  'app/page-images.ts',
  'app/page-diagrams.ts',
  'app/page-rendering.ts',
  'app/confluence-session.ts',
  'app/sync-direction.ts',
  'app/confluence-pull.ts',
  'app/confluence-folder.ts',
  'app/confluence-publishing.ts',
  'app/confluence-publication.ts',
  'app/confluence-answer.ts',
  'app/confluence-request.ts',
  'app/confluence-inbound.ts',
  'app/import-refusal.ts',
  'app/import-access.ts',
  'app/import-answer.ts',
  'app/import-place.ts',
  'app/github-figures.ts',
  'app/github-import.ts',
  'app/github-streams.ts',
  'app/evidence-jobs.ts',
  'app/follow-import.ts',
  'app/import-patience.ts',
  'app/import-reading.ts',
  'app/jira-import.ts',
  'app/jira-refusal.ts',
  'app/confluence-refusal.ts',
  'app/confluence-import.ts',
  'app/confluence-streams.ts',
  'app/evidence.ts',
  'app/evidence-refresh.ts',
  'app/scan.ts',
  'app/hand-over.ts',
  'app/report-answer.ts',
  'app/repository-address.ts',
  'app/publication-material.ts',
  'app/proposals.ts',
  'app/road-links.ts',
  'app/github-publication.ts',
  'app/github-publishing.ts',
  'app/github-targets.ts',
  'app/github-issue-inbound.ts',
  'app/github-issue-job.ts',
  'app/github-issues.ts',
  'app/roadmap-access.ts',
  'app/roadmap-answer.ts',
  'app/roadmap-import.ts',
]
/** Layer → layers it may import. `type:` marks layers of which only types may be imported. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  governance: ['kernel/errors'],
  foe: ['kernel/errors'],
  documents: ['kernel/errors', 'type:governance', 'type:foe'],
  store: ['kernel', 'type:governance', 'type:foe', 'type:documents', 'generated'],
  engine: ['kernel', 'store'],
  ...Object.fromEntries(providers.map((provider) => [provider, ['kernel', ...core, 'engine']])),
  usecases: [...core, 'store', 'engine', 'kernel', ...context],
  ...Object.fromEntries(entryPoints.map((entry) => [entry, ['usecases', 'kernel', ...context]])),
  'app/config.ts': ['kernel'],
  'app/context.ts': [
    'app/config.ts',
    'type:app/connections.ts',
    'type:app/providers.ts',
    'type:app/jira-export.ts',
    'type:kernel',
    'type:store',
    'type:engine',
  ],
  'app/use-case.ts': ['app/context.ts'],
  'app/governance-core.ts': ['governance'],
  'app/governance-documents.ts': [...core],
  'app/offline-session.ts': ['kernel', 'app/config.ts', 'type:app/bootstrap.ts', 'type:app/context.ts'],
  'app/input.ts': ['app/use-case.ts', 'kernel'],
  'app/problem.ts': ['governance'],
  'app/failure.ts': ['kernel'],
  'app/page.ts': [],
  'app/run-answer.ts': ['store', 'engine'],
  'app/budget-answer.ts': ['store', 'engine'],
  'app/artifact-answer.ts': ['type:store'],
  'app/job-answer.ts': ['store'],
  'app/queue-answer.ts': ['engine', 'type:store'],
  'app/delivery-job.ts': ['engine', 'type:store'],
  'app/connections.ts': ['kernel', 'store', 'app/config.ts'],
  'app/connection-answer.ts': ['app/connections.ts'],
  'app/push-answer.ts': ['engine'],
  'app/conflict-answer.ts': ['store'],
  'app/repository-access.ts': ['store', 'app/context.ts'],
  'app/export-source.ts': ['kernel', 'store', 'engine', 'app/context.ts'],
  'app/jira-export.ts': [
    'kernel',
    'store',
    'engine',
    'type:governance',
    'type:jira',
    'app/jira-parent.ts',
    'app/sync-direction.ts',
    'type:app/providers.ts',
  ],
  'app/import-refusal.ts': ['foe', 'kernel'],
  'app/import-answer.ts': ['foe', 'store', 'engine'],
  'app/import-access.ts': ['kernel', 'store', 'app/context.ts', 'app/import-refusal.ts'],
  'app/import-place.ts': ['store', 'app/context.ts', 'type:app/github-import.ts', 'type:app/import-access.ts'],
  'app/github-figures.ts': ['foe', 'store', 'app/import-answer.ts', 'type:app/import-refusal.ts'],
  'app/github-import.ts': [
    'foe',
    'store',
    'engine',
    'app/context.ts',
    'app/import-access.ts',
    'app/import-refusal.ts',
    'app/github-figures.ts',
  ],
  'app/follow-import.ts': [
    'kernel',
    'store',
    'engine',
    'app/context.ts',
    'app/github-import.ts',
    'app/import-refusal.ts',
    'app/jira-import.ts',
    'app/jira-refusal.ts',
    'app/confluence-import.ts',
    'app/confluence-refusal.ts',
  ],
  'app/import-patience.ts': ['kernel', 'type:engine'],
  'app/import-reading.ts': ['kernel', 'store', 'engine', 'app/import-patience.ts', 'type:app/context.ts', 'type:app/import-refusal.ts'],
  'app/jira-refusal.ts': ['type:foe', 'kernel', 'type:app/import-refusal.ts'],
  'app/jira-import.ts': [
    'foe',
    'store',
    'engine',
    'app/import-answer.ts',
    'app/jira-refusal.ts',
    'type:app/context.ts',
    'type:app/import-refusal.ts',
  ],
  'app/confluence-refusal.ts': ['type:foe', 'kernel', 'type:app/import-refusal.ts'],
  'app/confluence-import.ts': [
    'foe',
    'store',
    'engine',
    'app/confluence-refusal.ts',
    'app/import-answer.ts',
    'type:app/context.ts',
    'type:app/import-refusal.ts',
  ],
  'app/confluence-streams.ts': ['foe', 'store', 'engine', 'type:app/context.ts'],
  'app/github-streams.ts': ['store', 'engine', 'type:foe', 'type:app/context.ts', 'type:app/import-place.ts'],
  'app/evidence-jobs.ts': [],
  'app/evidence-refresh.ts': ['foe', 'type:store'],
  'app/evidence.ts': ['foe', 'store', 'app/context.ts'],
  'app/hand-over.ts': [],
  'app/report-answer.ts': ['type:foe', 'type:store'],
  'app/repository-address.ts': [],
  'app/scan.ts': [
    'foe',
    'kernel',
    'store',
    'engine',
    'app/context.ts',
    'app/evidence.ts',
    'app/hand-over.ts',
    'app/package-root.ts',
    'app/repository-address.ts',
  ],
  'app/katalyst-access.ts': ['kernel', 'engine', 'katalyst', 'app/config.ts', 'app/hand-over.ts', 'type:app/outbound.ts'],
  'app/follow-run.ts': ['engine', 'store', 'app/context.ts'],
  'app/publish-source.ts': ['kernel', 'store', 'engine', 'app/context.ts', 'app/export-source.ts', 'app/repository-files.ts'],
  'app/repository-files.ts': ['kernel', 'store', 'app/context.ts', 'app/page-images.ts', 'app/repository-access.ts'],
  'app/page-images.ts': ['documents', 'app/published-pages.ts'],
  'app/page-diagrams.ts': ['documents', 'store', 'engine', 'type:app/context.ts', 'type:app/published-pages.ts'],
  'app/published-pages.ts': ['documents', 'type:confluence', 'app/governance-documents.ts'],
  'app/confluence-session.ts': [
    'kernel',
    'store',
    'engine',
    'type:confluence',
    'type:app/confluence-access.ts',
    'type:app/page-diagrams.ts',
    'type:app/page-images.ts',
    'app/published-pages.ts',
  ],
  'app/confluence-publishing.ts': [
    'kernel',
    'engine',
    'documents',
    'type:confluence',
    'type:app/confluence-access.ts',
    'app/page-rendering.ts',
    'app/confluence-session.ts',
    'app/published-pages.ts',
    'type:app/push-answer.ts',
  ],
  'app/page-rendering.ts': ['type:documents', 'type:confluence', 'app/page-diagrams.ts', 'app/page-images.ts', 'app/published-pages.ts'],
  'app/sync-direction.ts': ['type:confluence'],
  'app/roadmap-access.ts': ['kernel', 'store', 'governance', 'app/config-file.ts', 'app/context.ts'],
  'app/roadmap-answer.ts': ['governance'],
  'app/roadmap-proposal.ts': [
    'kernel',
    'store',
    'governance',
    'app/context.ts',
    'app/proposals.ts',
    'app/repository-access.ts',
    'type:app/roadmap-answer.ts',
  ],
  'app/roadmap-import.ts': [
    'kernel',
    'store',
    'engine',
    'governance',
    'app/context.ts',
    'app/export-source.ts',
    'app/governance-core.ts',
    'app/roadmap-access.ts',
    'app/roadmap-proposal.ts',
    'type:app/roadmap-answer.ts',
  ],
  'app/proposals.ts': ['store', 'app/context.ts', 'type:app/push-answer.ts', 'type:app/repository-access.ts'],
  'app/page-edit.ts': ['documents', 'type:app/confluence-access.ts', 'app/page-rendering.ts', 'type:app/published-pages.ts'],
  'app/confluence-pull.ts': [
    'kernel',
    'store',
    'engine',
    'type:confluence',
    'app/context.ts',
    'app/page-edit.ts',
    'app/proposals.ts',
    'app/push-answer.ts',
    'type:app/page-rendering.ts',
    'type:app/published-pages.ts',
    'type:app/repository-access.ts',
  ],
  'app/confluence-folder.ts': [
    'app/confluence-publication.ts',
    'app/confluence-pull.ts',
    'app/context.ts',
    'app/published-pages.ts',
    'type:app/confluence-answer.ts',
  ],
  'app/confluence-orphans.ts': ['store', 'type:app/confluence-publishing.ts'],
  'app/confluence-publication.ts': [
    'type:engine',
    'type:confluence',
    'app/confluence-publishing.ts',
    'app/confluence-orphans.ts',
    'app/confluence-answer.ts',
    'app/confluence-pull.ts',
    'type:app/sync-direction.ts',
    'app/context.ts',
    'app/governance-documents.ts',
    'app/page-diagrams.ts',
    'app/page-images.ts',
    'app/publication-material.ts',
    'app/published-pages.ts',
    'type:app/publish-source.ts',
  ],
  'app/publication-material.ts': [
    'app/context.ts',
    'app/evidence.ts',
    'app/governance-core.ts',
    'app/governance-documents.ts',
    'app/package-root.ts',
    'app/road-links.ts',
    'type:app/publish-source.ts',
  ],
  'app/governance-site.ts': [...core, 'app/governance-documents.ts'],
  'app/road-links.ts': ['store', 'type:documents'],
  'app/github-publishing.ts': [
    'type:app/sync-direction.ts',
    'store',
    'engine',
    'app/push-answer.ts',
    'type:app/context.ts',
    'type:app/governance-documents.ts',
    'type:app/publish-source.ts',
  ],
  'app/github-pages.ts': ['kernel', 'store', 'type:foe', 'type:app/github-publishing.ts', 'app/governance-site.ts'],
  'app/github-wiki.ts': ['documents', 'type:app/github-publishing.ts', 'app/governance-documents.ts'],
  'app/github-issue-job.ts': ['engine', 'type:store'],
  'app/github-issue-inbound.ts': [
    'store',
    'type:governance',
    'type:engine',
    'type:app/context.ts',
    'type:app/github-publishing.ts',
    'type:app/sync-direction.ts',
    'app/github-issue-job.ts',
    'app/governance-core.ts',
    'app/proposals.ts',
    'app/push-answer.ts',
    'app/repository-access.ts',
  ],
  'app/github-issues.ts': [
    'kernel',
    'governance',
    'engine',
    'store',
    'type:app/github-publishing.ts',
    'app/github-issue-inbound.ts',
    'app/github-issue-job.ts',
    'app/push-answer.ts',
  ],
  'app/github-targets.ts': ['kernel', 'app/github-issues.ts', 'app/github-pages.ts', 'app/github-wiki.ts', 'type:app/github-publishing.ts'],
  'app/github-publication.ts': [
    'app/sync-direction.ts',
    'kernel',
    'store',
    'app/context.ts',
    'app/export-source.ts',
    'app/github-publishing.ts',
    'app/import-access.ts',
    'app/publish-source.ts',
  ],
  'app/confluence-answer.ts': ['store', 'engine', 'app/push-answer.ts', 'app/published-pages.ts', 'type:app/confluence-publishing.ts'],
  'app/confluence-request.ts': [
    'kernel',
    'store',
    'app/published-pages.ts',
    'type:app/confluence-access.ts',
    'type:app/confluence-publication.ts',
    'app/sync-direction.ts',
  ],
  'app/confluence-inbound.ts': [
    'kernel',
    'store',
    'engine',
    'app/context.ts',
    'app/confluence-request.ts',
    'app/publish-source.ts',
    'type:app/confluence-publication.ts',
  ],
  'app/config-file.ts': ['kernel'],
  'app/confluence-access.ts': ['kernel', 'engine', 'confluence', 'app/atlassian-oauth.ts', 'app/config-file.ts', 'app/connections.ts'],
  'app/jira-inbound.ts': [
    'store',
    'type:engine',
    'type:governance',
    'type:jira',
    'app/context.ts',
    'app/governance-core.ts',
    'type:app/jira-export.ts',
    'app/proposals.ts',
    'type:app/push-answer.ts',
    'type:app/repository-access.ts',
  ],
  'app/jira-sync-job.ts': ['engine', 'type:store'],
  'app/jira-webhooks.ts': ['kernel', 'store', 'engine', 'type:app/context.ts'],
  'app/oauth-tokens.ts': ['kernel', 'store', 'type:engine'],
  'app/atlassian-oauth.ts': ['kernel', 'store', 'engine', 'app/config.ts', 'app/oauth-tokens.ts', 'type:app/outbound.ts'],
  'app/jira-parent.ts': ['store', 'type:governance'],
  'app/jira-folder.ts': [
    'engine',
    'store',
    'type:jira',
    'app/context.ts',
    'type:app/export-source.ts',
    'type:app/jira-export.ts',
    'app/jira-inbound.ts',
    'app/push-answer.ts',
  ],
  'app/jira-sync-item.ts': [
    'kernel',
    'store',
    'type:engine',
    'app/context.ts',
    'app/governance-core.ts',
    'app/jira-export.ts',
    'app/jira-inbound.ts',
    'app/push-answer.ts',
    'app/repository-access.ts',
  ],
  'app/outbound.ts': ['kernel', 'store', 'engine'],
  'app/providers.ts': [
    'kernel',
    'engine',
    ...providers,
    'app/config.ts',
    'app/config-file.ts',
    'app/confluence-access.ts',
    'app/connections.ts',
    'app/katalyst-access.ts',
    'app/atlassian-oauth.ts',
    'type:store',
    'type:app/outbound.ts',
  ],
  'app/bootstrap.ts': ['kernel', ...core, 'store', 'engine', ...providers, 'usecases', 'app/outbound.ts', 'app/providers.ts', ...context],
}
/** Roots of composition: they join entry points, bootstrap and, for the demo, the stand-ins. */
const COMPOSITION = [
  'app/main.ts',
  'app/katalyst.ts',
  'app/index.ts',
  'app/demo.ts',
  'app/demo-steps.ts',
  'app/serve.ts',
  'app/work.ts',
  'app/run-until-stopped.ts',
  'app/job-handlers.ts',
  'app/serve-mcp.ts',
  'app/package-root.ts',
]

function violationsOf(source: SourceFile): string[] {
  const from = layerOf(source.file)
  if (COMPOSITION.includes(source.file)) return []
  const allowed = ALLOWED[from]
  if (!allowed) return [`${source.file}: no rule for the layer ${from}`]
  return source.imports.flatMap(({ target, typeOnly }) => {
    if (!target) return []
    const to = layerOf(target)
    if (to === from && from !== 'usecases') return []
    if (to === from && target === 'app/usecases/table.ts') return [`${source.file} imports the table`]
    if (to === from && ['app/usecases/table.ts', 'app/usecases/commands.ts'].includes(source.file)) return []
    const isErrors = target === 'integrations/kernel/errors.ts'
    const fits = allowed.some((rule) => rule === to || (rule === 'kernel/errors' && isErrors) || (rule === `type:${to}` && typeOnly))
    return fits ? [] : [`${source.file} imports ${target}${typeOnly ? ' (type)' : ''}`]
  })
}

describe('layers', () => {
  test('every import is one the table of docs/architecture.md allows', () => {
    expect(sources.flatMap(violationsOf)).toEqual([])
  })

  test('no import leads back to where it came from', () => {
    const graph = new Map(
      sources.map((source) => [source.file, source.imports.flatMap(({ target, typeOnly }) => (target && !typeOnly ? [target] : []))]),
    )
    const cycles: string[] = []
    const done = new Set<string>()
    const visit = (file: string, trail: readonly string[]) => {
      if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(' → '))
      if (done.has(file) || trail.includes(file)) return
      for (const next of graph.get(file) ?? []) visit(next, [...trail, file])
      done.add(file)
    }
    for (const file of graph.keys()) visit(file, [])
    expect(cycles).toEqual([])
  })

  test('the pure core has no input, output, clock, randomness, environment or logger', () => {
    const impure =
      /\b(Date\.now|new Date\(\)|Math\.random|process\.|console\.|fetch\(|crypto\.random|randomUUID|setTimeout|setInterval)|from 'node:(fs|http|https|net|child_process|os|timers)/
    const found = sources.filter(
      (source) => core.includes(layerOf(source.file)) && impure.test(source.text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '')),
    )
    expect(found.map((source) => source.file)).toEqual([])
  })

  test.each([
    ['bottleneck', ['integrations/engine/limit-queues.ts']],
    ['ioredis', ['integrations/engine/redis-connection.ts', 'integrations/engine/limit-queues.ts']],
    ['@prisma/adapter-libsql', ['integrations/store/sqlite-client.ts', 'integrations/store/open-store.ts']],
    ['@prisma/adapter-pg', ['integrations/store/open-store.ts']],
    [
      'jira.js',
      [
        'integrations/jira/cloud-client.ts',
        'integrations/jira/webhook-client.ts',
        'integrations/jira/transport.ts',
        'integrations/jira/import/import-reads.ts',
      ],
    ],
    ['confluence.js', ['integrations/confluence/cloud-client.ts', 'integrations/confluence/import/evidence-reads.ts']],
    [
      'probot',
      [
        'integrations/github/client.ts',
        'app/index.ts',
        'app/webhooks/github-events.ts',
        'app/webhooks/github-evidence-events.ts',
        'app/webhooks/github-issue-events.ts',
        'app/checks/delivery-check.ts',
        'app/checks/governance-check.ts',
      ],
    ],
    ['pino', ['integrations/kernel/log.ts']],
    ['hono', ['app/http/server.ts', 'app/pages/']],
    ['commander', ['app/cli/program.ts', 'app/cli/flags.ts']],
    ['@modelcontextprotocol/sdk', ['app/mcp/server.ts', 'app/mcp/http-transport.ts', 'app/mcp/stdio-transport.ts']],
  ])('only its own module imports %s', (library, homes) => {
    const importers = sources
      .filter((source) => source.imports.some(({ specifier }) => specifier === library || specifier.startsWith(`${library}/`)))
      .map((source) => source.file)
    const isHome = (file: string) => homes.some((home) => file === home || (home.endsWith('/') && file.startsWith(home)))
    expect(importers.filter((file) => !isHome(file))).toEqual([])
    expect(importers.length).toBeGreaterThan(0)
  })

  test('the environment is read by bootstrap and the roots of composition alone, and the console by nobody but the command line', () => {
    const readers = sources.filter((source) => /process\.env\b/.test(source.text)).map((source) => source.file)
    expect(readers.filter((file) => file !== 'app/bootstrap.ts' && !COMPOSITION.includes(file))).toEqual([])
    const talkers = sources
      .filter((source) => /\bconsole\./.test(source.text) && !source.file.startsWith('app/cli/'))
      .map((source) => source.file)
    expect(talkers).toEqual([])
  })
})

describe('sizes and names', () => {
  test('no file has more than 350 lines', () => {
    expect(sources.filter((source) => source.lines > 350).map((source) => `${source.file}: ${source.lines}`)).toEqual([])
  })

  test('no function has more than 60 lines', () => {
    const long = sources.flatMap((source) =>
      functionsOf(source)
        .filter(({ length }) => length > 60)
        .map(({ name, line, length }) => `${source.file}:${line} ${name}: ${length}`),
    )
    expect(long).toEqual([])
  })

  test('files are kebab-case and hold one noun, not a drawer', () => {
    const names = sources.map((source) => path.posix.basename(source.file, '.ts'))
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([])
    expect(names.filter((name) => /^(utils?|helpers?|common|shared|types|misc)$/.test(name))).toEqual([])
  })

  test('the only default export is the Probot function', () => {
    expect(sources.filter((source) => /\bexport default\b/.test(source.text)).map((source) => source.file)).toEqual(['app/index.ts'])
  })

  test('nothing is left to do later, skipped or silenced', () => {
    const left = /(?:\/\/|\/\*|^ \*).*\b(?:TODO|FIXME)\b|@ts-ignore|@ts-nocheck|\bas any\b|not implemented/im
    const files = [...sources, ...readSources(['test'])].filter(
      (source) => source.file !== 'test/structure.test.ts' && left.test(source.text),
    )
    expect(files.map((source) => source.file)).toEqual([])
  })
})

describe('mirrors', () => {
  test('every file with behaviour has a test that imports it, or that of the file which uses it', () => {
    const tests = readSources(['test'])
    const reached = new Set<string>()
    const byFile = new Map(sources.map((source) => [source.file, source]))
    const visit = (file: string) => {
      if (reached.has(file)) return
      reached.add(file)
      for (const { target } of byFile.get(file)?.imports ?? []) if (target) visit(target)
    }
    for (const source of tests) for (const { target } of source.imports) if (target && byFile.has(target)) visit(target)
    expect(
      sources.filter((source) => !reached.has(source.file) && !COMPOSITION.includes(source.file)).map((source) => source.file),
    ).toEqual([])
  })

  test('a test file stands where the file it is named after stands', () => {
    const tests = readSources(['test']).filter(
      (source) =>
        source.file.endsWith('.test.ts') &&
        /^test\/(app|kernel|store|engine|governance|documents|github|jira|confluence)\//.test(source.file),
    )
    const homeOf = (file: string) => {
      const inside = file.replace(/^test\//, '').replace(/\.test\.ts$/, '')
      return inside.startsWith('app/') ? inside : `integrations/${inside}`
    }
    const stray = tests.map((source) => homeOf(source.file)).filter((home) => !existsSync(path.join(projectRoot, path.dirname(home))))
    expect(stray).toEqual([])
  })
})

describe('promises', () => {
  test('every variable of the configuration is documented in .env.example, and nothing else is', async () => {
    const { VARIABLES } = await import('../app/config.ts')
    const example = readFileSync(path.join(projectRoot, '.env.example'), 'utf8')
    const documented = [...example.matchAll(/^#? ?([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1])
    expect(documented.sort()).toEqual(Object.keys(VARIABLES).sort())
    for (const schema of Object.values(VARIABLES)) expect(example).toContain(`# ${schema.description}\n`)
  })

  test('every use case is in the table, is reachable or internal, and has a test', async () => {
    const { useCases } = await import('../app/usecases/table.ts')
    const files = sources
      .filter((source) => source.file.startsWith('app/usecases/') && source.text.includes('makeUseCase('))
      .map((source) => path.posix.basename(source.file, '.ts'))
    expect(useCases.map((useCase) => useCase.name).sort()).toEqual(files.sort())
    expect(
      useCases.filter((useCase) => useCase.access !== 'internal' && !useCase.http && !useCase.cli).map((useCase) => useCase.name),
    ).toEqual([])
    const tests = readSources(['test']).filter((source) => source.file.endsWith('.test.ts'))
    const untested = useCases.filter((useCase) => {
      const words = [useCase.name, useCase.cli?.command, useCase.http?.path.replace(/\{\w+\}.*/, '')].filter((word): word is string =>
        Boolean(word),
      )
      return !tests.some((source) => words.some((word) => source.text.includes(word)))
    })
    expect(untested.map((useCase) => useCase.name)).toEqual([])
  })

  test('every error code says its HTTP status and exit code', async () => {
    const { ERROR_CODES } = await import('../integrations/kernel/errors.ts')
    for (const [code, row] of Object.entries(ERROR_CODES))
      expect({ code, ok: row.http >= 400 && row.exit >= 1 && row.exit <= 4 && row.meaning.length > 10 }).toEqual({ code, ok: true })
    const used = new Set(
      [
        ...sources
          .map((source) => source.text)
          .join('\n')
          .matchAll(/'([a-z]+(?:-[a-z]+)*)'/g),
      ].map((match) => match[1]),
    )
    expect(Object.keys(ERROR_CODES).filter((code) => !used.has(code))).toEqual([])
  })

  test('app.yml asks for exactly the permissions that features need, and for exactly the events that are handled', async () => {
    const { PERMISSIONS } = await import('../integrations/github/permissions.ts')
    const manifest = parse(readFileSync(path.join(projectRoot, 'app.yml'), 'utf8')) as {
      default_permissions: Record<string, string>
      default_events: string[]
    }
    expect(manifest.default_permissions).toEqual(Object.fromEntries(PERMISSIONS.map(({ permission, level }) => [permission, level])))
    const handlers = sources.filter(({ file }) => /^app\/(webhooks|checks)\//.test(file)).map(({ text }) => text)
    const handled = handlers.flatMap((text) =>
      [...text.matchAll(/^ {2}(?:app\.on\()?'([a-z_]+)(?:\.[a-z_]+)?',/gm)].map((match) => match[1] as string),
    )
    // GitHub sends these two to every App without being asked.
    const always = ['installation', 'installation_repositories']
    expect([...new Set(handled)].filter((event) => !always.includes(event)).sort()).toEqual([...manifest.default_events].sort())
  })

  test("no file names a path of somebody's machine or the address of a package registry", () => {
    const pattern = new RegExp(['(^|[\\s"\'`(=])/(work|farm|home|Users)/[A-Za-z]', 'registry\\.[a-z]+\\.(org|com)'].join('|'), 'm')
    const found = [...sources, ...readSources(['test', 'scripts'].filter((folder) => existsSync(path.join(projectRoot, folder))))].filter(
      (source) => pattern.test(source.text),
    )
    expect(found.map((source) => source.file)).toEqual([])
  })
})
