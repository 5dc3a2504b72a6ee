// What is missing at Confluence, and what to do about it: data, so that answers, pages and documents say the same words.
import type { AbsenceReason } from '../collected.ts'
import type { Gap, GapSeverity } from '../gap.ts'

export const CONFLUENCE_MISSING = {
  'confluence-space-empty': ['The space has no page', 'Check the space key, and that the account may see its pages.', 'medium'],
  'runbook-none': ['No runbook', 'Write down what to do when the service fails, and label the page "runbook".', 'medium'],
  'design-doc-none': [
    'No design document',
    'Write the next larger change down before it is built, and label the page "design-doc".',
    'low',
  ],
  'documentation-stale': ['Most pages are older than the limit', 'Review the oldest pages: confirm, correct or archive them.', 'medium'],
} as const satisfies Readonly<Record<string, readonly [title: string, recommendation: string, severity: GapSeverity]>>

export function confluenceGapOf(code: keyof typeof CONFLUENCE_MISSING): Gap {
  const [title, recommendation, severity] = CONFLUENCE_MISSING[code]
  return { code, title, recommendation, severity }
}

/** A type of document that is expected and not there. */
export const gapOfType = (type: string): Gap => ({
  code: `document-type-missing-${type}`,
  title: `No page of the type ${type}`,
  recommendation: `Write one and label it "${type}", or say in confluence-config.json (docTypes) how such pages are told here.`,
  severity: 'low',
})

/** Runbooks that lack sections, by name. */
export const gapOfRunbook = (title: string, missing: readonly string[], pageId: string): Gap => ({
  code: `runbook-incomplete-${pageId}`,
  title: `The runbook "${title}" lacks: ${missing.join(', ')}`,
  recommendation: `Give it a heading for each: ${missing.join(', ')}.`,
  severity: 'low',
})

const SAID: Readonly<Record<AbsenceReason, readonly [said: string, recommendation: string]>> = {
  'not-enabled': ['not enabled', 'Switch it on, or leave it out.'],
  'no-permission': ['not permitted', 'Grant the account of the integration view access to the space.'],
  'not-found': ['not found', 'Check the space key, and that the account may see the space.'],
  'not-collected': ['not imported', 'Import it: nothing has been read of this space yet.'],
}

/** The gap of a space that could not be read. */
export function confluenceGapOfAbsence(reason: AbsenceReason): Gap {
  const [said, recommendation] = SAID[reason]
  return { code: `confluence-pages-${reason}`, title: `Pages of the space: ${said}`, recommendation, severity: 'high' }
}
