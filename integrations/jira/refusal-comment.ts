// The one comment that tells people in Jira why a change of theirs does not reach the artifact. It carries a reference that is
// made from what was refused, so that the same refusal is found again and not said twice, whatever was lost in between.
import { createHash } from 'node:crypto'
import type { Paragraph, Root, RootContent } from 'mdast'
import { oneLine, shorten } from '../documents/clean-text.ts'
import { isAppError } from '../kernel/errors.ts'
import type { JiraContext } from './context.ts'
import { richTextMarkdown, textFormOf, writeRichText } from './rich-text.ts'

export interface Refusal {
  readonly field: string
  readonly reason: string
  /** The value that was refused, as people see it. */
  readonly value: unknown
}

/** Long values (descriptions) say what they are by their beginning. */
const VALUE_LENGTH = 60

/** Equal for equal refusals. */
export const refusalKey = (artifactId: string, refusals: readonly Refusal[]): string =>
  createHash('sha256')
    .update(JSON.stringify([artifactId, refusals.map(({ field, reason, value }) => [field, reason, value])]))
    .digest('hex')
    .slice(0, 16)

const paragraph = (text: string): Paragraph => ({ type: 'paragraph', children: [{ type: 'text', value: text }] })

function commentOf(artifactId: string, refusals: readonly Refusal[], reference: string): Root {
  const items = refusals.map(({ field, reason, value }) => ({
    type: 'listItem' as const,
    spread: false,
    checked: null,
    children: [paragraph(`${oneLine(field)} "${shorten(oneLine(String(value ?? '')), VALUE_LENGTH)}": ${oneLine(reason)}`)],
  }))
  const list: RootContent = { type: 'list', ordered: false, start: null, spread: false, children: items }
  const head = `${artifactId} was not changed: the issue says what its rules do not allow. The artifact stays as it is in git.`
  return { type: 'root', children: [paragraph(head), list, paragraph(`Reference: ${reference}`)] }
}

/** Says it on the issue, once: false when a comment has this reference already, or the account may not comment there. */
export async function sayRefusal(
  context: JiraContext,
  issueId: string,
  artifactId: string,
  refusals: readonly Refusal[],
): Promise<boolean> {
  const reference = refusalKey(artifactId, refusals)
  const said = await context.client.comments(issueId)
  if (said.some((body) => richTextMarkdown(body).includes(reference))) return false
  const form = textFormOf(context.client.edition)
  try {
    await context.client.addComment(issueId, writeRichText(form, { body: commentOf(artifactId, refusals, reference) }))
  } catch (error) {
    if (!isAppError(error) || error.code !== 'provider-forbidden') throw error
    context.log.warn({ issue: issueId }, 'no comment about a refusal: the issue is archived, or the account lacks Add Comments')
    return false
  }
  return true
}
