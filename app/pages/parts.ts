// The pieces pages are made of.
import { html } from 'hono/html'
import type { Html } from './page.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'note' | 'plain'
type Cell = Html | string | number | null | undefined

/** What is not there is said with a dash that screen readers call "none". */
const cell = (value: Cell) => (value === null || value === undefined || value === '' ? html`<span aria-label="none">–</span>` : value)

export const badge = (text: string, tone: Tone): Html => html`<span class="badge ${tone}">${text}</span>`

/** A table that scrolls by itself on narrow screens; its first column heads the rows. */
export const table = (caption: string, headings: readonly string[], rows: readonly (readonly Cell[])[], empty = 'Nothing yet.'): Html =>
  rows.length === 0
    ? html`<p class="quiet">${empty}</p>`
    : html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${headings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((value, index) => (index === 0 ? html`<th scope="row">${cell(value)}</th>` : html`<td>${cell(value)}</td>`))}</tr>`)}</tbody>
</table></div>`

/** Names and values. */
export const facts = (pairs: readonly (readonly [name: string, value: Cell])[]): Html =>
  html`<dl>${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${cell(value)}</dd>`)}</dl>`

export const card = (title: string, body: Html, className = ''): Html =>
  html`<section class="card ${className}"><h2>${title}</h2>${body}</section>`

/** A link only where the address is one of the web: others (`javascript:`) are text. */
export const link = (url: string | null | undefined, text: string): Html =>
  url && /^https?:\/\//i.test(url) ? html`<a href="${url}">${text}</a>` : html`${text}`

/** To the next page of a list, where there is one. */
export const more = (path: string, nextCursor: string | undefined, query: Readonly<Record<string, string>> = {}): Html =>
  nextCursor
    ? html`<p><a href="${path}?${new URLSearchParams({ ...query, cursor: nextCursor }).toString()}" rel="next">Older ones</a></p>`
    : html``
