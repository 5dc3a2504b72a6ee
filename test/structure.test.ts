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

/** What everything in app/ may know: the context of a use case, and how answers are shaped. */
const context = [
  ...['app/context.ts', 'app/use-case.ts', 'app/input.ts', 'app/config.ts', 'app/config-file.ts', 'app/connections.ts'],
  ...['app/delivery-job.ts', 'app/hand-over.ts', 'app/page.ts', 'answers'],
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
  // What several use cases of one intention share. Providers only through `ctx.providers`, like the use cases.
  steps: [
    ...core,
    'store',
    'engine',
    'kernel',
    ...providers.map((provider) => `type:${provider}`),
    'type:access',
    'app/package-root.ts',
    ...context,
  ],
  usecases: [...core, 'store', 'engine', 'kernel', 'steps', ...context],
  ...Object.fromEntries(entryPoints.map((entry) => [entry, ['usecases', 'kernel', ...context]])),
  answers: [...core, 'kernel', 'store', 'engine'],
  // How providers are reached: what bootstrap opens and hands to use cases as `ctx.providers`.
  access: ['kernel', 'store', 'engine', ...providers, 'app/config.ts', 'app/config-file.ts', 'app/connections.ts', 'app/hand-over.ts'],
  'app/config.ts': ['kernel'],
  'app/context.ts': ['app/config.ts', 'type:app/connections.ts', 'type:access', 'type:steps', 'type:kernel', 'type:store', 'type:engine'],
  'app/use-case.ts': ['app/context.ts'],
  'app/input.ts': ['app/use-case.ts', 'kernel'],
  'app/config-file.ts': ['kernel'],
  'app/connections.ts': ['kernel', 'store', 'app/config.ts'],
  'app/delivery-job.ts': ['engine', 'type:store'],
  'app/hand-over.ts': [],
  'app/page.ts': [],
  'app/offline-session.ts': ['kernel', 'app/config.ts', 'type:app/bootstrap.ts', 'type:app/context.ts'],
  'app/bootstrap.ts': ['kernel', ...core, 'store', 'engine', ...providers, 'usecases', 'access', 'steps', ...context],
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
