import { html } from 'hono/html'
import { listConnections } from '../../usecases/list-connections.ts'
import { listRuns } from '../../usecases/list-runs.ts'
import { readRateLimits } from '../../usecases/read-rate-limits.ts'
import type { Page } from '../page.ts'
import { badge, card, more, type Tone, table } from '../parts.ts'
import { instant } from '../words.ts'

export const RUN_TONES: Readonly<Record<string, Tone>> = { running: 'note', done: 'good', failed: 'bad', cancelled: 'warn' }

const countList = (counts: Readonly<Record<string, number>>) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')

/** Connections, what the providers still allow, and the last runs. */
export const connectionsPage: Page = {
  path: '/integrations',
  section: '/integrations',
  async load(ctx, { query }) {
    const [connections, budgets, runs] = await Promise.all([
      listConnections.run(ctx, {}),
      readRateLimits.run(ctx, {}),
      listRuns.run(ctx, { limit: 25, ...(query.cursor ? { cursor: query.cursor } : {}) }),
    ])
    const connected = table(
      'What is connected',
      ['Provider', 'Address', 'Signed in by', 'From', 'State', 'Why'],
      connections.items.map(({ provider, baseUrl, kind, source, status, reason }) => [
        provider,
        baseUrl,
        kind,
        source,
        status === 'ok' ? badge('in order', 'good') : badge('needs attention', 'bad'),
        reason,
      ]),
      'Nothing is connected yet.',
    )
    const allowed = table(
      'What the providers still allow',
      ['Connection', 'Budget', 'Left', 'Starts anew', 'Paused until', 'Why'],
      budgets.items.map(({ connection, scope, limit, remaining, resetAt, pausedUntil, reason }) => [
        connection,
        scope === '*' ? 'everything' : scope,
        remaining === null ? null : limit === null ? remaining : `${remaining} of ${limit}`,
        resetAt && instant(resetAt),
        pausedUntil && instant(pausedUntil),
        reason,
      ]),
      'No provider has said anything about limits yet.',
    )
    const listed = table(
      'Newest first',
      ['Run', 'What', 'State', 'Started', 'Results', 'Requests'],
      runs.items.map((run) => [
        html`<a href="/integrations/runs/${run.id}">${run.id}</a>`,
        run.kind,
        badge(run.stalled ? 'stalled' : run.state, run.stalled ? 'warn' : (RUN_TONES[run.state] ?? 'plain')),
        instant(run.startedAt),
        countList(run.counts),
        run.requests,
      ]),
      'No run yet.',
    )
    return {
      title: 'Connections',
      body: html`${card('Providers', connected)}${card('Limits', allowed)}${card('Runs', html`${listed}${more('/integrations', runs.nextCursor)}`)}`,
    }
  },
}
