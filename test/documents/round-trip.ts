// A document on its way into Confluence and back, with the stand-in's storage between: it refuses and rewrites as Confluence does.
import type { Nodes, Root, TableRow } from 'mdast'
import { documentTree } from '../../integrations/documents/document-tree.ts'
import { readStorage } from '../../integrations/documents/from-storage.ts'
import { macroLanguage } from '../../integrations/documents/storage-names.ts'
import type { StorageOptions } from '../../integrations/documents/storage-options.ts'
import type { ReadOptions } from '../../integrations/documents/storage-reader.ts'
import { tidyWords } from '../../integrations/documents/storage-words.ts'
import { toMarkdown } from '../../integrations/documents/to-markdown.ts'
import { renderStorage } from '../../integrations/documents/to-storage.ts'
import { saveStorage } from '../sandbox/confluence/storage-save.ts'

/** Links of the repository go to pages whose title is their address, and back. */
export const there: StorageOptions = {
  resolveLink: (url) => (/^[a-z]+:/i.test(url) ? undefined : { kind: 'page', title: url }),
  resolveImage: (url) =>
    /^https?:/.test(url) ? undefined : { name: encodeURIComponent(url), mediaType: 'image/png', bytes: new Uint8Array() },
}
export const back: ReadOptions = { pageUrl: ({ title }) => title, attachmentUrl: (name) => decodeURIComponent(name) }

/** The page as Confluence has it after saving: with ids of its own, and refused where it is ill-formed. */
export function saved(tree: Root): string {
  const result = saveStorage(renderStorage(tree, there).body)
  if (result.kind === 'refused') throw new Error(result.reason)
  return result.body
}

/** Rows with too few cells have empty ones, on pages as on GitHub. */
function evenRows(rows: readonly TableRow[]): TableRow[] {
  const width = Math.max(...rows.map((row) => row.children.length))
  const missing = (count: number) => Array.from({ length: count }, () => ({ type: 'tableCell' as const, children: [] }))
  return rows.map((row) => ({ ...row, children: [...row.children, ...missing(width - row.children.length)] }))
}

/** Differences that STORAGE_LOSSES lists and that are no difference in meaning. */
function withoutSpelling(node: Nodes): Nodes {
  if (node.type === 'code') return { ...node, lang: (node.lang && macroLanguage(node.lang, 'cloud')) || node.lang || null }
  if (node.type === 'text') return { ...node, value: node.value.replace(/[\t\n ]+/g, ' ') }
  if (!('children' in node)) return node
  const children = node.children.map(withoutSpelling) as never[]
  if (node.type === 'table') return { ...node, children: evenRows(children) }
  const hasWords = ['paragraph', 'heading', 'tableCell'].includes(node.type)
  const spread = 'spread' in node ? { spread: false } : {}
  return { ...node, ...spread, children: (hasWords ? tidyWords(children) : children) as never[] }
}
const plain = (tree: Root) => withoutSpelling(documentTree(tree))
export const meaning = (tree: Root) => toMarkdown(plain(tree))
/** A document, and what it is after the stand-in has stored it as a page. */
export const roundTrip = (tree: Root) => {
  return { before: plain(tree), after: plain(readStorage(saved(tree), back).tree) }
}
