// The one comment that tells people on the issue why a change of theirs does not reach the artifact. It carries a reference that
// is made from what was refused, so that the same refusal is found again and not said twice, whatever was lost in between.
import { createHash } from 'node:crypto'
import { oneLine, shorten } from '../../documents/clean-text.ts'
import { toMarkdown } from '../../documents/to-markdown.ts'
import { bullets, paragraph } from '../../documents/tree-builder.ts'
import type { IssueRequests } from './issue-requests.ts'

export interface IssueRefusal {
  readonly field: string
  readonly reason: string
  /** The value that was refused, as people see it. */
  readonly value: unknown
}

/** Long values say what they are by their beginning. */
const VALUE_LENGTH = 60

/** Equal for equal refusals. */
export const issueRefusalKey = (artifactId: string, refusals: readonly IssueRefusal[]): string =>
  createHash('sha256')
    .update(JSON.stringify([artifactId, refusals.map(({ field, reason, value }) => [field, reason, value])]))
    .digest('hex')
    .slice(0, 16)

function commentOf(artifactId: string, refusals: readonly IssueRefusal[], reference: string): string {
  const items = refusals.map(
    ({ field, reason, value }) => `${oneLine(field)} "${shorten(oneLine(String(value ?? '')), VALUE_LENGTH)}": ${oneLine(reason)}`,
  )
  const head = `${artifactId} was not changed: the issue says what its rules do not allow. The artifact stays as it is in git.`
  const body = toMarkdown({ type: 'root', children: [paragraph(head), bullets(items)] })
  return `${body}\n<!-- katalyst:refused ${reference} -->`
}

/** Says it on the issue, once: false when it was said before, or the issue is locked and takes no comments. */
export async function sayIssueRefusal(
  requests: IssueRequests,
  issue: { readonly number: number; readonly locked: boolean },
  artifactId: string,
  refusals: readonly IssueRefusal[],
): Promise<boolean> {
  if (issue.locked) return false
  const reference = issueRefusalKey(artifactId, refusals)
  const said = await requests.comments(issue.number)
  if (said.some((body) => body.includes(reference))) return false
  await requests.addComment(issue.number, commentOf(artifactId, refusals, reference))
  return true
}
