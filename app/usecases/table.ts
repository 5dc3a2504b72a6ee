// Every use case there is. HTTP routes, openapi.json, the command line and its help, and the reachability test read this.
import type { UseCase } from '../use-case.ts'
import { checkPullRequest } from './check-pull-request.ts'
import { commandUseCases } from './commands.ts'
import { handleDelivery } from './handle-delivery.ts'
import { ingestPush } from './ingest-push.ts'
import { listArtifacts } from './list-artifacts.ts'
import { listDeliveries } from './list-deliveries.ts'
import { pruneHistory } from './prune-history.ts'
import { pushJiraArtifact } from './push-jira-artifact.ts'
import { readArtifact } from './read-artifact.ts'
import { readConnection } from './read-connection.ts'
import { readGovernanceIndex } from './read-governance-index.ts'
import { readHealth } from './read-health.ts'
import { readMetrics } from './read-metrics.ts'
import { readRateLimits } from './read-rate-limits.ts'
import { readReady } from './read-ready.ts'
import { receiveDelivery } from './receive-delivery.ts'
import { recordInstallation } from './record-installation.ts'
import { recordRepositories } from './record-repositories.ts'
import { requestCheck } from './request-check.ts'
import { requestIngest } from './request-ingest.ts'
import { sweepChecks } from './sweep-checks.ts'

export const useCases: readonly UseCase[] = Object.freeze([
  ...commandUseCases,
  readConnection,
  listArtifacts,
  readArtifact,
  readGovernanceIndex,
  readRateLimits,
  listDeliveries,
  readHealth,
  readReady,
  readMetrics,
  receiveDelivery,
  recordInstallation,
  recordRepositories,
  requestIngest,
  requestCheck,
  checkPullRequest,
  handleDelivery,
  ingestPush,
  pushJiraArtifact,
  sweepChecks,
  pruneHistory,
])
