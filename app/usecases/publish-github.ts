import { z } from 'zod'
import { savePublication } from '../../integrations/store/publications.ts'
import { recordRunItem } from '../../integrations/store/run-events.ts'
import { findRun, type Run, updateRunProgress } from '../../integrations/store/runs.ts'
import type { AppContext } from '../context.ts'
import { type PublicationRequest, readPublication } from '../steps/github/publication.ts'
import { type TargetResult, toTargetRecord } from '../steps/github/publishing.ts'
import { PUBLISHED_TARGETS, PUBLISHING_TARGETS, type PublishedTarget, toRefusal } from '../steps/github/targets.ts'
import { openAccess } from '../steps/imports/import-access.ts'
import { readMaterial } from '../steps/publishing/publication-material.ts'
import { readKeptSource } from '../steps/publishing/publish-source.ts'
import { makeUseCase } from '../use-case.ts'

/** What the publication of a target comes to where it has a result for each of its things. */
function summaryOf(results: readonly TargetResult[]): TargetResult | undefined {
  const worst = results.find(({ status }) => status === 'failed' || status === 'refused' || status === 'conflict')
  return worst ?? results.find(({ status }) => status === 'created' || status === 'updated') ?? results[0]
}

async function record(ctx: AppContext, run: Run, result: TargetResult): Promise<void> {
  const store = await ctx.store()
  const at = ctx.clock.now()
  const { target, artifactId, status, code, reason } = result
  await store.transaction(async (db) => {
    const key = artifactId === undefined ? target : `${target}:${artifactId}`
    const data = toTargetRecord(result)
    const isFirst = await recordRunItem(db, { runId: run.id, at, artifactId: key, status, code, message: reason, data })
    await updateRunProgress(db, run.id, { done: isFirst ? 1 : 0, at })
  })
}

async function remember(ctx: AppContext, request: PublicationRequest, target: PublishedTarget, results: readonly TargetResult[]) {
  const summary = summaryOf(results)
  if (!summary) return
  const at = ctx.clock.now()
  const hasChanged = results.some(({ status }) => status === 'created' || status === 'updated')
  await savePublication((await ctx.store()).db, {
    provider: 'github',
    connectionId: request.auth.type === 'app' ? `github:${request.auth.installationId}` : 'github:token',
    scope: `${request.owner}/${request.repo}`.toLowerCase(),
    target,
    contentType: PUBLISHING_TARGETS[target].contentType,
    title: `${request.owner}/${request.repo}`,
    url: summary.url ?? undefined,
    status: summary.status,
    ...(hasChanged ? { publishedAt: at } : {}),
    updatedAt: at,
  })
}

async function publish(ctx: AppContext, run: Run, target: PublishedTarget): Promise<void> {
  const { db } = await ctx.store()
  const request = readPublication(run)
  const { owner, repo, auth, settings, direction, origin } = request
  const material = await readMaterial(ctx, origin, (await readKeptSource(db, origin)).governance)
  let requests = 0
  const onExchange = () => {
    requests += 1
  }
  const github = await openAccess(ctx, auth, { priority: 'interactive', signal: ctx.signal, onExchange })
  const told: TargetResult[] = []
  const onResult = async (result: TargetResult) => {
    told.push(result)
    await record(ctx, run, result)
  }
  const place = { github, repository: { owner, repo }, settings, direction, material, origin }
  const publishing = { ctx, ...place, runId: run.id, dryRun: false, onResult }
  try {
    const results = await PUBLISHING_TARGETS[target].publish(publishing).catch((error: unknown) => [toRefusal(target, error)])
    for (const result of results) if (!told.includes(result)) await record(ctx, run, result)
    await remember(ctx, request, target, [...new Set([...told, ...results])])
  } finally {
    await updateRunProgress(db, run.id, { requests, at: ctx.clock.now() })
  }
}

/** Publishes to one target of a run. Interrupted, it begins again and finds what is there. */
export const publishGithub = makeUseCase({
  name: 'publish-github',
  summary: 'Brings one target of a publication on GitHub into step.',
  access: 'internal',
  input: z.object({ runId: z.number().int(), target: z.enum(PUBLISHED_TARGETS) }),
  output: z.object({ status: z.enum(['done', 'gone']) }),
  async run(ctx, { runId, target }) {
    const run = await findRun((await ctx.store()).db, runId)
    if (!run || run.cancelRequestedAt) return { status: 'gone' as const }
    await publish(ctx, run, target)
    return { status: 'done' as const }
  },
})
