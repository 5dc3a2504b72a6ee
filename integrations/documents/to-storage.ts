// A document as a page of Confluence (storage format, the common denominator of Cloud and Data Center). A tree of XML nodes is
// built and serialised in one place (xml-tree.ts); no text is ever searched or replaced, so a code sample that shows a macro
// stays a code sample.
import type { Nodes, Root } from 'mdast'
import { documentTree } from './document-tree.ts'
import { headingSlugs } from './heading-slugs.ts'
import { storageBlocks } from './storage-blocks.ts'
import type { StorageAttachment, StorageOptions, StoragePage } from './storage-options.ts'
import { serializeXml } from './xml-tree.ts'

/**
 * Part of the hash that decides whether a page has changed: raise it when the same document would be rendered differently,
 * so that published pages are brought up to date once.
 */
export const STORAGE_RENDERER_VERSION = 1

function anchorNames(root: Root): string[] {
  const names: string[] = []
  const queue: Nodes[] = [root]
  while (queue.length > 0) {
    const at = queue.pop() as Nodes
    if (at.type === 'anchor') names.push(at.name)
    if ('children' in at) queue.push(...at.children)
  }
  return names
}

/** Two different files of one name would overwrite each other: the first one stays, and the note says so. */
function makeAttachments(note: (sentence: string) => void) {
  const files = new Map<string, StorageAttachment>()
  const isSame = (a: StorageAttachment, b: StorageAttachment): boolean =>
    a.text === b.text && (a.bytes === b.bytes || (a.bytes !== undefined && b.bytes !== undefined && Buffer.compare(a.bytes, b.bytes) === 0))
  return Object.freeze({
    attach: (file: StorageAttachment): void => {
      const known = files.get(file.name)
      if (known === undefined) files.set(file.name, file)
      else if (!isSame(known, file)) note(`Two files are called "${file.name}"; the page shows the first one twice.`)
    },
    list: (): readonly StorageAttachment[] => [...files.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  })
}

/**
 * Renders a document tree; any mdast tree will do, it is brought into a document first (document-tree.ts). Never throws for
 * a tree; what `options` throws goes through.
 */
export function renderStorage(tree: Root, options: StorageOptions = {}): StoragePage {
  const root = documentTree(tree)
  const slugs = headingSlugs(root)
  const notes = new Set<string>()
  const note = (sentence: string): void => void notes.add(sentence)
  const attachments = makeAttachments(note)
  let taskId = 0
  const nextTaskId = (): number => {
    taskId += 1
    return taskId
  }
  const anchors = new Set([...slugs.values(), ...anchorNames(root)])
  const nodes = storageBlocks(root.children, { options, anchors, slugs, attach: attachments.attach, note, nextTaskId })
  return { body: serializeXml(nodes), attachments: attachments.list(), notes: [...notes] }
}
