// The real governance artifacts beside the project, read in place. Tests that need them say loudly when they are not there.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe } from '@jest/globals'
import { projectRoot } from '../source-tree.ts'

export const corpusFolder = path.join(projectRoot, '../shared/data/katalyst-governance')
const present = existsSync(corpusFolder)
if (!present) process.stderr.write('SKIPPED: the real governance corpus is not beside this checkout (../shared/data).\n')

/** `describe` where the corpus is there, a visible skip where not. */
export const describeOnCorpus = present ? describe : describe.skip

/** The corpus as files of a repository, below `governance/`. */
export function readCorpus(): Record<string, string> {
  const names = readdirSync(corpusFolder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.mdx?$/.test(name))
  return Object.fromEntries(
    names.map((name) => [`governance/${name.split(path.sep).join('/')}`, readFileSync(path.join(corpusFolder, name), 'utf8')]),
  )
}
