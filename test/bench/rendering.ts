// Pages rendered per second: markdown files parsed and written as Confluence pages and as HTML, beside what the libraries alone
// take for the same files in the same run (parsing, and writing the tree back as markdown, which is the least a serializer does).
// Beside marked as well, which writes HTML without a tree to turn into other formats: what it leaves out (anchors, macros, footnotes,
// ids of tasks, text that is well-formed whatever comes in) is what the limit against the libraries leaves room for.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { Marked } from 'marked'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown, gfmToMarkdown } from 'mdast-util-gfm'
import { toMarkdown } from 'mdast-util-to-markdown'
import { gfm } from 'micromark-extension-gfm'
import { parseDocument } from '../../integrations/documents/parse-document.ts'
import { renderHtml } from '../../integrations/documents/to-html.ts'
import { renderStorage } from '../../integrations/documents/to-storage.ts'
import { projectRoot } from './measure-process.ts'

const corpus = path.join(projectRoot, '../shared/data/katalyst-governance')
const TIMES = 3
/** Of a page from text to storage format, against the libraries parsing and writing the same text. */
const MOST_TIMES = 1.5

function readFiles(): readonly string[] {
  const entries = readdirSync(corpus, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile() && /\.mdx?$/.test(entry.name))
  return files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'utf8'))
}

/** Median of several rounds, in milliseconds; one round goes before, so that nothing measured is compiled first. */
function medianMs(work: () => void): number {
  work()
  const rounds = Array.from({ length: TIMES }, () => {
    const began = performance.now()
    work()
    return performance.now() - began
  })
  return rounds.sort((a, b) => a - b)[Math.floor(TIMES / 2)] as number
}

/** Rows for the table of benchmarks. */
export function measureRendering(): { readonly cells: string[]; readonly over: boolean }[] {
  if (!existsSync(corpus)) {
    process.stderr.write('NOT MEASURED: rendering, because the real governance corpus is not beside this checkout.\n')
    return []
  }
  const files = readFiles()
  const libraries = medianMs(() => {
    for (const file of files)
      toMarkdown(fromMarkdown(file, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }), { extensions: [gfmToMarkdown()] })
  })
  const plain = new Marked({ gfm: true, async: false })
  const marked = medianMs(() => {
    for (const file of files) plain.parse(file)
  })
  const row = (name: string, ms: number) => {
    const over = ms > libraries * MOST_TIMES
    const pages = `${Math.round((1000 * files.length) / ms)} pages/s`
    const limit = `${MOST_TIMES} x beside`
    const beside = `the libraries parse and write: ${Math.round(libraries)} ms; marked to HTML: ${Math.round(marked)} ms`
    return {
      over,
      cells: [
        `${name}, ${files.length} real files`,
        `${Math.round(ms)} ms`,
        limit,
        pages,
        beside,
        `${(ms / libraries).toFixed(1)} x`,
        over ? 'OVER' : 'ok',
      ],
    }
  }
  const trees = files.map((file) => parseDocument(file).tree)
  return [
    row(
      'markdown to Confluence pages',
      medianMs(() => {
        for (const file of files) renderStorage(parseDocument(file).tree)
      }),
    ),
    row(
      'documents to Confluence pages',
      medianMs(() => {
        for (const tree of trees) renderStorage(tree)
      }),
    ),
    row(
      'documents to HTML',
      medianMs(() => {
        for (const tree of trees) renderHtml(tree)
      }),
    ),
  ]
}
