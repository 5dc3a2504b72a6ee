import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Artifact } from '../../integrations/governance/artifact.ts'
import { type ChangedFile, type ChangeInput, evaluateChange } from '../../integrations/governance/evaluate-change.ts'
import { type FolderState, folderProblems } from '../../integrations/governance/folder-problems.ts'
import { parseGovernance } from '../../integrations/governance/parse-governance.ts'
import { DEFAULT_SETTINGS } from '../../integrations/governance/settings.ts'
import { hasCorpus, readCorpus } from './corpus.ts'
import { linesOf, make, PROVEN, road } from './hand-built.ts'

const folder = (...artifacts: readonly Artifact[]): FolderState => ({ artifacts, problems: [] })
const modified = (...files: readonly string[]): readonly ChangedFile[] => files.map((file) => ({ file, status: 'modified' }))
const evaluate = (input: Partial<ChangeInput>) =>
  evaluateChange({ base: folder(), head: folder(), changedFiles: [], settings: DEFAULT_SETTINGS, ...input })
const said = ({ problems }: ReturnType<typeof evaluate>) => problems.map(({ file, severity, code }) => `${file} ${severity} ${code}`)

const CAP = make('capability', 'CAP-001')
const ONE = road('ROAD-001', { capabilities: ['CAP-001'], enables: ['ROAD-002'] })
const TWO = road('ROAD-002', { capabilities: ['CAP-001'], dependsOn: ['ROAD-001'] })

describe('a change of no artifact', () => {
  test.each([[[]], [modified('roads/index.md', 'README.md')]])('is neutral: %j', (changedFiles) => {
    const broken = road('ROAD-003', { dependsOn: ['ROAD-999'] })
    expect(evaluate({ base: folder(broken), head: folder(broken), changedFiles })).toEqual({
      conclusion: 'neutral',
      problems: [],
      moves: [],
      counts: { errors: 0, warnings: 0, changedArtifacts: 0, ignored: 0 },
      unaffectedExisting: 0,
    })
  })
})

describe('a change of artifacts', () => {
  test('that breaks nothing succeeds, and leaves older problems elsewhere alone', () => {
    const older = road('ROAD-003', { capabilities: ['CAP-001'], dependsOn: ['ROAD-999'] })
    const state = folder(CAP, ONE, TWO, older)
    expect(evaluate({ base: state, head: state, changedFiles: modified('roads/ROAD-001.md') })).toEqual({
      conclusion: 'success',
      problems: [],
      moves: [],
      counts: { errors: 0, warnings: 0, changedArtifacts: 1, ignored: 0 },
      unaffectedExisting: 1,
    })
  })

  test('answers for the problems of the files it touches, also older ones', () => {
    const older = road('ROAD-003', { capabilities: ['CAP-001'], dependsOn: ['ROAD-999'] })
    const state = folder(CAP, ONE, TWO, older)
    const evaluation = evaluate({ base: state, head: state, changedFiles: modified('roads/ROAD-003.md') })
    expect([evaluation.conclusion, evaluation.unaffectedExisting]).toEqual(['failure', 0])
    expect(said(evaluation)).toEqual(['roads/ROAD-003.md error reference-missing'])
  })

  test('with an illegal move fails on the line of the status', () => {
    const positions = linesOf('id', 'status')
    const head = folder(CAP, road('ROAD-001', { ...ONE.data, status: 'implementing', statusText: 'implementing' }, { positions }), TWO)
    const evaluation = evaluate({ base: folder(CAP, ONE, TWO), head, changedFiles: modified('roads/ROAD-001.md') })
    expect(evaluation).toMatchObject({
      conclusion: 'failure',
      moves: [{ id: 'ROAD-001', from: 'proposed', to: 'implementing', legal: false }],
      problems: [{ code: 'transition-illegal', file: 'roads/ROAD-001.md', line: 3 }],
    })
  })

  test('with a legal move and its evidence succeeds', () => {
    const head = folder(
      CAP,
      make('adr', 'ADR-001'),
      road('ROAD-001', { ...ONE.data, status: 'adr_validated', adrs: { validated: true, ids: ['ADR-001'] } }),
      TWO,
    )
    const evaluation = evaluate({ base: folder(CAP, ONE, TWO), head, changedFiles: modified('roads/ROAD-001.md') })
    expect([evaluation.conclusion, evaluation.problems, evaluation.moves.length]).toEqual(['success', [], 1])
  })

  test('only looks at moves in the files it names', () => {
    const moved = road('ROAD-001', { ...ONE.data, status: 'complete', statusText: 'complete' })
    expect(
      evaluate({ base: folder(CAP, ONE, TWO), head: folder(CAP, moved, TWO), changedFiles: modified('roads/ROAD-002.md') }).moves,
    ).toEqual([])
  })
})

describe('a removal', () => {
  const base = folder(CAP, ONE, TWO)

  test('fails at everything that still refers to what is gone, whatever its weight otherwise', () => {
    const withoutTwo = evaluate({ base, head: folder(CAP, ONE), changedFiles: [{ file: 'roads/ROAD-002.md', status: 'removed' }] })
    expect(said(withoutTwo)).toEqual(['roads/ROAD-001.md error reference-missing'])
    expect(withoutTwo).toMatchObject({ conclusion: 'failure', counts: { errors: 1, changedArtifacts: 1 } })
    expect(withoutTwo.problems[0]?.message).toBe(
      'ROAD-001 enables ROAD-002, but there is no such road item. This change removes it (roads/ROAD-002.md).',
    )
  })

  test('with its references taken back succeeds', () => {
    const evaluation = evaluate({
      base,
      head: folder(CAP, road('ROAD-001', { capabilities: ['CAP-001'] })),
      changedFiles: [{ file: 'roads/ROAD-002.md', status: 'removed' }, ...modified('roads/ROAD-001.md')],
    })
    expect([evaluation.conclusion, said(evaluation)]).toEqual(['success', []])
  })

  test('of an id inside its file is one too', () => {
    const renamed = road('ROAD-022', { ...TWO.data }, { file: 'roads/ROAD-002.md' })
    expect(said(evaluate({ base, head: folder(CAP, ONE, renamed), changedFiles: modified('roads/ROAD-002.md') }))).toEqual([
      'roads/ROAD-001.md error reference-missing',
    ])
  })

  test('that leaves an artifact without any link warns there', () => {
    const before = folder(CAP, road('ROAD-001', { capabilities: ['CAP-001'] }))
    expect(said(evaluate({ base: before, head: folder(CAP), changedFiles: [{ file: 'roads/ROAD-001.md', status: 'removed' }] }))).toEqual([
      'capabilities/CAP-001.md warning reference-orphan',
    ])
  })
})

describe('a rename', () => {
  test('does not shake off the state a road item had', () => {
    const moved = road('ROAD-020', { ...ONE.data, ...PROVEN, capabilities: ['CAP-001'], status: 'complete', statusText: 'complete' })
    const evaluation = evaluate({
      base: folder(CAP, ONE, TWO),
      head: folder(CAP, moved, road('ROAD-002', { capabilities: ['CAP-001'] })),
      changedFiles: [{ file: 'roads/ROAD-020.md', status: 'renamed', previousFile: 'roads/ROAD-001.md' }, ...modified('roads/ROAD-002.md')],
    })
    expect(evaluation.moves).toMatchObject([{ id: 'ROAD-020', from: 'proposed', to: 'complete', legal: false }])
  })

  test('out of the folder counts as a change of an artifact', () => {
    const evaluation = evaluate({
      base: folder(CAP, ONE),
      head: folder(CAP),
      changedFiles: [{ file: '../old/ROAD-001.md', status: 'renamed', previousFile: 'roads/ROAD-001.md' }],
    })
    expect(evaluation.counts.changedArtifacts).toBe(1)
  })
})

describe('a new road item', () => {
  const added: readonly ChangedFile[] = [{ file: 'roads/ROAD-003.md', status: 'added' }]
  const late = road('ROAD-003', { capabilities: ['CAP-001'], status: 'complete' })

  test('cannot skip gates that others walk through', () => {
    const evaluation = evaluate({ base: folder(CAP, ONE, TWO), head: folder(CAP, ONE, TWO, late), changedFiles: added })
    expect(evaluation.conclusion).toBe('failure')
    expect(new Set(evaluation.problems.map(({ code }) => code))).toEqual(new Set(['gate-unmet']))
  })

  test('is only warned about when it is among the first of its repository', () => {
    expect(evaluate({ base: folder(CAP), head: folder(CAP, late), changedFiles: added }).conclusion).toBe('success')
  })

  test('is only warned about when its file could not be read before', () => {
    const base: FolderState = { ...folder(CAP, ONE, TWO), unread: [{ file: 'roads/ROAD-003.md', kind: 'road-item', id: 'ROAD-003' }] }
    expect(evaluate({ base, head: folder(CAP, ONE, TWO, late), changedFiles: added }).conclusion).toBe('success')
  })
})

describe('settings', () => {
  const base = folder(CAP, ONE, TWO)
  const head = folder(CAP, road('ROAD-001', { ...ONE.data, status: 'complete', statusText: 'complete' }), TWO)
  const under = (settings: Partial<ChangeInput['settings']>) =>
    evaluate({ base, head, changedFiles: modified('roads/ROAD-001.md'), settings: { ...DEFAULT_SETTINGS, ...settings } })

  test('lower an error to a warning, and the check passes', () => {
    expect(under({ warn: ['transition-illegal'] })).toMatchObject({ conclusion: 'success', counts: { errors: 0, warnings: 1 } })
  })

  test('leave out what is ignored, and count it', () => {
    expect(under({ ignore: ['transition-illegal'] })).toMatchObject({ conclusion: 'success', problems: [], counts: { ignored: 1 } })
  })

  test('raise a warning to an error, and the check fails', () => {
    const lonely = folder(CAP, ONE, TWO, make('adr', 'ADR-001'))
    const changedFiles = modified('adr/ADR-001.md')
    expect(evaluate({ base, head: lonely, changedFiles }).conclusion).toBe('success')
    expect(evaluate({ base, head: lonely, changedFiles, settings: { ...DEFAULT_SETTINGS, fail: ['reference-orphan'] } }).conclusion).toBe(
      'failure',
    )
  })
})

describe('the verdict', () => {
  const ids = ['ROAD-001', 'ROAD-002', 'ROAD-003']
  const links = fc.subarray(ids)
  const anyRoad = (id: string) =>
    fc
      .record({
        dependsOn: links,
        enables: links,
        status: fc.constantFrom('proposed' as const, 'complete' as const, 'implementing' as const),
      })
      .map((data) => road(id, { ...data, statusText: data.status }))
  const anyFolder = fc
    .tuple(...ids.map((id) => fc.option(anyRoad(id), { nil: undefined })))
    .map((roads) => folder(...roads.filter((one) => one !== undefined)))
  const anyChange = fc.subarray(ids).map((changed) => modified(...changed.map((id) => `roads/${id}.md`)))

  test('is the same again, and whatever the order of artifacts and files', () => {
    fc.assert(
      fc.property(anyFolder, anyFolder, anyChange, (base, head, changedFiles) => {
        const first = evaluate({ base, head, changedFiles })
        expect(evaluate({ base, head, changedFiles })).toEqual(first)
        const turned = (state: FolderState) => ({ ...state, artifacts: [...state.artifacts].reverse() })
        expect(evaluate({ base: turned(base), head: turned(head), changedFiles: [...changedFiles].reverse() })).toEqual(first)
      }),
      { numRuns: 100 },
    )
  })

  test('of no difference has no moves and only problems of the files named', () => {
    fc.assert(
      fc.property(anyFolder, anyChange, (state, changedFiles) => {
        const { moves, problems, unaffectedExisting } = evaluate({ base: state, head: state, changedFiles })
        expect(moves).toEqual([])
        expect(problems.every(({ file }) => changedFiles.some((changed) => changed.file === file))).toBe(true)
        if (problems.length + unaffectedExisting > 0) expect(problems.length + unaffectedExisting).toBe(folderProblems(state).length)
      }),
      { numRuns: 100 },
    )
  })

  test('fails exactly when an error is among its problems, which are sorted', () => {
    fc.assert(
      fc.property(anyFolder, anyFolder, anyChange, (base, head, changedFiles) => {
        const { conclusion, problems } = evaluate({ base, head, changedFiles })
        expect(conclusion === 'failure').toBe(problems.some(({ severity }) => severity === 'error'))
        const keys = problems.map(({ file, line }) => `${file}:${String(line).padStart(6, '0')}`)
        expect(keys).toEqual([...keys].sort())
      }),
      { numRuns: 100 },
    )
  })
})

const onCorpus = hasCorpus ? describe : describe.skip
onCorpus("a pull request on Katalyst's own folder", () => {
  const files = hasCorpus ? readCorpus() : []
  const base = parseGovernance(files)
  const edited = (edits: Readonly<Record<string, (content: string) => string>>) =>
    parseGovernance(files.map(({ file, content }) => ({ file, content: edits[file]?.(content) ?? content })))
  const lineOf = (file: string, start: string) =>
    1 +
    (files
      .find((one) => one.file === file)
      ?.content.split('\n')
      .findIndex((line) => line.startsWith(start)) ?? -2)

  test('that moves ROAD-009 back and breaks another frontmatter fails on both lines and nowhere else', () => {
    const head = edited({
      'roads/ROAD-009.md': (content) => content.replace('status: complete', 'status: implementing'),
      'roads/ROAD-005.md': (content) => content.replace('title: "', 'title: "broken" "'),
    })
    const evaluation = evaluate({ base, head, changedFiles: modified('roads/ROAD-009.md', 'roads/ROAD-005.md') })
    expect(evaluation.conclusion).toBe('failure')
    const errors = evaluation.problems.filter(({ severity }) => severity === 'error')
    expect(errors.map(({ file, line, code }) => `${file}:${line} ${code}`)).toEqual([
      `roads/ROAD-005.md:${lineOf('roads/ROAD-005.md', 'title:')} yaml-invalid`,
      `roads/ROAD-009.md:${lineOf('roads/ROAD-009.md', 'status:')} transition-illegal`,
    ])
  })

  test('that touches ROAD-009 and ROAD-005 without a fault succeeds', () => {
    const head = edited({
      'roads/ROAD-009.md': (content) => `${content}\nOne more line.\n`,
      'roads/ROAD-005.md': (content) => `${content}\n`,
    })
    const evaluation = evaluate({ base, head, changedFiles: modified('roads/ROAD-009.md', 'roads/ROAD-005.md') })
    expect(evaluation.conclusion).toBe('success')
    expect(evaluation.counts).toMatchObject({ errors: 0, changedArtifacts: 2 })
  })

  test('that deletes ROAD-004 fails at each of its referrers', () => {
    const head = parseGovernance(files.filter(({ file }) => file !== 'roads/ROAD-004.md'))
    const evaluation = evaluate({ base, head, changedFiles: [{ file: 'roads/ROAD-004.md', status: 'removed' }] })
    const referrers = evaluation.problems
      .filter(({ code, found }) => code === 'reference-missing' && found === 'ROAD-004')
      .map(({ file }) => file)
    expect(referrers).toEqual(expect.arrayContaining(['roads/ROAD-002.md', 'roads/ROAD-005.md', 'nfr/NFR-PERF-001.md']))
    expect(evaluation.problems.every(({ severity, code }) => severity === 'error' || code === 'reference-orphan')).toBe(true)
  })

  test('is judged in a fraction of a second', () => {
    const start = process.hrtime.bigint()
    evaluate({ base, head: base, changedFiles: modified(...files.map(({ file }) => file)) })
    expect(Number(process.hrtime.bigint() - start) / 1e6).toBeLessThan(1500)
  })
})
