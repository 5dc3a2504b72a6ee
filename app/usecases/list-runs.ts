import { z } from 'zod'
import { listRuns as listStored, RUN_STATES } from '../../integrations/store/runs.ts'
import { RunSummary, summarizeRuns } from '../answers/run-answer.ts'
import { pageInput, pageOf } from '../page.ts'
import { makeUseCase } from '../use-case.ts'

/** Runs, newest first. */
export const listRuns = makeUseCase({
  name: 'list-runs',
  summary: 'Lists imports, syncs and checks, newest first.',
  access: 'read',
  input: z.strictObject({
    ...pageInput,
    kind: z.string().optional().describe('Only runs of this kind, such as jira-export'),
    state: z.enum(RUN_STATES).optional().describe('Only runs in this state'),
  }),
  output: pageOf(RunSummary),
  http: { method: 'GET', path: '/runs' },
  cli: { command: 'runs' },
  async run(ctx, request) {
    const { db } = await ctx.store()
    const page = await listStored(db, request)
    return { ...page, items: await summarizeRuns(db, page.items, ctx.clock.now()) }
  },
})
