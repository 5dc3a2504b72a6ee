import { html } from 'hono/html'
import { AppError } from '../../../integrations/kernel/errors.ts'
import { listConflicts } from '../../usecases/list-conflicts.ts'
import { resolveConflict } from '../../usecases/resolve-conflict.ts'
import type { Page, PageAction } from '../page.ts'
import { badge, card, link, more, table } from '../parts.ts'
import { brief, instant } from '../words.ts'

const STATES = ['open', 'closed', 'all'] as const
const PATH = '/integrations/conflicts'

/** Fields both sides changed: what a person has to decide, with the two values and the buttons that decide. */
export const conflictsPage: Page = {
  path: PATH,
  section: PATH,
  async load(ctx, { query }) {
    const state = STATES.find((one) => one === query.state) ?? 'open'
    const page = await listConflicts.run(ctx, { state, limit: 50, ...(query.cursor ? { cursor: query.cursor } : {}) })
    const mayAct = ctx.actor.kind === 'admin'
    const decide = (id: string, field: string) =>
      html`<form method="post" action="${PATH}/${id}">
<button name="keep" value="git" aria-label="Keep git: ${field}">Keep git</button>
<button name="keep" value="remote" aria-label="Keep the other: ${field}">Keep the other</button></form>`
    const rows = page.items.map((one) => [
      html`${one.artifactId} ${link(one.url, one.remoteKey ?? '')}`,
      one.field,
      brief(one.git),
      brief(one.remote),
      one.reason,
      one.state === 'open'
        ? mayAct
          ? decide(one.id, `${one.artifactId} ${one.field}`)
          : badge('open', 'warn')
        : html`${badge(one.state, 'plain')} ${one.keep ? `kept ${one.keep}, by ${one.resolvedBy ?? 'policy'}` : ''}`,
      instant(one.createdAt),
    ])
    const choices = html`<p>${STATES.map((one) =>
      one === state ? html`<strong>${one}</strong> ` : html`<a href="${PATH}?state=${one}">${one}</a> `,
    )}</p>`
    const headings = ['Item', 'Field', 'In git', 'There', 'Why', 'Decision', 'Found']
    const listed = table('Newest first', headings, rows, state === 'open' ? 'Nothing to decide.' : 'None.')
    return {
      title: 'Decisions',
      body: html`<p class="lead">Fields that were changed on both sides. Nothing is written until somebody decides; the next sync carries it out.</p>${choices}${card('Fields', html`${listed}${more(PATH, page.nextCursor, { state })}`)}`,
    }
  },
}

/** The two buttons of a conflict. */
export const resolveAction: PageAction = {
  path: `${PATH}/:id`,
  async act(ctx, { id = '' }, { keep }) {
    if (keep !== 'git' && keep !== 'remote') throw new AppError('bad-request', 'Choose which value is kept: git or the other side.')
    await resolveConflict.run(ctx, { id, keep })
    return PATH
  },
}
