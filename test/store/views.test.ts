// What Katalyst reads: the views, as another process with another driver sees them while imports are written.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import pg from 'pg'
import { known, unknown } from '../../integrations/foe/metric-value.ts'
import { replaceArtifacts } from '../../integrations/store/artifacts.ts'
import type { Db } from '../../integrations/store/db.ts'
import { savePublication } from '../../integrations/store/publications.ts'
import { saveRepositories } from '../../integrations/store/repositories.ts'
import { startRun } from '../../integrations/store/runs.ts'
import { seedImport } from '../flow/seed-imports.ts'
import { projectRoot } from '../source-tree.ts'
import { eachDatabase } from './databases.ts'
import { VIEWS } from './view-columns.ts'

const at = new Date('2026-05-01T08:30:00.007Z')
const names = Object.keys(VIEWS)

type Rows = Readonly<Record<string, readonly Record<string, unknown>[]>>

/** Starts the reader, works, and gives what the reader saw last. */
async function readBeside(url: string, work: () => Promise<void>): Promise<{ readonly rounds: number; readonly seen: Rows }> {
  const child = spawn(process.execPath, [path.join(projectRoot, 'test/store/read-views-child.mjs'), url, ...names], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  let text = ''
  const ready = new Promise<void>((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
      if (text.startsWith('ready\n')) resolve()
    })
  })
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  await Promise.race([ready, ended])
  await work()
  child.stdin.end()
  expect(await ended).toBe(0)
  return JSON.parse(text.slice('ready\n'.length))
}

/** JSON is text on SQLite and parsed by the driver on PostgreSQL. */
const json = (value: unknown): unknown => (typeof value === 'string' ? JSON.parse(value) : value)

eachDatabase('the views', (database) => {
  let db: Db
  beforeAll(async () => {
    db = (await database.open()).db
  })
  beforeEach(() => database.clear())

  test('have the columns that Katalyst relies on, in their order', async () => {
    const found = await Promise.all(
      names.map(async (view) => {
        const rows =
          database.dialect === 'sqlite'
            ? await db.prisma.$queryRawUnsafe<{ name: string }[]>(`SELECT name FROM pragma_table_info('${view}') ORDER BY cid`)
            : await db.prisma.$queryRawUnsafe<{ name: string }[]>(
                `SELECT column_name AS name FROM information_schema.columns WHERE table_name = '${view}' ORDER BY ordinal_position`,
              )
        return [view, rows.map(({ name }) => name).join(' ')]
      }),
    )
    expect(Object.fromEntries(found)).toEqual(VIEWS)
  })

  test('show another process with another driver what is written meanwhile, in the same values', async () => {
    await saveRepositories(db, [{ id: 9_007_199_254_740, fullName: 'acme/app', defaultBranch: 'main', isPrivate: false }], at)
    const scope = 'repository:9007199254740'
    const { rounds, seen } = await readBeside(database.url(), async () => {
      for (let round = 0; round < 20; round += 1)
        await seedImport(db, {
          provider: 'github',
          scope,
          repository: 'acme/app',
          dimension: 'feedback',
          metrics: { buildTimeP50: known(120.5), failureRate: unknown('no-data'), testResults: known({ total: 2, text: 'ünï "quoted"' }) },
          at: new Date(at.getTime() + round),
        })
      await replaceArtifacts(db, scope, {
        upserts: [
          {
            file: 'roads/ROAD-001.md',
            artifactId: 'ROAD-001',
            kind: 'road-item',
            title: 'First',
            status: 'proposed',
            contentHash: 'h',
            text: 'secret text',
            data: { phase: 1 },
            problems: [{ line: 3 }],
            blobSha: 'b',
          },
        ],
        removedFiles: [],
        at,
      })
      await startRun(db, { kind: 'github-import', dryRun: true, at })
      await savePublication(db, {
        provider: 'confluence',
        scope: 'KDM',
        target: 'confluence-page',
        contentType: 'roadmap',
        status: 'created',
        publishedAt: at,
        updatedAt: at,
      })
    })
    expect(rounds).toBeGreaterThan(1)
    const instant = '2026-05-01T08:30:00.007Z'
    expect(seen.katalyst_v1_repositories).toEqual([
      {
        id: '9007199254740',
        full_name: 'acme/app',
        default_branch: 'main',
        archived: 0,
        is_private: 0,
        head_sha: null,
        ingested_at: null,
        removed_at: null,
        updated_at: instant,
      },
    ])
    expect(seen.katalyst_v1_imports).toHaveLength(20)
    expect(seen.katalyst_v1_imports?.[0]).toMatchObject({
      provider: 'github',
      scope,
      state: 'done',
      requests: 3,
      finished_at: instant,
      explanation: null,
    })
    const [first] = seen.katalyst_v1_imports ?? []
    const metrics = seen.katalyst_v1_metrics?.filter(({ import_id }) => import_id === first?.id)
    expect(metrics?.map(({ name, number, reason }) => [name, number, reason]).sort()).toEqual([
      ['buildTimeP50', 120.5, null],
      ['failureRate', null, 'no-data'],
      ['testResults', null, null],
    ])
    expect(json(metrics?.find(({ name }) => name === 'testResults')?.value)).toEqual({ total: 2, text: 'ünï "quoted"' })
    const scored = seen.katalyst_v1_dimension_scores?.find(({ import_id }) => import_id === first?.id)
    expect(scored).toEqual({
      import_id: first?.id,
      provider: 'github',
      repository: 'acme/app',
      dimension: 'feedback',
      score: expect.any(Number),
      max: 100,
      coverage: 2,
      is_latest: 1,
      scored_at: instant,
    })
    const subscores = seen.katalyst_v1_subscores?.filter(({ import_id }) => import_id === first?.id)
    expect(subscores?.map(({ name }) => name)).toEqual([
      'CI Pipeline Speed',
      'Deployment Frequency',
      'Test Coverage',
      'Feedback Loop Investment',
    ])
    expect(json(subscores?.[0]?.evidence)).toMatchObject([{ metric: 'buildTimeP50', points: 24 }])
    const [artifact] = seen.katalyst_v1_artifacts ?? []
    expect({ ...artifact, data: json(artifact?.data), problems: json(artifact?.problems) }).toEqual({
      scope,
      repository: 'acme/app',
      file: 'roads/ROAD-001.md',
      artifact_id: 'ROAD-001',
      kind: 'road-item',
      title: 'First',
      status: 'proposed',
      data: { phase: 1 },
      problems: [{ line: 3 }],
      blob_sha: 'b',
      changed_at: null,
      updated_at: instant,
    })
    expect(seen.katalyst_v1_sync_runs).toMatchObject([
      { kind: 'github-import', state: 'running', dry_run: 1, done: 0, total: null, started_at: instant },
    ])
    expect(seen.katalyst_v1_publications).toMatchObject([
      { provider: 'confluence', target: 'confluence-page', content_type: 'roadmap', published_at: instant },
    ])
    expect([seen.katalyst_v1_links, seen.katalyst_v1_conflicts]).toEqual([[], []])
  })

  if (database.dialect === 'postgresql')
    test('are all that the reading role may read', async () => {
      const role = `katalyst_reader_${process.pid}`
      // The script is for psql; its statements are the same with the name of this test's role.
      const script = readFileSync(path.join(projectRoot, 'prisma/roles/katalyst-reader.sql'), 'utf8')
      for (const part of [
        'CREATE ROLE katalyst_reader LOGIN',
        'SET default_transaction_read_only = on',
        'GRANT USAGE ON SCHEMA public',
        "LIKE 'katalyst\\_v1\\_%'",
      ])
        expect(script).toContain(part)
      const owner = new pg.Client({ connectionString: database.url() })
      await owner.connect()
      const url = new URL(database.url())
      url.username = role
      url.password = 'reader'
      try {
        const statements = script
          .replaceAll('katalyst_reader', role)
          .replace(':password', "'reader'")
          .split('\n')
          .filter((line) => !line.startsWith('\\') && !line.startsWith('--') && !line.includes('\\gset'))
          .join('\n')
        const [plain = '', grants = ''] = statements.split(/(?=SELECT format)/)
        await owner.query(plain)
        const { rows } = await owner.query(grants.replace('\\gexec', ''))
        for (const row of rows) await owner.query(Object.values(row)[0] as string)
        expect(rows).toHaveLength(names.length)
        const reader = new pg.Client({ connectionString: url.href })
        await reader.connect()
        try {
          for (const view of names) await reader.query(`SELECT * FROM ${view} LIMIT 1`)
          await expect(reader.query('SELECT * FROM imports')).rejects.toThrow(/permission denied/)
          await expect(reader.query('CREATE TABLE mine (id int)')).rejects.toThrow(/read-only|permission denied/)
        } finally {
          await reader.end()
        }
      } finally {
        await owner.query(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
        await owner.end()
      }
    })
})

describe('docs/shared-database.md', () => {
  test('names every view with its columns in their order', () => {
    const text = readFileSync(path.join(projectRoot, 'docs/shared-database.md'), 'utf8')
    const documented = Object.fromEntries(
      text
        .split(/^### /m)
        .slice(1)
        .map((section) => [/^`(\w+)`/.exec(section)?.[1], [...section.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1]).join(' ')]),
    )
    expect(documented).toEqual(VIEWS)
  })
})
