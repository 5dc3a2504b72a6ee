// An edit that somebody made to the page of a file, made to the file. The page shows the file in another spelling, so the file is
// not written anew: what the page said before and what it says now differ in some words, and those words change in the file.
// Every result is checked by showing it again; where changing words would not say what the page says, whole blocks are taken
// from the page, and in the end the whole text. So what comes out says what the page says, and touches no more than it must.
import type { Nodes, Root } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmFromMarkdown } from 'mdast-util-gfm'
import { gfm } from 'micromark-extension-gfm'
import { alignTokens, commonItems, textTokens } from './align-text.ts'
import { toMarkdown } from './to-markdown.ts'

export interface BodyEdit {
  /** Markdown, without frontmatter, and without the heading that is the title of the page. */
  readonly body: string
  /** The page as it is. */
  readonly after: Root
  /** How a text reads when it has been a page. */
  readonly show: (markdown: string) => Root
}

export interface TakenBody {
  readonly body: string
  /** The beginnings of blocks that were taken from the page as a whole, in its spelling. */
  readonly rewritten: readonly string[]
}

/** Where a text changes, as places of tokens of what the page said before. */
interface Change {
  readonly from: number
  readonly to: number
}

interface Texts {
  readonly file: readonly string[]
  readonly before: readonly string[]
  readonly after: readonly string[]
  /** Counterparts of `before`, or -1. */
  readonly inFile: Int32Array
  readonly inAfter: Int32Array
  /** The block each token stands in; -1 between blocks. */
  readonly fileBlocks: Int32Array
  readonly beforeBlocks: Int32Array
  readonly afterBlocks: Int32Array
}

const parse = (markdown: string): Root => fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] })

function blockOfTokens(tokens: readonly string[]): Int32Array {
  const blocks = new Int32Array(tokens.length).fill(-1)
  const blocksOfText = parse(tokens.join('')).children as readonly Pick<Root, 'position'>[]
  const ranges = blocksOfText.map(({ position }) => [position?.start.offset ?? 0, position?.end.offset ?? 0] as const)
  let [offset, at] = [0, 0]
  for (const [index, token] of tokens.entries()) {
    while (at < ranges.length && offset >= (ranges[at]?.[1] ?? 0)) at += 1
    const range = ranges[at]
    if (range && offset >= range[0]) blocks[index] = at
    offset += token.length
  }
  return blocks
}

const isInside = (blocks: Int32Array, at: number): boolean =>
  at > 0 && at < blocks.length && blocks[at] !== -1 && blocks[at] === blocks[at - 1]

const isKnown = ({ inFile, inAfter }: Texts, at: number): boolean => (inFile[at] ?? -1) >= 0 && (inAfter[at] ?? -1) >= 0

/** A change can be made where its neighbours are known on all sides. */
function toWords(texts: Texts, { from, to }: Change): Change {
  let [left, right] = [from, to]
  while (left > 0 && !isKnown(texts, left - 1)) left -= 1
  while (right < texts.before.length && !isKnown(texts, right)) right += 1
  return { from: left, to: right }
}

const rangeIn = (partner: Int32Array, length: number, { from, to }: Change): readonly [number, number] => [
  from === 0 ? 0 : (partner[from - 1] as number) + 1,
  to === partner.length ? length : (partner[to] as number),
]

function toBlocks(texts: Texts, change: Change): Change {
  const { file, before, after, inFile, inAfter, fileBlocks, beforeBlocks, afterBlocks } = texts
  let now = toWords(texts, change)
  for (;;) {
    const [inOld, inNew] = [rangeIn(inFile, file.length, now), rangeIn(inAfter, after.length, now)]
    const isOpen = (side: 0 | 1, place: number) =>
      isInside(beforeBlocks, place) || isInside(fileBlocks, inOld[side]) || isInside(afterBlocks, inNew[side])
    const from = now.from > 0 && isOpen(0, now.from) ? now.from - 1 : now.from
    const to = now.to < before.length && isOpen(1, now.to) ? now.to + 1 : now.to
    if (from === now.from && to === now.to) return now
    now = toWords(texts, { from, to })
  }
}

function merged(changes: readonly Change[]): Change[] {
  const all: Change[] = []
  for (const change of changes.toSorted((a, b) => a.from - b.from || a.to - b.to)) {
    const last = all.at(-1)
    if (last && change.from <= last.to) all[all.length - 1] = { from: last.from, to: Math.max(last.to, change.to) }
    else all.push(change)
  }
  return all
}

/**
 * What was added between equal words can be said to stand before or after them: `B, ` after `A, ` is `, B` after `A`. The place
 * between two blocks is the one that an author means.
 */
function slide(texts: Texts, { from, to }: Change): Change {
  const { before, after, inAfter, beforeBlocks } = texts
  const added = from === to ? rangeIn(inAfter, after.length, { from, to }) : undefined
  const original = inAfter.slice()
  let [first, last] = [from, to]
  let [, end] = added ?? [0, 0]
  while (first > 0 && (inAfter[first - 1] ?? -1) >= 0) {
    const isSame = added ? before[first - 1] === after[end - 1] : before[first - 1] === before[last - 1]
    if (!isSame || (added && inAfter[first - 1] !== (inAfter[first - 2] ?? -1) + 1 && first > 1)) break
    const place = added ? end - 1 : (inAfter[first - 1] as number)
    if (!added) inAfter[first - 1] = -1
    inAfter[added ? first - 1 : last - 1] = place
    first -= 1
    last -= 1
    end -= 1
    if (!isInside(beforeBlocks, first) && before[first] === '\n') return { from: first, to: last }
  }
  inAfter.set(original)
  return { from, to }
}

/** Where what the page said before and what it says now differ. */
function findChanges(texts: Texts): Change[] {
  const { before, after, inAfter } = texts
  const changes: Change[] = []
  let [from, next] = [0, 0]
  for (let at = 0; at <= before.length; at += 1) {
    const place = at === before.length ? after.length : (inAfter[at] as number)
    if (place < 0) continue
    if (from < at || next < place) changes.push({ from, to: at })
    ;[from, next] = [at + 1, place + 1]
  }
  const isOneSided = (change: Change) => {
    const [left, right] = rangeIn(inAfter, after.length, change)
    return change.from === change.to || left === right
  }
  return changes.map((change) => (isOneSided(change) ? slide(texts, change) : change))
}

const isSilent = (token: string): boolean => token.trim() === '' || token.startsWith('<!--')

/** Comments at the edges of what is replaced, with the blanks around them; none where there are only blanks. */
function silentEdges(tokens: readonly string[]): { readonly lead: number; readonly tail: number } {
  const hasComment = (part: readonly string[]) => part.some((token) => token.startsWith('<!--'))
  const first = tokens.findIndex((token) => !isSilent(token))
  const lead = first < 0 ? tokens.length : first
  const last = tokens.findLastIndex((token) => !isSilent(token))
  return {
    lead: hasComment(tokens.slice(0, lead)) ? lead : 0,
    tail: first >= 0 && hasComment(tokens.slice(last + 1)) ? last + 1 : tokens.length,
  }
}

/** What stands in place of a part of the file. Comments stay: nobody saw them on the page, so nobody took them away. */
function replaced(old: readonly string[], wanted: string): string {
  const { lead, tail } = silentEdges(old)
  const [before, after] = [old.slice(0, lead).join(''), old.slice(tail).join('')]
  const within = old.slice(lead, tail).filter((token) => token.startsWith('<!--'))
  const start = before.endsWith('\n') ? wanted.replace(/^\n+/, '') : wanted
  return `${before}${after.startsWith('\n') ? start.replace(/\n+$/, '') : start}${within.join('')}${after}`
}

function apply(texts: Texts, changes: readonly Change[]): string {
  const { file, after, inFile, inAfter } = texts
  let text = ''
  let done = 0
  for (const change of changes) {
    const [from, to] = rangeIn(inFile, file.length, change)
    const wanted = after.slice(...rangeIn(inAfter, after.length, change)).join('')
    const old = file.slice(from, to)
    // What only the file has stays where something is added beside it.
    text += `${file.slice(done, from).join('')}${change.from === change.to ? `${wanted}${old.join('')}` : replaced(old, wanted)}`
    done = to
    // Where a block went there is one distance, not two.
    while (text.endsWith('\n\n') && file[done] === '\n') done += 1
  }
  return `${text}${file.slice(done).join('')}`
}

/** Trying changes one by one costs a rendering each. */
const MOST_TRIES = 40

function linesApart(one: string, other: string): number {
  if (one === other) return 0
  const [a, b] = [one.split('\n'), other.split('\n')]
  return Math.max(1, a.length + b.length - 2 * commonItems(a, b).length)
}

const opening = (text: string): string => {
  const line = text.trim().split('\n')[0] ?? ''
  return line.length > 60 ? `${line.slice(0, 59)}…` : line
}

function readTexts(body: string, before: string, after: string): Texts {
  const [file, was, is] = [textTokens(body), textTokens(before), textTokens(after)]
  return {
    ...{ file, before: was, after: is, inFile: alignTokens(was, file, { blanksAlike: true }), inAfter: alignTokens(was, is) },
    fileBlocks: blockOfTokens(file),
    beforeBlocks: blockOfTokens(was),
    afterBlocks: blockOfTokens(is),
  }
}

/** How far a text is from saying what is wanted, in lines. */
type Distance = (text: string) => number

/** Changes that are made in blocks because words do not say them, found one by one; undefined where that leads nowhere. */
function findBlocks(texts: Texts, found: readonly Change[], distance: Distance): ReadonlySet<Change> | undefined {
  const place = (blocks: ReadonlySet<Change>) =>
    apply(texts, merged(found.map((change) => (blocks.has(change) ? toBlocks(texts, change) : toWords(texts, change)))))
  let blocks = new Set<Change>()
  let left = distance(place(blocks))
  for (const change of found.length <= MOST_TRIES ? found : []) {
    if (left === 0) break
    const more = new Set([...blocks, change])
    const now = distance(place(more))
    if (now < left) [blocks, left] = [more, now]
  }
  if (left === 0) return blocks
  const all = new Set(found)
  return distance(place(all)) === 0 ? all : undefined
}

function takeChanges(texts: Texts, distance: Distance): TakenBody | undefined {
  const found = findChanges(texts)
  const blocks = findBlocks(texts, found, distance)
  if (!blocks) return undefined
  const places = found.map((change) => (blocks.has(change) ? toBlocks(texts, change) : toWords(texts, change)))
  const rewritten = merged([...blocks].map((change) => toBlocks(texts, change))).map((change) =>
    opening(texts.after.slice(...rangeIn(texts.inAfter, texts.after.length, change)).join('')),
  )
  return { body: apply(texts, merged(places)), rewritten: [...new Set(rewritten)].filter((line) => line !== '') }
}

/**
 * The body with what the page says now; the very same text where it says so already. Line ends and the blank lines around the
 * body are those of the file.
 */
export function takeEdit({ body, after, show }: BodyEdit): TakenBody {
  const plain = body.replaceAll('\r\n', '\n')
  const core = plain.trim()
  const [lead = '', tail = ''] = core === '' ? ['', '\n'] : plain.split(core)
  const shown = (text: string) => toMarkdown(show(text)).trim()
  const [was, is] = [shown(core), shown(toMarkdown(after))]
  if (was === is) return { body, rewritten: [] }
  const distance = (text: string) => linesApart(shown(text), is)
  const taken = takeChanges(readTexts(core, was, is), distance) ?? { body: is, rewritten: ['the whole text'] }
  const result = `${lead}${taken.body}${/\n/.test(tail) || tail !== '' ? tail : '\n'}`
  return { ...taken, body: body.includes('\r\n') ? result.replaceAll('\n', '\r\n') : result }
}

const short = (text: string) => (text.length > 60 ? `${text.slice(0, 59)}…` : text)

/** What a text holds that a page of it may not show, in a few words each. */
function hiddenParts(markdown: string): Set<string> {
  const parts = new Set<string>()
  const visit = (node: Nodes): void => {
    if (node.type === 'html' && node.value.startsWith('<!--')) parts.add(`the comment "${short(node.value.slice(4, -3).trim())}"`)
    if (node.type === 'link' || node.type === 'image' || node.type === 'definition') {
      parts.add(`the ${node.type === 'image' ? 'image' : 'link to'} ${short(node.url)}`)
      if (node.title) parts.add(`the title "${short(node.title)}" of a link`)
    }
    if ('children' in node) for (const child of node.children) visit(child)
  }
  visit(parse(markdown))
  return parts
}

/** What the file had, its page did not show, and the new text lacks: nobody decided to take it away. */
export function hiddenLosses({ body, show }: Pick<BodyEdit, 'body' | 'show'>, taken: string): readonly string[] {
  const [shown, left] = [hiddenParts(toMarkdown(show(body))), hiddenParts(taken)]
  return [...hiddenParts(body)].filter((part) => !shown.has(part) && !left.has(part))
}
