import { html } from 'hono/html'
import type { Actor } from '../context.ts'
import type { Html, View } from './page.ts'

/** The navigation. No word here may be one that a page has to show once (katalyst.md 6.4). */
export const NAVIGATION = [
  ['/', 'Overview'],
  ['/integrations', 'Connections'],
  ['/integrations/conflicts', 'Decisions'],
  ['/taxonomy/roads', 'Roads'],
  ['/reports', 'Reports'],
] as const

const item = ([path, label]: (typeof NAVIGATION)[number], current: string | undefined): Html =>
  html`<li><a href="${path}" ${path === current ? html`aria-current="page"` : ''}>${label}</a></li>`

const session = (actor: Actor): Html =>
  actor.kind === 'anonymous'
    ? html`<a href="/sign-in">Sign in</a>`
    : html`<form method="post" action="/sign-out"><span class="quiet">${actor.kind === 'admin' ? 'Admin' : 'Reader'}</span> <button>Sign out</button></form>`

/** A whole page: landmarks, navigation, one heading. */
export const layout = (view: View, { actor, section }: { readonly actor: Actor; readonly section?: string | undefined }): Html =>
  html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${view.title} · Katalyst Integrations</title>
<link rel="stylesheet" href="/assets/style.css">
<link rel="icon" href="data:,">
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header><div>
<strong>Katalyst Integrations</strong>
<nav aria-label="Main"><ul>${NAVIGATION.map((entry) => item(entry, section))}</ul></nav>
${session(actor)}
</div></header>
<main id="content" tabindex="-1">
<h1>${view.title}</h1>
${view.body}
</main>
<footer><p>Times are UTC.</p></footer>
</body>
</html>`
