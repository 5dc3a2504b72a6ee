import { html } from 'hono/html'
import { listConnections } from '../../usecases/list-connections.ts'
import { readStatus } from '../../usecases/read-status.ts'
import type { Page } from '../page.ts'
import { badge, card, facts, table } from '../parts.ts'
import { duration } from '../words.ts'

/** How it is: what is connected, what is going on, what needs somebody. */
export const overviewPage: Page = {
  path: '/',
  section: '/',
  async load(ctx) {
    const [{ items }, { jobs, running }] = await Promise.all([listConnections.run(ctx, {}), readStatus.run(ctx, {})])
    const connected =
      items.length === 0
        ? html`<p>Nothing is connected yet. README.md, "Install", says how to connect a provider; <code>katalyst connections:set</code> does it on the command line.</p>`
        : table(
            'What is connected',
            ['Provider', 'Address', 'State'],
            items.map(({ provider, baseUrl, status }) => [
              provider,
              baseUrl,
              status === 'ok' ? badge('in order', 'good') : badge('needs attention', 'bad'),
            ]),
          )
    const queue = facts([
      ['Waiting', jobs.waiting],
      ['Longest wait', duration(jobs.oldestWaitingSeconds)],
      ['Under way', jobs.running],
      ['Given up', jobs.dead],
      ['Stalled runs', jobs.stalledRuns],
    ])
    const runs = table(
      'Runs under way',
      ['Run', 'What', 'Done', 'Phase'],
      running.map((run) => [
        html`<a href="/integrations/runs/${run.id}">${run.id}</a>`,
        run.kind,
        run.total ? `${run.done} of ${run.total}` : run.done,
        run.phase,
      ]),
      'Nothing is running.',
    )
    return {
      title: 'Overview',
      body: html`<div class="cards">${card('Providers', connected)}${card('Work', queue)}</div>${card('Runs', runs)}`,
    }
  },
}
