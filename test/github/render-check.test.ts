import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Nodes } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { CHECK_LIMITS, cutBytes, cutCharacters, cutMarkdown, MAX_ANNOTATIONS } from '../../integrations/github/check-output.ts'
import { type CheckPlace, renderCheck, renderOwnFailure, repositoryPath } from '../../integrations/github/render-check.ts'
import type { Problem } from '../../integrations/governance/artifact.ts'
import { type ChangeVerdict, evaluateChange } from '../../integrations/governance/evaluate-change.ts'
import { parseGovernance } from '../../integrations/governance/parse-governance.ts'
import { DEFAULT_SETTINGS } from '../../integrations/governance/settings.ts'

const place: CheckPlace = {
  governancePath: 'docs/governance',
  repositoryUrl: 'https://github.com/acme/shop',
  headSha: 'a'.repeat(40),
  reportUrl: 'https://github.com/acme/shop/pull/12/files',
}
const problem = (change: Partial<Problem> = {}): Problem => ({
  code: 'transition-illegal',
  severity: 'error',
  file: 'roads/ROAD-009.md',
  path: 'status',
  line: 4,
  column: 9,
  message: 'ROAD-009 cannot move from Proposed to Complete.',
  expected: 'adr_validated',
  found: 'complete',
  advice: 'Set status to adr_validated first.',
  ...change,
})
const verdict = (problems: readonly Problem[], change: Partial<ChangeVerdict> = {}): ChangeVerdict => {
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const counts = { errors, warnings: problems.length - errors, changedArtifacts: 2, ignored: 0 }
  return { conclusion: errors > 0 ? 'failure' : 'success', problems, moves: [], counts, unaffectedExisting: 0, ...change }
}

describe('what the author of a pull request reads', () => {
  test('begins with what to do, and with where', () => {
    const { title, summary, conclusion } = renderCheck(verdict([problem({ severity: 'warning', code: 'date-unquoted' }), problem()]), place)
    expect({ title, conclusion }).toEqual({ title: '1 error, 1 warning in 2 changed artifacts', conclusion: 'failure' })
    expect(summary.split('\n\n')[0]).toBe('**Do this first:** Set status to adr_validated first.')
    expect(summary).toContain(`(https://github.com/acme/shop/blob/${place.headSha}/docs/governance/roads/ROAD-009.md?plain=1#L4)`)
  })

  test('shows each move with its states, whether it is allowed, and what is missing or possible instead', () => {
    const unmet = {
      id: 'adr-validated',
      target: 'adr_validated',
      severity: 'error',
      sources: ['api'],
      demand: 'the ADRs must be validated',
      path: 'governance.adrs.validated',
      expected: 'true',
      found: 'false',
    } as const
    const moves = [
      { id: 'ROAD-009', file: 'roads/ROAD-009.md', from: 'proposed', to: 'complete', legal: false, unmet: [] },
      { id: 'ROAD-010', file: 'roads/ROAD-010.md', from: 'proposed', to: 'adr_validated', legal: true, unmet: [unmet] },
      { id: 'ROAD-011', file: 'roads/ROAD-011.md', from: undefined, to: 'proposed', legal: true, unmet: [] },
    ] as const
    const { summary } = renderCheck(verdict([problem()], { moves }), place)
    expect(summary).toContain('| `ROAD-009` | `proposed` | `complete` | ❌ no | From proposed, ROAD-009 can go to adr_validated. |')
    expect(summary).toContain('| `ROAD-010` | `proposed` | `adr_validated` | ❌ no | the ADRs must be validated |')
    expect(summary).toContain('| `ROAD-011` | — | `proposed` | ✅ yes | — |')
  })

  test('is short where nothing is wrong, and where nothing was touched', () => {
    expect(renderCheck(verdict([]), place)).toMatchObject({ conclusion: 'success', title: '2 changed artifacts valid', annotations: [] })
    const untouched = renderCheck(verdict([], { conclusion: 'neutral' }), place)
    expect(untouched).toMatchObject({ conclusion: 'neutral', title: 'No governance artifact changed' })
    expect(untouched.summary).toContain('`docs/governance`')
  })

  test('does not hold older problems against the change', () => {
    expect(renderCheck(verdict([], { unaffectedExisting: 3 }), place).summary).toContain(
      '3 older problems elsewhere in the folder are not held against this change.',
    )
  })

  test('shows the keys that messages name between backticks as code, and nothing else as markdown', () => {
    const { summary } = renderCheck(verdict([problem({ message: 'The key `a.b|c` is *wrong*.', advice: '' })]), place)
    expect(summary).toContain('The key `a.b|c` is \\*wrong\\*.')
  })

  test('names faults of the settings', () => {
    const settingsProblems = [
      problem({ file: '.github/katalyst.yml', line: 2, message: 'There is no setting called "chekcs".', advice: 'Did you mean checks?' }),
    ]
    expect(renderCheck(verdict([]), { ...place, settingsProblems }).summary).toContain('`.github/katalyst.yml:2`')
  })
})

describe('annotations', () => {
  test('stand on the line of the key, by the path from the root of the repository', () => {
    const { annotations } = renderCheck(verdict([problem({ endLine: 6 })]), place)
    expect(annotations).toEqual([
      {
        path: 'docs/governance/roads/ROAD-009.md',
        startLine: 4,
        endLine: 6,
        level: 'failure',
        title: 'status: transition-illegal',
        message:
          'ROAD-009 cannot move from Proposed to Complete.\nExpected: adr_validated\nFound: complete\nSet status to adr_validated first.',
      },
    ])
  })

  test('give errors the room when there are too many', () => {
    const many = Array.from({ length: MAX_ANNOTATIONS }, (_, line) => problem({ severity: 'warning', line: line + 1 }))
    const { annotations } = renderCheck(verdict([...many, problem({ line: 7777 })]), place)
    expect(annotations).toHaveLength(MAX_ANNOTATIONS)
    expect(annotations[0]).toMatchObject({ level: 'failure', startLine: 7777 })
  })

  test('fit into what GitHub takes, in characters and in bytes', () => {
    const { annotations } = renderCheck(verdict([problem({ path: 'k'.repeat(1000), message: '字'.repeat(40_000) })]), place)
    expect(annotations[0]?.title.length).toBe(CHECK_LIMITS.annotationTitleCharacters)
    expect(Buffer.byteLength(annotations[0]?.message ?? '')).toBeLessThanOrEqual(CHECK_LIMITS.annotationMessageBytes)
  })

  test.each([
    ['governance', 'governance/roads/a.md'],
    ['.', 'roads/a.md'],
    ['', 'roads/a.md'],
    ['a//b/', 'a/b/roads/a.md'],
  ])('below %j are at %s', (folder, path) => {
    expect(repositoryPath(folder, 'roads/a.md')).toBe(path)
  })
})

const allNodes = (node: Nodes): Nodes[] => [node, ...('children' in node ? node.children.flatMap(allNodes) : [])]

describe('hostile content', () => {
  const words = fc.constantFrom(
    '@octocat',
    '#1',
    'acme/shop#2',
    '|',
    '`',
    '``',
    '<img src=x onerror=1>',
    '](http://evil.example)',
    '\n',
    '\n\n# ',
    '---',
    '\\',
    '&lt;',
    '![x](y)',
    '​',
    '\u0000',
    '\ud800',
    'www.evil.example',
    'ok',
  )
  const hostile = fc.array(words, { minLength: 1, maxLength: 8 }).map((parts) => parts.join(' '))

  test('mentions nobody, links to nothing of its own, and adds no row, heading or HTML', () => {
    fc.assert(
      fc.property(hostile, hostile, hostile, (message, path, id) => {
        const moves = [{ id, file: 'roads/a.md', from: 'proposed', to: 'complete', legal: false, unmet: [] }] as const
        const { summary } = renderCheck(verdict([problem({ message, path, advice: message, found: message })], { moves }), place)
        const tree = fromMarkdown(summary, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
        const nodes = allNodes(tree)
        const shown = nodes.flatMap((node) => (node.type === 'text' ? [node.value] : []))
        expect(shown.filter((value) => /[@#](?=[\w-])/.test(value))).toEqual([])
        expect(nodes.filter(({ type }) => type === 'html' || type === 'image' || type === 'code')).toEqual([])
        expect(nodes.flatMap((node) => (node.type === 'link' ? [new URL(node.url).host] : []))).toEqual(['github.com', 'github.com'])
        expect(nodes.filter(({ type }) => type === 'tableRow')).toHaveLength(2)
        expect(nodes.filter(({ type }) => type === 'heading')).toHaveLength(2)
        expect(nodes.filter(({ type }) => type === 'listItem')).toHaveLength(1)
        expect(summary).not.toContain('\u0000')
      }),
      { numRuns: 200 },
    )
  })
})

describe('cutting', () => {
  test('happens at a line, says so with a link, and stays within the limit', () => {
    const problems = Array.from({ length: 200 }, (_, line) =>
      problem({ line: line + 1, message: 'm'.repeat(450), advice: 'a'.repeat(450), file: `roads/${'f'.repeat(200)}.md` }),
    )
    const { summary } = renderCheck(verdict(problems), place)
    expect(summary.length).toBeLessThanOrEqual(CHECK_LIMITS.summaryCharacters)
    expect(summary).toMatch(/\n\nThe list is cut: .*\(https:\/\/github\.com\/acme\/shop\/pull\/12\/files\)\.$/)
    expect(summary.split('\n').at(-3)).toMatch(/^- ❌ .*a+…?$/)
  })

  test('keeps whole characters', () => {
    expect(cutCharacters('a😀', 2)).toBe('a')
    expect(cutBytes('a😀', 3)).toBe('a')
    expect(cutBytes('a😀', 5)).toBe('a😀')
  })

  test('never exceeds the limit, whatever is cut', () => {
    const limited = fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 20, max: 200 }), (markdown, limit) => {
      expect(cutMarkdown(markdown, 'cut', limit).length).toBeLessThanOrEqual(limit)
      expect(Buffer.byteLength(cutBytes(markdown, limit))).toBeLessThanOrEqual(limit)
    })
    fc.assert(limited, { numRuns: 200 })
  })
})

test('our own failure blocks nobody and gives the reference to quote', () => {
  const output = renderOwnFailure('3f0c-77', 'GitHub did not answer.')
  expect(output).toMatchObject({ conclusion: 'neutral', annotations: [] })
  expect(output.summary).toContain('`3f0c-77`')
  expect(output.summary).toContain('GitHub did not answer.')
})

test('an illegal move of a real file ends as an annotation on the line of its status', () => {
  const file = (status: string) => ({
    file: 'roads/ROAD-001.md',
    content: `---\nid: ROAD-001\ntitle: One\nstatus: ${status}\nphase: 1\npriority: high\n---\n`,
  })
  const [base, head] = [parseGovernance([file('proposed')]), parseGovernance([file('implementing')])]
  const changedFiles = [{ file: 'roads/ROAD-001.md', status: 'modified' }] as const
  const output = renderCheck(evaluateChange({ base, head, changedFiles, settings: DEFAULT_SETTINGS }), place)
  expect(output.conclusion).toBe('failure')
  expect(output.annotations).toContainEqual(
    expect.objectContaining({ startLine: 4, title: 'status: transition-illegal', level: 'failure' }),
  )
  expect(output.summary).toContain('adr_validated')
})
