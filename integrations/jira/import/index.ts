// Importing a Jira project: what use cases reach as `ctx.providers.jira.imports`.
import { filterProblem } from './import-jql.ts'
import { makeJiraReads } from './import-reads.ts'
import { BULK_HISTORIES, BULK_ISSUES, isWholeScan, readHistories, readIssuePage, readUnseen } from './read-issues.ts'
import { absenceOf, openImportPlace, readBoards, readStatuses, readVersions, sprintsToMeasure } from './read-project.ts'

export const jiraImports = Object.freeze({
  open: makeJiraReads,
  filterProblem,
  absenceOf,
  openPlace: openImportPlace,
  readStatuses,
  readVersions,
  readBoards,
  sprintsToMeasure,
  isWholeScan,
  readIssuePage,
  readHistories,
  readUnseen,
  historiesAtOnce: BULK_HISTORIES,
  issuesAtOnce: BULK_ISSUES,
})
