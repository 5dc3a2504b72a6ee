// The description of an artifact in an external tool: the body as its author wrote it, and a footer that says where it
// comes from. Body and footer are two trees, because a tool with a length limit cuts the body and never the footer.
import type { List, ListItem, PhrasingContent, Root } from 'mdast'
import { toString as textOf } from 'mdast-util-to-string'
import type { Artifact } from '../governance/artifact.ts'
import { oneLine } from './clean-text.ts'
import { parseMarkdown } from './parse-markdown.ts'
import { safeUrl } from './plain-tree.ts'

export type DocumentedArtifact = Artifact<'road-item' | 'user-story' | 'capability'>

export interface ArtifactDocument {
  readonly body: Root
  readonly footer: Root
  /** True when the body was too long to be read to its end (parse-markdown.ts). */
  readonly cut: boolean
}

export interface ArtifactDocumentOptions {
  /** Address of the file for people (GitHub's blob page); links in the body are resolved against it. */
  readonly sourceUrl?: string
}

/** The first line of a footer begins with one of these: by it a footer of ours is recognised. */
export const FOOTER_LABELS = ['Road item', 'User story', 'Capability'] as const

const text = (value: string): PhrasingContent => ({ type: 'text', value })
const strong = (value: string): PhrasingContent => ({ type: 'strong', children: [text(value)] })

const line = (label: string, ...content: PhrasingContent[]): ListItem => ({
  type: 'listItem',
  spread: false,
  checked: null,
  children: [{ type: 'paragraph', children: [strong(label), text(': '), ...content] }],
})

const ids = (label: string, list: readonly string[]) => (list.length > 0 ? [line(label, text(list.map(oneLine).join(', ')))] : [])

/** What stands below each kind beside its id, state and file. */
function relationsOf(item: DocumentedArtifact): ListItem[] {
  if (item.kind === 'capability') return []
  if (item.kind === 'user-story') return [...ids('Road items', item.data.roadItems), ...ids('Capabilities', item.data.capabilities)]
  return [...ids('Requires', item.data.dependsOn), ...ids('Enables', item.data.enables), ...ids('Blocked by', item.data.blockedBy)]
}

const LABEL_OF = { 'road-item': FOOTER_LABELS[0], 'user-story': FOOTER_LABELS[1], capability: FOOTER_LABELS[2] } as const

function footerOf(item: DocumentedArtifact, sourceUrl: string | undefined): Root {
  const file = oneLine(item.file) || item.id
  const url = sourceUrl === undefined ? undefined : safeUrl(sourceUrl)
  const source: PhrasingContent = url ? { type: 'link', url, children: [text(file)] } : { type: 'inlineCode', value: file }
  const state = item.kind === 'road-item' ? (item.data.status ?? item.data.statusText) : item.data.status
  const items = [
    line(LABEL_OF[item.kind], text(oneLine(item.id))),
    line('State', { type: 'inlineCode', value: oneLine(state) || 'none' }),
    line('Source', source),
    ...relationsOf(item),
  ]
  const list: List = { type: 'list', ordered: false, start: null, spread: false, children: items }
  return { type: 'root', children: [{ type: 'thematicBreak' }, list] }
}

/** The first heading repeats id and title, which the tool shows above the description anyway. */
function withoutTitle(body: Root, item: DocumentedArtifact): Root {
  const [first, ...rest] = body.children
  if (first?.type !== 'heading' || first.depth !== 1) return body
  const heading = oneLine(textOf(first)).toLowerCase()
  const repeats = heading.includes(item.id.toLowerCase()) || heading === oneLine(item.title).toLowerCase()
  return repeats ? { type: 'root', children: rest } : body
}

/** The document of an artifact. Deterministic: the same item and address give the same trees. */
export function artifactDocument(item: DocumentedArtifact, options: ArtifactDocumentOptions = {}): ArtifactDocument {
  const { tree, cut } = parseMarkdown(item.body, options.sourceUrl === undefined ? {} : { baseUrl: options.sourceUrl })
  return { body: withoutTitle(tree, item), footer: footerOf(item, options.sourceUrl), cut }
}
