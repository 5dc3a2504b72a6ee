// governance:validate, governance:index and governance:check as a person runs them.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { projectRoot } from '../source-tree.ts'
import { corpusFolder, describeOnCorpus } from './corpus.ts'
import { makeFolder } from './open-product.ts'
import { katalyst as runCommand } from './run-katalyst.ts'

let own: ReturnType<typeof makeFolder>
beforeEach(() => {
  own = makeFolder()
})
afterEach(() => own.remove())

const katalyst = (...args: string[]) =>
  runCommand(args, { environment: { NODE_ENV: 'test', LOG_LEVEL: 'silent', DATABASE_URL: `file:${path.join(own.folder, 'katalyst.db')}` } })

describe("the project's own governance", () => {
  test('has no errors, and validating it needs no database', async () => {
    const run = await katalyst('governance:validate', path.join(projectRoot, 'governance'), '--json')
    const answer = JSON.parse(run.out)
    expect(answer.problems.filter(({ severity }: { severity: string }) => severity === 'error')).toEqual([])
    expect({ exit: run.exit, errors: answer.errors }).toEqual({ exit: 0, errors: 0 })
    expect(existsSync(path.join(own.folder, 'katalyst.db'))).toBe(false)
  })
})

describeOnCorpus('the real artifacts', () => {
  test('are validated with each problem on its line, and violations end with 1', async () => {
    const run = await katalyst('governance:validate', corpusFolder)
    expect(run.exit).toBe(1)
    expect(run.out).toMatch(/^roads\/ROAD-048\.md:4:\d+ {2}error/m)
    expect(run.out).toMatch(/artifacts in 27\d files: \d+ errors, \d+ warnings\n$/)
  })

  test('become an index in both forms, written whole', async () => {
    const file = path.join(own.folder, 'out/governance-index.json')
    const run = await katalyst('governance:index', corpusFolder, '--out', file, '--project', 'mapper')
    expect({ exit: run.exit, out: run.out }).toEqual({ exit: 0, out: expect.stringContaining('33 road-item') })
    const flat = JSON.parse(readFileSync(file, 'utf8'))
    expect(flat).toMatchObject({ project: 'mapper', version: '1.0.0', stats: { totalRoadItems: 33, totalCapabilities: 35 } })
    const taxonomy = JSON.parse((await katalyst('governance:index', corpusFolder, '--format', 'taxonomy', '--json')).out)
    expect(taxonomy.index.stats).toMatchObject({ totalCapabilities: 34, totalRoadItems: 12, roadsByStatus: { proposed: 7, complete: 5 } })
    expect(Object.keys(taxonomy.index.extensions.roadItems)).toContain('ROAD-001')
  })
})

describe('one file', () => {
  test('is validated by itself, without asking whether what it refers to exists', async () => {
    const folder = path.join(own.folder, 'governance/roads')
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      path.join(folder, 'ROAD-001.md'),
      '---\nid: ROAD-001\ntitle: "A"\nstatus: proposed\nphase: 1\npriority: high\ngovernance: {capabilities: [CAP-404]}\n---\n\n# ROAD-001: A\n',
    )
    const run = await katalyst('governance:validate', path.join(folder, 'ROAD-001.md'), '--json')
    expect(JSON.parse(run.out)).toMatchObject({ files: 1, artifacts: 1, errors: 0 })
  })
})

describe('wrong use', () => {
  test.each([
    [['governance:validate', 'no/such/folder'], 2, 'There is nothing to read at folder'],
    [['governance:index', 'no/such/folder'], 2, 'There is nothing to read at folder'],
    [['governance:index', '--format', 'xml'], 2, 'Allowed choices are flat, taxonomy'],
    [['governance:check'], 2, 'base: expected'],
    [['governance:check', '--base', 'no-such-branch', '--directory', projectRoot], 2, 'git rev-parse failed'],
    [['governance:check', '--base', '--upload-pack=x', '--directory', projectRoot], 2, ''],
  ])('%j ends with %i', async (args, exit, words) => {
    const run = await katalyst(...(args as string[]))
    expect({ exit: run.exit, out: run.out }).toEqual({ exit, out: '' })
    expect(run.err).toContain(words as string)
  })

  test('an index that cannot be written leaves nothing behind', async () => {
    const taken = path.join(own.folder, 'taken')
    mkdirSync(taken)
    const run = await katalyst('governance:index', path.join(projectRoot, 'governance'), '--out', taken)
    expect(run.exit).toBe(2)
    expect(run.err).toContain('could not be written to taken')
  })
})

describe('governance:check', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', own.folder, '-c', 'user.name=Test', '-c', 'user.email=test@example.com', ...args], { encoding: 'utf8' })
  const road = (status: string) =>
    `---\nid: ROAD-001\ntitle: "Search"\nstatus: ${status}\nphase: 1\npriority: high\ngovernance:\n  adrs: {validated: false, ids: []}\n  bdd: {id: BDD-001, status: draft, feature_files: [], scenarios: 0, passing: 0}\n  nfrs: {applicable: [], status: pending, results: {}}\n  capabilities: [CAP-001]\n---\n\n# ROAD-001: Search\n`
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(own.folder, file)), { recursive: true })
    writeFileSync(path.join(own.folder, file), text)
  }
  beforeEach(() => {
    git('init', '-q', '-b', 'main')
    write('governance/roads/ROAD-001.md', road('proposed'))
    write(
      'governance/capabilities/CAP-001.md',
      '---\nid: CAP-001\ntitle: "Finding"\ncategory: Business\nstatus: stable\n---\n\n# CAP-001\n',
    )
    git('add', '.')
    git('commit', '-qm', 'base')
    git('checkout', '-qb', 'change')
  })
  const check = () => katalyst('governance:check', '--base', 'main', '--directory', own.folder, '--json')

  test('says what the pull-request check would say, and fails on an illegal move', async () => {
    write('governance/roads/ROAD-001.md', road('complete'))
    git('commit', '-qam', 'jump')
    const run = await check()
    expect(run.exit).toBe(1)
    expect(JSON.parse(run.out)).toMatchObject({
      conclusion: 'failure',
      moves: [{ id: 'ROAD-001', from: 'proposed', to: 'complete', legal: false }],
      problems: expect.arrayContaining([
        expect.objectContaining({ code: 'transition-illegal', file: 'governance/roads/ROAD-001.md', line: 4, path: 'status' }),
      ]),
    })
  })

  test('compares with where the branch left, whatever the base did since', async () => {
    write('notes.md', 'x')
    git('add', '.')
    git('commit', '-qm', 'notes')
    git('checkout', '-q', 'main')
    write('governance/roads/ROAD-001.md', road('complete'))
    git('commit', '-qam', 'jump on main')
    git('checkout', '-q', 'change')
    expect(JSON.parse((await check()).out)).toMatchObject({ conclusion: 'neutral', problems: [] })
  })

  test('follows the settings of the base, not those of the change', async () => {
    git('checkout', '-q', 'main')
    write('.github/katalyst.yml', 'warn: [transition-illegal]\n')
    git('add', '.')
    git('commit', '-qm', 'settings')
    git('checkout', '-qB', 'change')
    write('.github/katalyst.yml', 'fail: [transition-illegal]\n')
    write('governance/roads/ROAD-001.md', road('complete'))
    git('commit', '-qam', 'jump')
    const problems = (JSON.parse((await check()).out) as { problems: { code: string; severity: string }[] }).problems
    expect(problems.find(({ code }) => code === 'transition-illegal')?.severity).toBe('warning')
  })

  test('knows a rename and a removal that others refer to', async () => {
    git('rm', '-q', 'governance/capabilities/CAP-001.md')
    git('commit', '-qm', 'remove')
    const run = await check()
    expect(run.exit).toBe(1)
    expect(JSON.parse(run.out).problems).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: 'reference-missing', file: 'governance/roads/ROAD-001.md', found: 'CAP-001' }),
      ]),
    )
  })
})
