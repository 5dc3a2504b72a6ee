// The tools over both transports, with the SDK's own client: `katalyst mcp` as a child process, and POST /mcp of a running server.
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { EVIDENCE_PERMISSIONS } from '../sandbox/github/sandbox.ts'
import { projectRoot } from '../source-tree.ts'
import { ADMIN_TOKEN, makeFolder, openProduct, openProviders, type Product, type Providers, READ_TOKEN } from './open-product.ts'

const REPOSITORY = 'acme/shop'
let own: ReturnType<typeof makeFolder>
let providers: Providers
let product: Product
const open: Client[] = []

beforeAll(async () => {
  own = makeFolder()
  providers = await openProviders({}, { permissions: EVIDENCE_PERMISSIONS })
  product = await openProduct(providers, { folder: own.folder })
  await providers.github.createRepository(REPOSITORY, { 'README.md': '# Shop\n' })
  await providers.github.installApp('acme', [REPOSITORY])
  await product.settle()
})
afterEach(async () => {
  for (const client of open.splice(0)) await client.close()
})
afterAll(async () => {
  await product.close()
  await providers.close()
  own.remove()
})

async function connect(transport: StreamableHTTPClientTransport | StdioClientTransport): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  await client.connect(transport as Parameters<Client['connect']>[0])
  open.push(client)
  return client
}
const overHttp = (token: string) =>
  connect(
    new StreamableHTTPClientTransport(new URL(`${product.server.url}/mcp`), {
      requestInit: { headers: { authorization: `Bearer ${token}` } },
    }),
  )

const importing = {
  name: 'import-github',
  arguments: { owner: 'acme', repo: 'shop', dimension: 'confidence', dataTypes: ['dependabot-alerts'] },
}

describe('POST /mcp', () => {
  test('offers a reader what reads, and an admin the imports as well, which say how far they are', async () => {
    const reader = await overHttp(READ_TOKEN)
    const names = (await reader.listTools()).tools.map(({ name }) => name)
    expect(names).toContain('read-enrichment')
    expect(names).not.toContain('import-github')
    const admin = await overHttp(ADMIN_TOKEN)
    const steps: number[] = []
    const answer = await admin.callTool(importing, undefined, { onprogress: ({ progress }) => void steps.push(progress) })
    expect(answer.structuredContent).toMatchObject({ state: 'done', provider: 'github', metrics: { openAlerts: 0 } })
    expect(steps).toEqual([...new Set(steps)].sort((left, right) => left - right))
    const enriched = await reader.callTool({ name: 'read-enrichment', arguments: { repository: REPOSITORY } })
    expect(enriched.structuredContent).toMatchObject({ repository: REPOSITORY, imports: [{ provider: 'github', dimension: 'confidence' }] })
    expect(await reader.callTool({ name: 'read-report', arguments: { id: 'none' } })).toMatchObject({
      isError: true,
      structuredContent: { code: 'NOT-FOUND' },
    })
  })

  test('refuses who has no token, and what is no POST', async () => {
    await expect(overHttp('wrong-token-of-somebody')).rejects.toThrow()
    const post = (headers: Record<string, string>) =>
      fetch(`${product.server.url}/mcp`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{}' })
    expect((await post({})).status).toBe(401)
    expect((await fetch(`${product.server.url}/mcp`, { headers: { authorization: `Bearer ${READ_TOKEN}` } })).status).toBe(405)
  })
})

describe('katalyst mcp', () => {
  test('speaks the protocol and nothing else on standard output, does the work of an import itself, and ends with its client', async () => {
    const hooks = path.join(projectRoot, 'test/store/typescript-hooks.mjs')
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: ['--import', hooks, path.join(projectRoot, 'app/main.ts'), 'mcp'],
      cwd: own.folder,
      env: { PATH: process.env.PATH ?? '', ...product.environment, DATABASE_URL: `file:${path.join(own.folder, 'stdio.db')}` },
      stderr: 'ignore',
    })
    const client = await connect(transport)
    expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['import-github', 'read-enrichment', 'list-reports']),
    )
    expect((await client.callTool({ name: 'list-reports', arguments: {} })).structuredContent).toEqual({ items: [] })
    const refused = await client.callTool({ name: 'import-github', arguments: { owner: 'acme', repo: 'shop', dimension: 'speed' } })
    expect(refused).toMatchObject({ isError: true, structuredContent: { code: 'BAD-REQUEST' } })
    const answer = await client.callTool(importing)
    expect(answer.structuredContent).toMatchObject({ provider: 'github', dimension: 'confidence' })
  })
})
