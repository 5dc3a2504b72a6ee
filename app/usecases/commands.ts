// The use cases that the command line offers, apart from the others so that a command need not load what only HTTP, webhooks
// and workers call.
import type { UseCase } from '../use-case.ts'
import { addBadge } from './add-badge.ts'
import { buildGovernanceIndex } from './build-governance-index.ts'
import { cancelRun } from './cancel-run.ts'
import { checkDatabase } from './check-database.ts'
import { checkLocalChange } from './check-local-change.ts'
import { diffRoadmap } from './diff-roadmap.ts'
import { discardJob } from './discard-job.ts'
import { importConfluence } from './import-confluence.ts'
import { importGithubRepositories } from './import-github-repositories.ts'
import { importJira } from './import-jira.ts'
import { importRoadmap } from './import-roadmap.ts'
import { listConflicts } from './list-conflicts.ts'
import { listConnections } from './list-connections.ts'
import { listJobs } from './list-jobs.ts'
import { listRuns } from './list-runs.ts'
import { migrateDatabase } from './migrate-database.ts'
import { readImport } from './read-import.ts'
import { readRun } from './read-run.ts'
import { readScores } from './read-scores.ts'
import { readStatus } from './read-status.ts'
import { removeConnection } from './remove-connection.ts'
import { replayDelivery } from './replay-delivery.ts'
import { replayJob } from './replay-job.ts'
import { resolveConflict } from './resolve-conflict.ts'
import { setConnection } from './set-connection.ts'
import { syncConfluence } from './sync-confluence.ts'
import { syncGithub } from './sync-github.ts'
import { syncJira } from './sync-jira.ts'
import { testConnection } from './test-connection.ts'
import { validateGovernance } from './validate-governance.ts'

export const commandUseCases: readonly UseCase[] = Object.freeze([
  validateGovernance,
  buildGovernanceIndex,
  checkLocalChange,
  syncJira,
  importJira,
  syncConfluence,
  importRoadmap,
  diffRoadmap,
  syncGithub,
  addBadge,
  listConnections,
  setConnection,
  testConnection,
  removeConnection,
  readScores,
  readStatus,
  importGithubRepositories,
  importConfluence,
  readImport,
  listRuns,
  readRun,
  cancelRun,
  listConflicts,
  resolveConflict,
  replayDelivery,
  listJobs,
  replayJob,
  discardJob,
  migrateDatabase,
  checkDatabase,
])
