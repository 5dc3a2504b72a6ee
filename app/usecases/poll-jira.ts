// What webhooks missed: they are tried a few times and then given up, and not every site has one. Issues that changed since the
// last look are found by search, and those that stand for an artifact are brought into step.
import { z } from 'zod'
import { findCursor, saveCursor } from '../../integrations/store/cursors.ts'
import { type Link, listLinks } from '../../integrations/store/links.ts'
import type { AppContext } from '../context.ts'
import { enqueueArtifactSync } from '../steps/jira/sync-job.ts'
import { makeUseCase } from '../use-case.ts'

/** Search may be behind by seconds, sometimes minutes; what is met twice costs nothing, because its version is known. */
const OVERLAP_MS = 5 * 60_000
const STREAM = 'changed-issues'

async function readLinks(ctx: AppContext): Promise<Link[]> {
  const { db } = await ctx.store()
  const links: Link[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listLinks(db, { connectionId: 'jira', remoteKind: 'issue', limit: 200, ...(cursor ? { cursor } : {}) })
    links.push(...page.items)
    cursor = page.nextCursor
    if (!cursor) return links
  }
}

export const pollJira = makeUseCase({
  name: 'poll-jira',
  summary: 'Looks for linked Jira issues that changed unnoticed and brings them into step.',
  access: 'internal',
  input: z.object({}),
  output: z.object({ changed: z.number().int(), asked: z.number().int() }),
  async run(ctx) {
    const nothing = { changed: 0, asked: 0 }
    const { jira } = ctx.providers
    if (!(await ctx.connections.effective('jira'))) return nothing
    const links = await readLinks(ctx)
    const projects = [...new Set(links.flatMap(({ remoteKey }) => remoteKey?.replace(/-\d+$/, '') ?? []))]
    if (projects.length === 0) return nothing
    const { db } = await ctx.store()
    const startedAt = ctx.clock.now()
    const known = await findCursor(db, 'jira', STREAM)
    const since = new Date((known?.watermark ? Number(known.watermark) : startedAt.getTime()) - OVERLAP_MS)
    const context = jira.contextOf(await jira.connect({ dryRun: true, priority: 'poll' }))
    const { issues: changed, reached = startedAt } = await jira.listChangedIssues(context, projects, since)
    const byId = new Map(links.map((link) => [link.remoteId, link]))
    const asked = changed.flatMap(({ id, updated }) => {
      const link = byId.get(id)
      return link && link.remoteVersion !== updated ? [link] : []
    })
    const store = await ctx.store()
    await store.transaction(async (tx) => {
      for (const link of asked) await enqueueArtifactSync(tx, link, 'poll', startedAt)
      const watermark = String(reached.getTime())
      await saveCursor(tx, {
        ...{ connectionId: 'jira', stream: STREAM, cursor: undefined, candidate: undefined },
        ...{ watermark, pages: 0, updatedAt: startedAt },
      })
    })
    return { changed: changed.length, asked: asked.length }
  },
})
