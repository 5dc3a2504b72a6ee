// Every use case there is. HTTP routes, openapi.json, the command line and its help, and the reachability test read this.
import type { UseCase } from '../use-case.ts'
import { buildGovernanceIndex } from './build-governance-index.ts'
import { cancelRun } from './cancel-run.ts'
import { checkDatabase } from './check-database.ts'
import { checkLocalChange } from './check-local-change.ts'
import { checkPullRequest } from './check-pull-request.ts'
import { discardJob } from './discard-job.ts'
import { handleDelivery } from './handle-delivery.ts'
import { ingestPush } from './ingest-push.ts'
import { listArtifacts } from './list-artifacts.ts'
import { listConflicts } from './list-conflicts.ts'
import { listConnections } from './list-connections.ts'
import { listDeliveries } from './list-deliveries.ts'
import { listJobs } from './list-jobs.ts'
import { listRuns } from './list-runs.ts'
import { migrateDatabase } from './migrate-database.ts'
import { pruneHistory } from './prune-history.ts'
import { pushJiraArtifact } from './push-jira-artifact.ts'
import { readArtifact } from './read-artifact.ts'
import { readConnection } from './read-connection.ts'
import { readGovernanceIndex } from './read-governance-index.ts'
import { readHealth } from './read-health.ts'
import { readMetrics } from './read-metrics.ts'
import { readRateLimits } from './read-rate-limits.ts'
import { readReady } from './read-ready.ts'
import { readRun } from './read-run.ts'
import { readStatus } from './read-status.ts'
import { receiveDelivery } from './receive-delivery.ts'
import { recordInstallation } from './record-installation.ts'
import { recordRepositories } from './record-repositories.ts'
import { removeConnection } from './remove-connection.ts'
import { replayDelivery } from './replay-delivery.ts'
import { replayJob } from './replay-job.ts'
import { requestCheck } from './request-check.ts'
import { requestIngest } from './request-ingest.ts'
import { resolveConflict } from './resolve-conflict.ts'
import { setConnection } from './set-connection.ts'
import { sweepChecks } from './sweep-checks.ts'
import { syncJira } from './sync-jira.ts'
import { testConnection } from './test-connection.ts'
import { validateGovernance } from './validate-governance.ts'

export const useCases: readonly UseCase[] = Object.freeze([
  validateGovernance,
  buildGovernanceIndex,
  checkLocalChange,
  syncJira,
  listConnections,
  readConnection,
  setConnection,
  testConnection,
  removeConnection,
  listArtifacts,
  readArtifact,
  readGovernanceIndex,
  readStatus,
  readRateLimits,
  listRuns,
  readRun,
  cancelRun,
  listConflicts,
  resolveConflict,
  listDeliveries,
  replayDelivery,
  listJobs,
  replayJob,
  discardJob,
  migrateDatabase,
  checkDatabase,
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
