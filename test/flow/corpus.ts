// The real governance artifacts beside the project, as a flow needs them. Tests say loudly when they are not there.
import path from 'node:path'
import { describe } from '@jest/globals'
import { hasCorpus, readCorpus } from '../governance/corpus.ts'
import { projectRoot } from '../source-tree.ts'

export const corpusFolder = path.join(projectRoot, '../shared/data/katalyst-governance')
if (!hasCorpus) process.stderr.write('SKIPPED: the real governance corpus is not beside this checkout (../shared/data).\n')

/** `describe` where the corpus is there, a visible skip where not. */
export const describeOnCorpus = hasCorpus ? describe : describe.skip

/** The corpus as files of a repository, below `governance/`. */
export const corpusFiles = (): Record<string, string> =>
  Object.fromEntries(readCorpus().map(({ file, content }) => [`governance/${file}`, content]))
