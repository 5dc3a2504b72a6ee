import { CODE_SCANNING_STREAM, DEPENDABOT_STREAM, SECRET_SCANNING_STREAM } from './alerts.ts'
import { COMMITS_STREAM } from './commits.ts'
import { DEPLOYMENTS_STREAM } from './deployments.ts'
import { DISCUSSIONS_STREAM } from './discussions.ts'
import { DOCUMENTS_STREAM } from './documents.ts'
import { GAP_ISSUES_STREAM } from './gap-issues.ts'
import { POSTURE_STREAM } from './posture.ts'
import { PULL_REQUESTS_STREAM } from './pull-requests.ts'
import { RELEASE_STREAM } from './releases.ts'
import type { FactStream } from './stream.ts'
import { TEST_ARTIFACT_STREAM } from './test-artifacts.ts'
import { WIKI_STREAM } from './wiki.ts'
import { WORKFLOW_RUN_STREAM } from './workflow-runs.ts'

/** Every stream of GitHub, in the order in which an import reads them: cheap and telling ones first. */
export const IMPORT_STREAMS: readonly FactStream[] = Object.freeze([
  WORKFLOW_RUN_STREAM,
  RELEASE_STREAM,
  TEST_ARTIFACT_STREAM,
  DEPENDABOT_STREAM,
  CODE_SCANNING_STREAM,
  SECRET_SCANNING_STREAM,
  PULL_REQUESTS_STREAM,
  WIKI_STREAM,
  COMMITS_STREAM,
  DEPLOYMENTS_STREAM,
  DISCUSSIONS_STREAM,
  GAP_ISSUES_STREAM,
  DOCUMENTS_STREAM,
  POSTURE_STREAM,
])
