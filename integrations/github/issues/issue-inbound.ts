// What people changed on an issue, as edits of the artifact's file. The status is taken, through the state machine and its gates
// (governance/propose-edit.ts); title and text stay what they are on either side, because an issue shows more than the file.
import { oneLine } from '../../documents/clean-text.ts'
import type { FieldDecision } from '../../engine/push.ts'
import type { WantedEdit } from '../../governance/propose-edit.ts'
import { ISSUE_STATES, type IssueKind } from './issue-status.ts'

export type IssueInbound =
  | { readonly kind: 'edit'; readonly edit: WantedEdit }
  | { readonly kind: 'refused'; readonly field: string; readonly reason: string }

/** What the words of an unclear status need. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^reopened$/, 'A complete artifact is final. Open a new road item for what is left.'],
  [/^closed as /, 'Close it as completed, or change the file.'],
  [/^labelled /, 'Leave one status label on it.'],
]

function takeStatus(decision: FieldDecision, kind: IssueKind): IssueInbound {
  const words = oneLine(String(decision.remote.shown ?? ''))
  const state = ISSUE_STATES[kind].find((one) => one === words)
  if (state) return { kind: 'edit', edit: { field: decision.name, changes: [{ path: 'status', value: state }] } }
  const advice = ADVICE.find(([pattern]) => pattern.test(words))?.[1] ?? 'Change the file.'
  return { kind: 'refused', field: decision.name, reason: `"${words}" stands for no state. ${advice}` }
}

/** The edits that take over what the issue says, for every decision that keeps it. Pure and total. */
export const toIssueInbound = (decisions: readonly FieldDecision[], kind: IssueKind): IssueInbound[] =>
  decisions.flatMap((decision) => (decision.outcome === 'keep' && decision.field === 'status' ? [takeStatus(decision, kind)] : []))
