import { createHash } from 'node:crypto'
import { z } from 'zod'
import { readScope } from '../../integrations/store/artifacts.ts'
import { findPublication, savePublication } from '../../integrations/store/publications.ts'
import { findRepository } from '../../integrations/store/repositories.ts'
import { loadGovernance } from '../steps/governance-core.ts'
import { makeUseCase } from '../use-case.ts'

/**
 * Hands the governance snapshot of a repository to Katalyst, where it differs from the last one. Katalyst keeps every snapshot it
 * takes, so before a try that follows an unclear answer it is asked which one it has.
 */
export const handOverGovernance = makeUseCase({
  name: 'hand-over-governance',
  summary: "Hands a repository's governance snapshot to Katalyst.",
  access: 'internal',
  input: z.object({ repositoryId: z.number().int(), attempt: z.number().int().default(1) }),
  output: z.object({ status: z.enum(['handed-over', 'unchanged', 'gone']) }),
  async run(ctx, { repositoryId, attempt }) {
    const { db } = await ctx.store()
    const repository = await findRepository(db, { id: repositoryId })
    if (!repository?.headSha || repository.deletedAt) return { status: 'gone' as const }
    const { buildIndex, parseGovernance } = await loadGovernance()
    const stored = await readScope(db, `repository:${repositoryId}`)
    const { artifacts } = parseGovernance(stored.map(({ file, text }) => ({ file, content: text })))
    const version = repository.headSha.slice(0, 12)
    const project = repository.fullName.split('/')[1] ?? repository.fullName
    const index = buildIndex(artifacts, { project, version, generated: repository.ingestedAt ?? ctx.clock.now() })
    // Neither the commit nor the instant: a push that changes no artifact is no new snapshot.
    const contentHash = createHash('sha256')
      .update(JSON.stringify({ ...index, version: '', generated: '' }))
      .digest('hex')
    const key = {
      provider: 'katalyst',
      scope: repository.fullName,
      target: 'katalyst-governance',
      contentType: 'governance-snapshot',
    } as const
    if ((await findPublication(db, key))?.contentHash === contentHash) return { status: 'unchanged' as const }
    const latest = attempt > 1 ? await ctx.providers.katalyst.readLatestSnapshot() : undefined
    const has = latest?.project === project && latest.version === version
    const { id } = has ? { id: undefined } : await ctx.providers.katalyst.sendGovernance(index)
    const at = ctx.clock.now()
    await savePublication(db, {
      ...key,
      ...(id === undefined ? {} : { remoteId: id }),
      title: `Governance of ${repository.fullName}`,
      url: `${ctx.providers.katalyst.address}/api/v1/taxonomy/governance/latest`,
      version,
      status: 'created',
      contentHash,
      publishedAt: at,
      updatedAt: at,
    })
    return { status: 'handed-over' as const }
  },
})
