import { z } from 'zod'
import { AppError } from '../../integrations/kernel/errors.ts'
import { deleteLink, findLink, findLinkByRemoteKey } from '../../integrations/store/links.ts'
import { makeUseCase } from '../use-case.ts'

const CONNECTION = 'jira'

/** Removes an issue that we made, and what we know of it. */
export const removeJiraIssue = makeUseCase({
  name: 'remove-jira-issue',
  summary: 'Deletes an issue that was made from here, and forgets it: the next sync makes it anew. Issues of others are refused.',
  access: 'admin',
  input: z.strictObject({
    key: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*-\d+$/, 'a key such as KAT-12')
      .describe('Key of the issue'),
  }),
  output: z.object({ jiraKey: z.string(), status: z.enum(['removed', 'absent']), artifactId: z.string().optional() }),
  http: { method: 'DELETE', path: '/integrations/jira/issues/{key}' },
  async run(ctx, { key }) {
    const { jira } = ctx.providers
    const removed = await jira.removeIssue(jira.contextOf(await jira.connect({ dryRun: false })), key)
    if (removed.kind === 'not-ours') throw new AppError('not-ours', removed.reason, { details: { issueKey: key } })
    const { db } = await ctx.store()
    const link =
      removed.kind === 'removed'
        ? await findLink(db, { connectionId: CONNECTION, remoteKind: 'issue', remoteId: removed.id })
        : await findLinkByRemoteKey(db, CONNECTION, key)
    if (link) await deleteLink(db, link)
    else if (removed.kind === 'absent') throw new AppError('not-found', `There is no issue ${key} that was made from here.`)
    return { jiraKey: key, status: removed.kind, ...(link ? { artifactId: link.artifactId } : {}) }
  },
})
