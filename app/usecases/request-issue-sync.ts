import { z } from 'zod'
import { findLinkByRemoteKey } from '../../integrations/store/links.ts'
import { enqueueIssueSync, ISSUES_CONNECTION } from '../steps/github/issue-job.ts'
import { makeUseCase } from '../use-case.ts'

/** Asks for an issue to be brought into step, where it stands for an artifact. */
export const requestIssueSync = makeUseCase({
  name: 'request-issue-sync',
  summary: 'Asks for a GitHub issue that something happened to, to be brought into step with its artifact.',
  access: 'internal',
  input: z.object({ fullName: z.string().describe('owner/name'), number: z.number().int() }),
  output: z.object({ asked: z.boolean() }),
  async run(ctx, { fullName, number }) {
    const store = await ctx.store()
    const link = await findLinkByRemoteKey(store.db, ISSUES_CONNECTION, `${fullName.toLowerCase()}#${number}`)
    if (!link) return { asked: false }
    await enqueueIssueSync(store.db, link, 'webhook', ctx.clock.now())
    return { asked: true }
  },
})
