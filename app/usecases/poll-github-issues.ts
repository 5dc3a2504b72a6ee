// What events missed: they are not sent again by themselves, and a server may have been away. Issues that changed since the last
// look are listed, and those that stand for an artifact are brought into step.
import { z } from 'zod'
import { findCursor, saveCursor } from '../../integrations/store/cursors.ts'
import { type Link, listLinks } from '../../integrations/store/links.ts'
import { findRepository } from '../../integrations/store/repositories.ts'
import type { AppContext } from '../context.ts'
import { enqueueIssueSync, ISSUE_KIND, ISSUES_CONNECTION } from '../steps/github/issue-job.ts'
import { accessRepository } from '../steps/repository-access.ts'
import { makeUseCase } from '../use-case.ts'

/** Lists may be behind by seconds; what is met twice costs nothing, because its version is known. */
const OVERLAP_MS = 2 * 60_000

async function linksByScope(ctx: AppContext): Promise<ReadonlyMap<string, readonly Link[]>> {
  const { db } = await ctx.store()
  const scopes = new Map<string, Link[]>()
  for (let cursor: string | undefined; ; ) {
    const filter = { connectionId: ISSUES_CONNECTION, remoteKind: ISSUE_KIND, limit: 200 }
    const page = await listLinks(db, { ...filter, ...(cursor ? { cursor } : {}) })
    for (const link of page.items) scopes.set(link.scope, [...(scopes.get(link.scope) ?? []), link])
    cursor = page.nextCursor
    if (!cursor) return scopes
  }
}

/** Of one repository: how many issues changed, and which of them are to be looked at. */
async function pollScope(ctx: AppContext, scope: string, links: readonly Link[]) {
  const store = await ctx.store()
  const repository = await findRepository(store.db, { fullName: scope })
  const access = repository && (await accessRepository(ctx, repository.id))
  if (access?.kind !== 'open') return { changed: 0, asked: 0 }
  const stream = `issues:${scope}`
  const startedAt = ctx.clock.now()
  const known = await findCursor(store.db, ISSUES_CONNECTION, stream)
  const since = new Date((known?.watermark ? Number(known.watermark) : startedAt.getTime()) - OVERLAP_MS)
  const changed = await ctx.providers.github.listChangedIssues(access.github, access.name, since)
  const byId = new Map(links.map((link) => [link.remoteId, link]))
  const asked = changed.flatMap(({ id, version }) => {
    const link = byId.get(id)
    return link && link.remoteVersion !== version ? [link] : []
  })
  await store.transaction(async (tx) => {
    for (const link of asked) await enqueueIssueSync(tx, link, 'poll', startedAt)
    const watermark = String(startedAt.getTime())
    await saveCursor(tx, {
      ...{ connectionId: ISSUES_CONNECTION, stream, cursor: undefined, candidate: undefined },
      ...{ watermark, pages: 0, updatedAt: startedAt },
    })
  })
  return { changed: changed.length, asked: asked.length }
}

export const pollGithubIssues = makeUseCase({
  name: 'poll-github-issues',
  summary: 'Looks for linked GitHub issues that changed unnoticed and brings them into step.',
  access: 'internal',
  input: z.object({}),
  output: z.object({ changed: z.number().int(), asked: z.number().int() }),
  async run(ctx) {
    const total = { changed: 0, asked: 0 }
    if (ctx.config.APP_ID === undefined) return total
    for (const [scope, links] of await linksByScope(ctx)) {
      const { changed, asked } = await pollScope(ctx, scope, links)
      total.changed += changed
      total.asked += asked
    }
    return total
  },
})
