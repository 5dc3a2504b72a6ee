// Runs a suite on SQLite and on PostgreSQL, each on a database of its own that is gone afterwards. Where no PostgreSQL
// answers, its half is skipped with a loud line, or fails when KATALYST_REQUIRE_SERVICES is 1.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, test } from '@jest/globals'
import pg from 'pg'
import { systemClock, systemRandom } from '../../integrations/kernel/clock.ts'
import { silentLog } from '../../integrations/kernel/log.ts'
import type { Dialect } from '../../integrations/store/db.ts'
import { migrate } from '../../integrations/store/migrate.ts'
import { openStore, type Store } from '../../integrations/store/open-store.ts'

/** Tables of facts, one per kind. */
const FACT_TABLES = [
  ...['runs', 'jobs', 'test_artifacts', 'releases', 'deployments', 'incidents', 'pull_requests', 'reviews', 'review_comments'],
  ...['commits', 'wiki_pages', 'discussions', 'gap_issues', 'dependabot_alerts', 'code_scanning_alerts', 'secret_alerts'],
  ...['jira_issues', 'jira_changes', 'jira_sprints', 'jira_boards', 'jira_versions', 'jira_statuses'],
].map((kind) => `facts_${kind}`)

const server = process.env.TEST_POSTGRES_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres'

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: server, connectionTimeoutMillis: 2_000 })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

const postgresFault = await administer('SELECT 1').then(
  () => undefined,
  (error: Error) => error.message || 'no connection',
)

/** A database of one suite. */
export interface TestDatabase {
  readonly dialect: Dialect
  /** Its URL; known from the first test on. */
  url(): string
  /** Opens the migrated database; what is opened is closed after the suite. */
  open(): Promise<Store>
  /** Empties every table. */
  clear(): Promise<void>
}

export interface DatabaseOptions {
  /** False leaves the database empty. */
  readonly migrated?: boolean
}

/** Declares the tests once per database. */
export function eachDatabase(name: string, tests: (database: TestDatabase) => void, { migrated = true }: DatabaseOptions = {}): void {
  describe(`${name} on SQLite`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'katalyst-store-'))
    const url = `file:${path.join(folder, 'test.db')}`
    tests(
      makeDatabase(
        'sqlite',
        () => url,
        migrated,
        async () => rmSync(folder, { recursive: true, force: true }),
      ),
    )
  })
  if (postgresFault !== undefined && process.env.KATALYST_REQUIRE_SERVICES !== '1') {
    process.stderr.write(`\n*** SKIPPED: ${name} on PostgreSQL (${postgresFault}). Set TEST_POSTGRES_URL to a server. ***\n`)
    return
  }
  describe(`${name} on PostgreSQL`, () => {
    if (postgresFault !== undefined) {
      test('a PostgreSQL server answers', () => Promise.reject(new Error(`TEST_POSTGRES_URL: ${postgresFault}`)))
      return
    }
    const own = `katalyst_test_${systemRandom.id().replaceAll('-', '')}`
    const url = new URL(server)
    url.pathname = `/${own}`
    beforeAll(() => administer(`CREATE DATABASE ${own}`))
    tests(
      makeDatabase(
        'postgresql',
        () => url.href,
        migrated,
        () => administer(`DROP DATABASE IF EXISTS ${own} WITH (FORCE)`),
      ),
    )
  })
}

function makeDatabase(dialect: Dialect, url: () => string, migrated: boolean, drop: () => Promise<void>): TestDatabase {
  const opened: Store[] = []
  const open = async () => {
    const store = await openStore({ url: url(), log: silentLog, clock: systemClock, migrate: false })
    opened.push(store)
    return store
  }
  beforeAll(async () => void (migrated && (await migrate(url()))))
  afterAll(async () => {
    for (const store of opened.reverse()) await store.close()
    await drop()
  })
  const clear = async () => {
    const { db } = opened[0] ?? (await open())
    const tables = [
      'connections',
      'connection_states',
      'installations',
      'repositories',
      'proposals',
      'roadmap_items',
      'artifact_numbers',
      'artifacts',
      'conflicts',
      'links',
      'intents',
      'deliveries',
      'jobs',
      'schedules',
      'cursors',
      'run_events',
      'runs',
      'budgets',
      'checks',
      'fact_snapshots',
      'collections',
      'subscores',
      'dimension_scores',
      'reports',
      'evidence_scopes',
      'publications',
      'import_metrics',
      'imports',
      ...FACT_TABLES,
      'jira_collections',
    ]
    for (const table of tables) await db.prisma.$executeRawUnsafe(`DELETE FROM "${table}"`)
  }
  return { dialect, url, open, clear }
}
