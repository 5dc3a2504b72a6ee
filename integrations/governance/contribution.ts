// The `contribution` block most artifacts carry: who proposed and reviewed them. Road items and ADRs say `proposed_by`,
// the others `submitted_by`; both mean the same.
import type { Contribution } from './artifact.ts'
import { type FrontReader, present } from './front-reader.ts'

export const CONTRIBUTION_STATUSES = ['draft', 'proposed', 'rejected', 'accepted', 'deprecated', 'superseded'] as const

/** Reads the block; `undefined` when there is none or it names no status. */
export function readContribution(front: FrontReader): Contribution | undefined {
  if (Object.keys(front.map('contribution')).length === 0) return undefined
  const status = front.text('contribution.status')
  if (status === undefined) {
    front.note('key-missing', 'contribution.status', '`contribution.status` is missing.', {
      expected: oneOf,
      advice: 'Add the status of the contribution.',
    })
    return undefined
  }
  if (!(CONTRIBUTION_STATUSES as readonly string[]).includes(status))
    front.note('value-unknown', 'contribution.status', `\`contribution.status\` is "${status}".`, {
      expected: oneOf,
      found: status,
      advice: `Write ${oneOf}.`,
    })
  const facts = {
    version: front.number('contribution.version'),
    submittedBy: front.text('contribution.submitted_by') ?? front.text('contribution.proposed_by'),
    submittedAt: front.date('contribution.submitted_at') ?? front.date('contribution.proposed_at'),
    reviewedBy: front.text('contribution.reviewed_by'),
    reviewedAt: front.date('contribution.reviewed_at'),
    acceptedAt: front.date('contribution.accepted_at'),
  }
  return { status, ...present(facts) }
}

const oneOf = `one of ${CONTRIBUTION_STATUSES.join(', ')}`
