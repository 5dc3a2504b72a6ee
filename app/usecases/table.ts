// Every use case there is. HTTP routes, openapi.json, the command line and its help, and the reachability test read this.
import type { UseCase } from '../use-case.ts'
import { checkPullRequest } from './check-pull-request.ts'
import { commandUseCases } from './commands.ts'
import { compareReports } from './compare-reports.ts'
import { compareScores } from './compare-scores.ts'
import { finishOAuth } from './finish-oauth.ts'
import { finishScan } from './finish-scan.ts'
import { handOverGovernance } from './hand-over-governance.ts'
import { handOverReport } from './hand-over-report.ts'
import { handleDelivery } from './handle-delivery.ts'
import { importGithub } from './import-github.ts'
import { ingestPush } from './ingest-push.ts'
import { keepJiraWebhooks } from './keep-jira-webhooks.ts'
import { listArtifacts } from './list-artifacts.ts'
import { listDeliveries } from './list-deliveries.ts'
import { listPublications } from './list-publications.ts'
import { listReports } from './list-reports.ts'
import { listRoads } from './list-roads.ts'
import { pollConfluence } from './poll-confluence.ts'
import { pollGithubIssues } from './poll-github-issues.ts'
import { pollJira } from './poll-jira.ts'
import { pruneHistory } from './prune-history.ts'
import { publishConfluence } from './publish-confluence.ts'
import { publishGithub } from './publish-github.ts'
import { pushJiraArtifact } from './push-jira-artifact.ts'
import { readArtifact } from './read-artifact.ts'
import { readBadge } from './read-badge.ts'
import { readConnection } from './read-connection.ts'
import { readEnrichment } from './read-enrichment.ts'
import { readGovernanceIndex } from './read-governance-index.ts'
import { readHealth } from './read-health.ts'
import { readMetrics } from './read-metrics.ts'
import { readRateLimits } from './read-rate-limits.ts'
import { readReady } from './read-ready.ts'
import { readReport } from './read-report.ts'
import { readReportEvidence } from './read-report-evidence.ts'
import { readTrend } from './read-trend.ts'
import { receiveDelivery } from './receive-delivery.ts'
import { recordInstallation } from './record-installation.ts'
import { recordRepositories } from './record-repositories.ts'
import { refreshEvidence } from './refresh-evidence.ts'
import { refreshFacts } from './refresh-facts.ts'
import { refreshFigures } from './refresh-figures.ts'
import { removeConfluencePage } from './remove-confluence-page.ts'
import { removeJiraIssue } from './remove-jira-issue.ts'
import { reportDelivery } from './report-delivery.ts'
import { requestCheck } from './request-check.ts'
import { requestDelivery } from './request-delivery.ts'
import { requestIngest } from './request-ingest.ts'
import { requestIssueSync } from './request-issue-sync.ts'
import { requestRefresh } from './request-refresh.ts'
import { runConfluenceImport } from './run-confluence-import.ts'
import { runGithubImport } from './run-github-import.ts'
import { runJiraImport } from './run-jira-import.ts'
import { scheduleImports } from './schedule-imports.ts'
import { startOAuth } from './start-oauth.ts'
import { startScan } from './start-scan.ts'
import { sweepChecks } from './sweep-checks.ts'
import { syncGithubIssue } from './sync-github-issue.ts'
import { syncJiraArtifact } from './sync-jira-artifact.ts'

export const useCases: readonly UseCase[] = Object.freeze([
  ...commandUseCases,
  readConnection,
  importGithub,
  runGithubImport,
  runJiraImport,
  runConfluenceImport,
  scheduleImports,
  requestDelivery,
  reportDelivery,
  requestRefresh,
  refreshFacts,
  refreshFigures,
  startScan,
  readEnrichment,
  refreshEvidence,
  readBadge,
  finishScan,
  readReport,
  readReportEvidence,
  listReports,
  compareReports,
  compareScores,
  readTrend,
  handOverReport,
  handOverGovernance,
  listArtifacts,
  readArtifact,
  listRoads,
  listPublications,
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
  publishConfluence,
  publishGithub,
  syncGithubIssue,
  requestIssueSync,
  pollGithubIssues,
  pollConfluence,
  removeConfluencePage,
  removeJiraIssue,
  syncJiraArtifact,
  startOAuth,
  finishOAuth,
  pollJira,
  keepJiraWebhooks,
  sweepChecks,
  pruneHistory,
])
