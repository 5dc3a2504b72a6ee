// Every page and every form there is.
import type { Page, PageAction } from './page.ts'
import { conflictsPage, resolveAction } from './views/conflicts.ts'
import { connectionsPage } from './views/connections.ts'
import { importPages } from './views/import.ts'
import { overviewPage } from './views/overview.ts'
import { governanceIntegrationsPage, syncStatusPage } from './views/publications.ts'
import { findingsPage, reportPage } from './views/report.ts'
import { reportsPage } from './views/reports.ts'
import { roadsPage } from './views/roads.ts'
import { runPage } from './views/run.ts'

export const PAGES: readonly Page[] = Object.freeze([
  overviewPage,
  connectionsPage,
  conflictsPage,
  runPage,
  syncStatusPage,
  ...importPages,
  roadsPage,
  governanceIntegrationsPage,
  reportsPage,
  findingsPage,
  reportPage,
])

export const PAGE_ACTIONS: readonly PageAction[] = Object.freeze([resolveAction])
