// What is missing at Jira, and what to do about it: data, so that answers, pages and docs/metrics.md say the same words.
import type { AbsenceReason } from '../collected.ts'
import type { Gap, GapSeverity } from '../gap.ts'
import type { JiraFactKind } from './jira-facts.ts'

/** Kinds of facts that Jira can refuse, with the permission that shows them. */
export const JIRA_FEATURES = {
  issues: { title: 'Issues', permission: 'Browse Projects', severity: 'high' },
  changes: { title: 'Histories of issues', permission: 'Browse Projects', severity: 'high' },
  statuses: { title: 'Statuses', permission: 'Browse Projects', severity: 'low' },
  sprints: { title: 'Sprints', permission: 'Browse Projects, and Jira Software for the account', severity: 'medium' },
  boards: { title: 'Boards', permission: 'view the board, and Jira Software for the account', severity: 'medium' },
  versions: { title: 'Versions', permission: 'Browse Projects', severity: 'low' },
} as const satisfies Readonly<Record<JiraFactKind, { title: string; permission: string; severity: GapSeverity }>>

/** Things that were looked for and are not there. */
export const JIRA_MISSING = {
  'jira-issues-none': ['No issue to look at', 'Check the project key, the filter and how far back the import looks.', 'medium'],
  'jira-board-none': [
    'No board',
    'Create a board for the project, or name one with boardId; sprints and columns are read from it.',
    'medium',
  ],
  'jira-sprints-none': [
    'No closed sprint',
    'Work in sprints and close them, or leave out sprints and velocity: a Kanban board has none.',
    'low',
  ],
  'jira-estimates-missing': [
    'More than half of the issues in sprints have no estimate',
    'Estimate issues before a sprint starts, or set the board to count issues.',
    'low',
  ],
  'jira-limits-none': ['No column has a work-in-progress limit', 'Set a maximum for the columns in which work waits.', 'low'],
  'jira-releases-none': ['No released version', 'Create a version for each delivery and release it with its date.', 'low'],
} as const satisfies Readonly<Record<string, readonly [title: string, recommendation: string, severity: GapSeverity]>>

export type JiraMissing = keyof typeof JIRA_MISSING

/** The gap of a thing that was looked for and is not there. */
export function jiraGapOfMissing(code: JiraMissing): Gap {
  const [title, recommendation, severity] = JIRA_MISSING[code]
  return { code, title, recommendation, severity }
}

const SAID: Readonly<Record<AbsenceReason, readonly [said: string, recommendation: (permission: string) => string]>> = {
  'not-enabled': ['not enabled', () => 'Switch it on in the project settings, or leave it out.'],
  'no-permission': ['not permitted', (permission) => `Grant the account of the integration: ${permission}.`],
  'not-found': ['not found', (permission) => `Check that it exists and that the account may see it (${permission}).`],
  'not-collected': ['not imported', () => 'Import it: nothing has asked Jira for it yet.'],
}

/** The gap of facts that could not be read. */
export function jiraGapOfAbsence(kind: JiraFactKind, reason: AbsenceReason): Gap {
  const { title, permission, severity } = JIRA_FEATURES[kind]
  const [said, recommendation] = SAID[reason]
  return { code: `jira-${kind}-${reason}`, title: `${title}: ${said}`, recommendation: recommendation(permission), severity }
}
