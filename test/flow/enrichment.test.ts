// What is asked in the middle of an assessment (read-enrichment, refresh-evidence), and the badge that everybody may ask for (read-badge).
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { known, unknown } from '../../integrations/foe/metric-value.ts'
import type { Store } from '../../integrations/store/open-store.ts'
import { findRepository, saveRepositories } from '../../integrations/store/repositories.ts'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { until } from './child-process.ts'
import { makeFolder, openProduct, openProviders, type Product, type Providers, READ_TOKEN } from './open-product.ts'
import { seedImport } from './seed-imports.ts'

const REPOSITORY = 'acme/shop'
const HOUR_MS = 3_600_000
let own: ReturnType<typeof makeFolder>
let providers: Providers
let product: Product
let store: Store
let id: number

beforeAll(async () => {
  own = makeFolder()
  providers = await openProviders({}, { permissions: EVIDENCE_PERMISSIONS })
  product = await openProduct(providers, { folder: own.folder })
  await providers.github.createRepository(REPOSITORY, { 'README.md': '# Shop\n' })
  await providers.github.installApp('acme', [REPOSITORY])
  await product.settle()
  store = await product.opened.contextFor({ kind: 'worker', name: 'test' }, 'test').store()
  id = (await findRepository(store.db, { fullName: REPOSITORY }))?.id ?? 0
})
afterAll(async () => {
  await product.close()
  await providers.close()
  own.remove()
})

interface Answer {
  readonly subscores: readonly {
    name: string
    score: number
    evidence: readonly { metric: string; ageSeconds: number; url: string }[]
    missing: readonly { code: string }[]
  }[]
  readonly imports: readonly { importId: string; isStale: boolean; ageSeconds: number }[]
  readonly missing: readonly string[]
  readonly refresh: { state: string; dimensions: readonly string[] }
}
const enrich = async (repository = REPOSITORY) =>
  (await product.call('GET', `/integrations/enrichment?repository=${repository}`, undefined, READ_TOKEN)) as {
    status: number
    body: Answer
  }
const seed = (metrics: Parameters<typeof seedImport>[1]['metrics'], hours: number, over: Partial<Parameters<typeof seedImport>[1]> = {}) =>
  seedImport(store.db, {
    provider: 'github',
    scope: `repository:${id}`,
    repository: REPOSITORY,
    dimension: 'feedback',
    metrics,
    at: new Date(Date.now() - hours * HOUR_MS),
    ...over,
  })

describe('enrichment', () => {
  test('of a repository nobody knows is what is missing, and no import is asked for', async () => {
    const { status, body } = await enrich('acme/nowhere')
    expect(status).toBe(200)
    expect(body.subscores.map(({ score, missing }) => [score, missing.length])).toEqual(Array(12).fill([0, 1]))
    expect(body.missing).toEqual(['github feedback', 'github understanding', 'github confidence', 'jira', 'confluence', 'governance'])
    expect(body.refresh).toMatchObject({ state: 'not-possible' })
    expect((await product.call('GET', '/integrations/enrichment')).status).toBe(400)
  })

  test('is the newest of each figure with its age and a link, also where a later import knew less', async () => {
    await seed({ buildTimeP50: known(900), failureRate: known(0.2) }, 5)
    const newest = await seed({ buildTimeP50: known(120), failureRate: unknown('no-permission') }, 2)
    await seed({ buildTimeP50: known(1) }, 1, { input: { branch: 'experiment' } })
    const { body } = await enrich()
    const [speed, , , loop] = body.subscores
    expect(speed?.evidence).toEqual([
      expect.objectContaining({
        metric: 'buildTimeP50',
        text: 'Median build time: 2 min (GitHub)',
        url: expect.stringContaining(`/integrations/github/feedback/${newest}`),
      }),
    ])
    expect(Math.abs((speed?.evidence[0]?.ageSeconds ?? 0) - 7200)).toBeLessThan(60)
    expect(loop?.evidence.map(({ metric }) => metric)).toEqual(['failureRate'])
    expect(body.imports.map(({ importId, isStale }) => [importId, isStale])).toEqual([[newest, false]])
  })

  test('that is old asks for new imports once, and the next answer has them', async () => {
    const { body } = await enrich()
    expect(body.refresh).toMatchObject({ state: 'asked-for', dimensions: ['understanding', 'confidence'] })
    await Promise.all(Array.from({ length: 10 }, () => enrich()))
    await product.settle()
    const after = await enrich()
    expect(after.body.refresh.state).toBe('not-needed')
    expect(after.body.missing).not.toContain('github understanding')
    expect(await store.db.prisma.import.count({ where: { dimension: 'understanding' } })).toBe(1)
    expect(await store.db.prisma.import.count({ where: { dimension: 'confidence' } })).toBe(1)
  })

  test('shows what another process has written since', async () => {
    await seed({ buildTimeP50: known(7200) }, 0)
    // An answer may be a moment old.
    await until('the new figure', async () => ((await enrich()).body.subscores[0]?.score ?? 25) < 10, { withinMs: 10_000 })
  })
})

describe('the badge', () => {
  const badge = async (query: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${product.server.url}/api/v1/integrations/github/badge?${query}`, { headers })
    return { status: response.status, headers: response.headers, text: await response.text() }
  }

  test('of a public repository shows the score without a token, and is not sent twice to whoever has it', async () => {
    await saveRepositories(store.db, [{ id, fullName: REPOSITORY, isPrivate: false }], new Date())
    // What is shown may be a moment old.
    const shown = async () => {
      const answer = await badge('owner=acme&repo=shop')
      return answer.text.includes('no score to show') ? undefined : answer
    }
    const { status, headers, text } = await until('the score', shown, { withinMs: 10_000 })
    expect([status, headers.get('content-type'), headers.get('cache-control')]).toEqual([200, 'image/svg+xml', 'public, max-age=300'])
    expect(text).toMatch(/aria-label="Katalyst: \d+ of 100, \w+; \d+ of 12 subscores have evidence"/)
    const again = await badge('owner=acme&repo=shop', { 'if-none-match': headers.get('etag') ?? '' })
    expect([again.status, again.text]).toEqual([304, ''])
    expect((await badge('owner=acme&repo=shop&dimension=feedback&theme=dark')).text).toMatch(/aria-label="Feedback: \d+ of 100/)
    expect((await badge('owner=acme')).status).toBe(400)
  })

  test('of a private repository is the same as of one that nobody knows', async () => {
    const unknownBadge = await badge('owner=acme&repo=nowhere')
    expect(unknownBadge.text).toContain('no score to show')
    for (const isPrivate of [true, undefined]) {
      await saveRepositories(store.db, [{ id, fullName: REPOSITORY, isPrivate: false }], new Date())
      await until('the score', async () => (await badge('owner=acme&repo=shop')).text !== unknownBadge.text, { withinMs: 10_000 })
      await store.db.prisma.repository.updateMany({
        where: { id: BigInt(id) },
        data: { isPrivate: isPrivate ?? null, updatedAt: new Date() },
      })
      // What is shown may be a moment old.
      await until('the neutral badge', async () => (await badge('owner=acme&repo=shop')).text === unknownBadge.text, { withinMs: 10_000 })
    }
  })
})
