// A text that was edited in an external tool comes back into a markdown file. What the tool shows is the file in another
// spelling, so writing all of it back would reflow lines nobody touched: blocks that still say the same stay as their author
// wrote them, byte for byte, and only the others are written anew.
import type { Nodes, Root, RootContent } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { parseMarkdown } from './parse-markdown.ts'
import { toMarkdown } from './to-markdown.ts'

/** Comparing n blocks with m costs n·m: beyond this a text is written anew as a whole. */
const MOST_COMPARED = 4_000_000

interface SourceBlock {
  readonly source: string
  /** What it says, in the canonical spelling; empty for what shows nothing, such as a comment or the target of a link. */
  readonly meaning: string
}

/** A line end inside a paragraph is a space to whoever reads it, and comes back from a tool as one. */
function unwrapped<T extends Nodes>(node: T): T {
  if (node.type === 'text') return { ...node, value: node.value.replace(/[ \t]*\n[ \t]*/g, ' ') }
  return 'children' in node ? { ...node, children: node.children.map((child) => unwrapped(child)) } : node
}

const meaningOf = (children: readonly RootContent[]): string => toMarkdown({ type: 'root', children: children.map(unwrapped) }).trim()

/** The top-level blocks; what stands between them is white space. */
function blocksOf(body: string, options: MergeOptions): readonly SourceBlock[] {
  const { children } = fromMarkdown(body, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })
  return (children as readonly Pick<Root, 'position'>[]).map(({ position }) => {
    const source = body.slice(position?.start.offset ?? 0, position?.end.offset ?? 0)
    return { source, meaning: meaningOf(parseMarkdown(source, options).tree.children) }
  })
}

/** For each new text the index of the old one that says the same, in order: the longest common sequence. */
function matchBlocks(before: readonly string[], after: readonly string[]): readonly (number | undefined)[] {
  if (before.length * after.length > MOST_COMPARED) return after.map(() => undefined)
  const lengths = Array.from({ length: before.length + 1 }, () => new Uint32Array(after.length + 1))
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0
  for (let i = before.length - 1; i >= 0; i -= 1)
    for (let j = after.length - 1; j >= 0; j -= 1)
      (lengths[i] as Uint32Array)[j] = before[i] === after[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  let i = 0
  return after.map((text, j) => {
    while (i < before.length && before[i] !== text && at(i + 1, j) >= at(i, j + 1)) i += 1
    if (before[i] !== text) return undefined
    i += 1
    return i - 1
  })
}

export interface MergeOptions {
  /** Address of the file: what relative links were resolved against on the way out. */
  readonly baseUrl?: string
}

/** The new text block by block: the old spelling where a block still says the same, and what shows nothing with its neighbour. */
function mergeBlocks(blocks: readonly SourceBlock[], wanted: readonly string[]): string[] {
  const shown = blocks.flatMap((block, index) => (block.meaning === '' ? [] : [{ ...block, index }]))
  const matches = matchBlocks(
    shown.map(({ meaning }) => meaning),
    wanted,
  )
  const emitted = new Set<number>()
  const silentFrom = (index: number): string[] => {
    const block = blocks[index]
    if (block === undefined || block.meaning !== '') return []
    emitted.add(index)
    return [block.source, ...silentFrom(index + 1)]
  }
  const merged = [
    ...silentFrom(0),
    ...wanted.flatMap((text, at) => {
      const kept = shown[matches[at] ?? -1]
      return kept === undefined ? [text] : [kept.source, ...silentFrom(kept.index + 1)]
    }),
  ]
  // Those whose neighbour is gone are at the end: the target of a link may still be used elsewhere.
  return [...merged, ...blocks.filter(({ meaning }, index) => meaning === '' && !emitted.has(index)).map(({ source }) => source)]
}

/**
 * The body with what `wanted` says. A first heading of level 1 is kept, because tools show the title elsewhere. Line ends are
 * those of the body. Where the old spelling would not say what is wanted (a block that depended on another), all is written anew.
 */
export function mergeBody(body: string, wanted: Root, options: MergeOptions = {}): string {
  const plain = body.replaceAll('\r\n', '\n')
  const blocks = blocksOf(plain, options)
  const title = /^#(?!#)/.test(blocks[0]?.source ?? '') ? [blocks[0]?.source ?? ''] : []
  const texts = wanted.children.map((node) => meaningOf([node])).filter((text) => text !== '')
  const join = (parts: readonly string[]) => parts.join('\n\n')
  const merged = join(mergeBlocks(blocks.slice(title.length), texts))
  const says = meaningOf(parseMarkdown(merged, options).tree.children)
  const rest = says === meaningOf(wanted.children) ? merged : meaningOf(wanted.children)
  const opening = /^\n*/.exec(plain)?.[0] ?? ''
  const result = `${opening}${join([...title, rest].filter((text) => text !== ''))}\n`
  return body.includes('\r\n') ? result.replaceAll('\n', '\r\n') : result
}
