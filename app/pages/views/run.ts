import { html } from 'hono/html'
import { readRun } from '../../usecases/read-run.ts'
import type { Page } from '../page.ts'
import { badge, card, facts, link, more, type Tone, table } from '../parts.ts'
import { brief, instant } from '../words.ts'
import { RUN_TONES } from './connections.ts'

const RESULT_TONES: Readonly<Record<string, Tone>> = {
  created: 'good',
  updated: 'good',
  unchanged: 'plain',
  skipped: 'plain',
  conflict: 'warn',
  refused: 'warn',
  failed: 'bad',
}

interface Change {
  readonly field: string
  readonly from: unknown
  readonly to: unknown
}

/** Old and new value of each field, as the run recorded them. */
const changesOf = (data: Readonly<Record<string, unknown>>) => {
  const changes = Array.isArray(data.changes) ? (data.changes as Change[]) : []
  return changes.length === 0
    ? undefined
    : html`<ul>${changes.map(({ field, from, to }) => html`<li>${field}: ${brief(from)} → ${brief(to)}</li>`)}</ul>`
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

/** One run, item by item. */
export const runPage: Page = {
  path: '/integrations/runs/:id',
  section: '/integrations',
  async load(ctx, { params, query }) {
    const run = await readRun.run(ctx, { id: params.id ?? '', limit: 100, ...(query.cursor ? { cursor: query.cursor } : {}) })
    const about = facts([
      ['What', run.dryRun ? `${run.kind} (dry run)` : run.kind],
      ['State', badge(run.state, RUN_TONES[run.state] ?? 'plain')],
      ['Connection', run.connection],
      ['Done', run.total ? `${run.done} of ${run.total}` : run.done],
      ['Phase', run.phase],
      ['Requests', run.requests],
      ['Started', instant(run.startedAt)],
      ['Ended', run.finishedAt && instant(run.finishedAt)],
      ['Why', run.error ?? run.stalled],
    ])
    const items = table(
      'In the order they happened',
      ['Item', 'Result', 'There', 'What', 'When'],
      run.events.items.map(({ artifactId, status, message, data, at }) => [
        artifactId ?? '',
        badge(status, RESULT_TONES[status] ?? 'plain'),
        link(textOf(data.jiraUrl) ?? textOf(data.url), textOf(data.jiraKey) ?? textOf(data.url) ?? ''),
        html`${textOf(data.reason) ?? message ?? ''}${changesOf(data)}`,
        instant(at),
      ]),
      'Nothing is recorded for this run.',
    )
    return {
      title: `Run ${run.id}`,
      body: html`${card('About', about)}${card('Results', html`${items}${more(`/integrations/runs/${run.id}`, run.events.nextCursor)}`)}`,
    }
  },
}
