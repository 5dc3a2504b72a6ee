// What an issue on GitHub says of an artifact: its text as it was written, its stories and criteria as tasks, and where it comes
// from. Names that GitHub would take for people are made plain words, because an issue must not call anybody.
import type { List, ListItem, Nodes, Root, RootContent } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import type { Artifact } from '../governance/artifact.ts'
import { artifactDocument } from './artifact-document.ts'
import { oneLine } from './clean-text.ts'
import { toMarkdown } from './to-markdown.ts'
import { heading, paragraph } from './tree-builder.ts'

export type IssueArtifact = Artifact<'road-item' | 'user-story'>

export interface IssueDocumentOptions {
  /** Address of the file for people. */
  readonly sourceUrl?: string
  /** Of a road item, in the order they are to be shown in. */
  readonly stories?: readonly Artifact<'user-story'>[]
  /** In UTF-16 units: blocks at the end of the text are left out until it fits; tasks and footer stay. */
  readonly maxLength: number
}

/** Stands where the rest of a text was left out. */
const CUT = 'The text is longer than an issue holds; the rest is in the file.'

const isDone = (story: Artifact<'user-story'>): boolean => story.data.status === 'complete'

const task = (text: string, checked: boolean, below: readonly ListItem[] = []): ListItem => ({
  type: 'listItem',
  spread: false,
  checked,
  children: [paragraph(text), ...(below.length > 0 ? [list(below)] : [])],
})
const list = (items: readonly ListItem[]): List => ({ type: 'list', ordered: false, start: null, spread: false, children: [...items] })

const criteriaOf = (story: Artifact<'user-story'>) =>
  story.data.acceptanceCriteria.map((criterion) => task(oneLine(criterion), isDone(story)))

/** Stories of a road item, each with its criteria; the criteria of a story that its text does not tell. */
function tasksOf(item: IssueArtifact, body: Root, stories: readonly Artifact<'user-story'>[]): RootContent[] {
  if (item.kind === 'road-item') {
    if (stories.length === 0) return []
    return [heading(2, 'User stories'), list(stories.map((story) => task(`${story.id}: ${story.title}`, isDone(story), criteriaOf(story))))]
  }
  const told = oneLine(textOf(body))
  const untold = item.data.acceptanceCriteria.filter((criterion) => !told.includes(oneLine(criterion)))
  return untold.length === 0 ? [] : [heading(2, 'Acceptance criteria'), list(criteriaOf(item))]
}

/** A zero-width space parts the sign from the name: what is read stays the same, and nobody is notified. */
function calm<N extends Nodes>(node: N): N {
  if (node.type === 'text') return { ...node, value: node.value.replace(/@(?=[\w-])/g, '@\u200b') }
  return 'children' in node ? { ...node, children: node.children.map((child) => calm(child)) } : node
}

/** GitHub flavoured markdown. Deterministic: the same input gives the same text. */
export function issueDocument(item: IssueArtifact, { sourceUrl, stories = [], maxLength }: IssueDocumentOptions): string {
  const { body, footer, cut } = artifactDocument(item, sourceUrl === undefined ? {} : { sourceUrl })
  const rest = [...tasksOf(item, body, stories), ...footer.children]
  const write = (count: number) => {
    const kept = body.children.slice(0, count)
    const note = cut || count < body.children.length ? [paragraph(CUT)] : []
    return toMarkdown(calm({ type: 'root', children: [...kept, ...note, ...rest] }))
  }
  let [least, most] = [0, body.children.length]
  const whole = write(most)
  if (whole.length <= maxLength) return whole
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (write(middle).length <= maxLength) least = middle
    else most = middle - 1
  }
  return write(least)
}
