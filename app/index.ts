// The Probot function, for whoever runs the App inside a Probot server of their own. `katalyst serve` is the better way: it
// stores every delivery before it answers. Here deliveries are handled by Probot's own route.
import type { Probot } from 'probot'
import { openProcess, readProcessEnvironment } from './bootstrap.ts'
import { addGovernanceCheck } from './checks/governance-check.ts'
import { makeJobHandlers } from './job-handlers.ts'
import { addGitHubEvents } from './webhooks/github-events.ts'

export default async function katalyst(app: Probot): Promise<void> {
  const opened = await openProcess({ environment: readProcessEnvironment(process) })
  opened.handleJobs(makeJobHandlers(opened))
  const contextOf = (deliveryId: string) => opened.contextFor({ kind: 'webhook', name: 'github' }, deliveryId)
  await contextOf('start').worker()
  addGitHubEvents(app, contextOf)
  addGovernanceCheck(app, contextOf)
}
