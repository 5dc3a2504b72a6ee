import { expect, test } from '@jest/globals'
import { folderProblems } from '../../integrations/governance/folder-problems.ts'
import { parseGovernance } from '../../integrations/governance/parse-governance.ts'
import { hasCorpus, readCorpus } from './corpus.ts'
import { road } from './hand-built.ts'

test('the problems of a folder come from the parser, the references, the coverage and the evidence', () => {
  const { artifacts, ...rest } = parseGovernance([
    { file: 'roads/ROAD-001.md', content: '---\nid: ROAD-001\ntitle: One\nstatus: complete\npriority: high\n---\n' },
  ])
  expect(folderProblems({ artifacts, ...rest }).map(({ code, path }) => `${code} ${path}`)).toEqual([
    'key-missing phase',
    'reference-orphan id',
    'coverage-missing capabilities',
    'evidence-missing governance.nfrs.status',
  ])
})

test('a reference to a file that could not be read is not one to nothing', () => {
  const parsed = parseGovernance([{ file: 'roads/ROAD-002.md', content: '---\nid: [\n---\n' }])
  const artifacts = [...parsed.artifacts, road('ROAD-001', { dependsOn: ['ROAD-002'], capabilities: [] })]
  expect(folderProblems({ ...parsed, artifacts }).filter(({ code }) => code === 'reference-missing')).toEqual([])
})

const onCorpus = hasCorpus ? test : test.skip
onCorpus("a malformed id in Katalyst's own folder is told once, though parser and references both find it", () => {
  const told = folderProblems(parseGovernance(readCorpus())).filter(({ code }) => code === 'id-malformed')
  expect(told.map(({ file, line }) => `${file}:${line}`)).toEqual(['roads/ROAD-028.md:24'])
})
