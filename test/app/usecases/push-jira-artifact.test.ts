// The outgoing write of one road item where things changed between being asked for and being done.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { AppContext } from '../../../app/context.ts'
import { pushJiraArtifact } from '../../../app/usecases/push-jira-artifact.ts'
import { replaceArtifacts } from '../../../integrations/store/artifacts.ts'
import { listRunEvents } from '../../../integrations/store/run-events.ts'
import { startRun } from '../../../integrations/store/runs.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers } from '../../flow/open-product.ts'

const text = '---\nid: ROAD-001\ntitle: "Search"\nstatus: proposed\nphase: 1\npriority: high\n---\n\n# ROAD-001: Search\n'
const scope = 'local:acme/small'
let providers: Providers
let product: Product
let own: ReturnType<typeof makeFolder>
let ctx: AppContext

beforeEach(async () => {
  own = makeFolder()
  providers = await openProviders()
  product = await openProduct(providers, { folder: own.folder })
  ctx = product.opened.contextFor({ kind: 'worker', name: 'test' }, 'r-1')
})
afterEach(async () => {
  await product.close()
  await providers.close()
  own.remove()
})

async function prepare(content: string, config: Record<string, string> = { projectKey: 'ROAD' }) {
  const { db } = await ctx.store()
  const at = ctx.clock.now()
  const row = {
    file: 'roads/ROAD-001.md',
    artifactId: 'ROAD-001',
    kind: 'road-item',
    title: 'Search',
    status: undefined,
    contentHash: 'x',
    text: content,
    data: {},
    problems: [],
    blobSha: undefined,
  }
  await replaceArtifacts(db, scope, { upserts: [row], removedFiles: [], at })
  const run = await startRun(db, { kind: 'jira-export', connectionId: 'jira', scope, input: { config, force: false }, total: 1, at })
  return { db, run, input: { runId: run.id, scope, source: 'acme/small', artifactId: 'ROAD-001', artifactKind: 'road-item' as const } }
}

describe('push-jira-artifact', () => {
  test('creates the issue and records it in the run', async () => {
    const { db, run, input } = await prepare(text)
    expect(await pushJiraArtifact.run(ctx, input)).toEqual({ status: 'created' })
    expect((await listRunEvents(db, run.id)).items).toMatchObject([
      { artifactId: 'ROAD-001', status: 'created', data: { jiraKey: 'ROAD-1' } },
    ])
  })

  test('refuses an artifact that was removed meanwhile, and one that can no longer be read', async () => {
    const gone = await prepare(text)
    await replaceArtifacts(gone.db, scope, { upserts: [], removedFiles: ['roads/ROAD-001.md'], at: ctx.clock.now() })
    expect(await pushJiraArtifact.run(ctx, gone.input)).toEqual({ status: 'refused' })
    const broken = await prepare('---\nid: [\n---\n')
    expect(await pushJiraArtifact.run(ctx, broken.input)).toEqual({ status: 'refused' })
    expect((await listRunEvents(broken.db, broken.run.id)).items[0]?.message).toContain('can no longer be read')
    expect(providers.jira.issues()).toEqual([])
  })

  test('a configuration that cannot work is this artifact’s failure, with the mapping named', async () => {
    const { db, run, input } = await prepare(text, { projectKey: 'NOPE' })
    expect(await pushJiraArtifact.run(ctx, input)).toEqual({ status: 'failed' })
    expect((await listRunEvents(db, run.id)).items).toMatchObject([
      { status: 'failed', code: 'config-invalid', message: expect.stringContaining('NOPE') },
    ])
  })
})
