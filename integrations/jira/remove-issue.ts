// Taking away what we made, and nothing else.
import type { JiraContext } from './context.ts'
import { PROPERTY_KEY, readProperty } from './marker.ts'

export type RemovedIssue =
  | { readonly kind: 'removed'; readonly id: string; readonly key: string; readonly artifactId: string; readonly scope: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'not-ours'; readonly reason: string }

/** Deletes an issue that carries our mark; one that does not is left alone, whatever its labels say. */
export async function removeIssue(context: JiraContext, key: string): Promise<RemovedIssue> {
  const issue = await context.client.getIssue(key, { fields: ['labels'], properties: [PROPERTY_KEY] })
  if (!issue) return { kind: 'absent' }
  const mark = readProperty(issue.properties)
  if (!mark)
    return { kind: 'not-ours', reason: `${issue.key} was not created here (it has no property ${PROPERTY_KEY}), so it is not deleted.` }
  await context.client.deleteIssue(issue.id)
  return { kind: 'removed', id: issue.id, key: issue.key, artifactId: mark.artifactId, scope: mark.scope }
}
