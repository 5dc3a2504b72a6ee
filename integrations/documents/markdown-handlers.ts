// Our own nodes in markdown: what GitHub shows for them, and what parse-document.ts reads back as the same node where there
// is such a spelling (alerts, folded parts, tables of contents, marked text, anchors).
import type { PhrasingContent } from 'mdast'
import { defaultHandlers, type Options } from 'mdast-util-to-markdown'
import { oneLine } from './clean-text.ts'
import type { Alert, Anchor, Details, Drawing, JiraIssue, Marked, Status } from './document-nodes.ts'
import { safeUrl } from './plain-tree.ts'
import { element, serializeXml, text } from './xml-tree.ts'

type Handlers = NonNullable<Options['handlers']>
type Handler = NonNullable<Handlers['text']>

const inlineHtml = (name: string, attributes: Readonly<Record<string, string>>): string =>
  serializeXml([element(name, attributes, [text('')])])

const marked =
  (tag: 'sub' | 'sup' | 'u'): Handler =>
  (node: Marked, _, state, info) =>
    `<${tag}>${state.containerPhrasing({ type: 'paragraph', children: node.children }, info)}</${tag}>`

export const documentHandlers: Handlers = {
  // A line end would end the row of a table, so the library writes a space there; HTML says what is meant.
  break: (node, parent, state, info) => (state.stack.includes('tableCell') ? '<br>' : defaultHandlers.break(node, parent, state, info)),
  status: (node: Status, _, state, info) => state.handle({ type: 'inlineCode', value: oneLine(node.value) }, undefined, state, info),
  jiraIssue: (node: JiraIssue, _, state, info) => {
    const words: PhrasingContent = { type: 'text', value: oneLine(node.value) }
    const url = safeUrl(node.url)
    return state.handle(url === undefined ? words : { type: 'link', url, children: [words] }, undefined, state, info)
  },
  anchor: (node: Anchor) => inlineHtml('a', { id: oneLine(node.name) }),
  subscript: marked('sub'),
  superscript: marked('sup'),
  underline: marked('u'),
  toc: () => '[[_TOC_]]',
  details: (node: Details, _, state, info) => {
    const summary = serializeXml([element('summary', {}, [text(oneLine(node.summary))])])
    const body = state.containerFlow({ type: 'blockquote', children: node.children }, info)
    return `<details>\n${summary}\n\n${body}\n\n</details>`
  },
  alert: (node: Alert, _, state, info) => {
    const body = state.containerFlow({ type: 'blockquote', children: node.children }, info)
    return state.indentLines(`[!${node.kind.toUpperCase()}]\n${body}`, (line, __, blank) => `>${blank ? '' : ' '}${line}`)
  },
  drawing: (node: Drawing, _, state, info) =>
    state.handle({ type: 'paragraph', children: [{ type: 'image', url: node.name, alt: oneLine(node.alt) }] }, undefined, state, info),
}
