import { afterEach, describe, expect, test } from '@jest/globals'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'
import { z } from 'zod'
import type { Actor, Progress } from '../../../app/context.ts'
import { makeMcpServer } from '../../../app/mcp/server.ts'
import { toolsOf } from '../../../app/mcp/tools.ts'
import { makeUseCase } from '../../../app/use-case.ts'
import { useCases } from '../../../app/usecases/table.ts'
import { AppError } from '../../../integrations/kernel/errors.ts'
import { sampleContext } from '../sample-table.ts'

const counting = makeUseCase({
  name: 'import-things',
  summary: 'Imports things.',
  access: 'admin',
  input: z.strictObject({ many: z.number().int().min(1), async: z.boolean().default(false), path: z.string().optional() }),
  output: z.object({ done: z.number() }),
  http: { method: 'POST', path: '/integrations/things/import', hidden: ['path'] },
  async run(ctx, { many }) {
    for (let done = 1; done <= many; done += 1) ctx.progress({ phase: `thing ${done}`, done, total: many })
    return { done: many }
  },
})
const refusing = makeUseCase({
  name: 'read-thing',
  summary: 'Reads a thing.',
  access: 'read',
  input: z.strictObject({ id: z.string() }),
  output: z.object({}),
  http: { method: 'GET', path: '/things/{id}' },
  run: async (_ctx, { id }) => {
    if (id === 'broken') throw new TypeError('secret detail')
    throw new AppError('not-found', `There is no thing ${id}.`)
  },
})
const removing = makeUseCase({
  name: 'remove-thing',
  summary: 'Removes a thing.',
  access: 'admin',
  input: z.strictObject({}),
  output: z.object({}),
  http: { method: 'DELETE', path: '/things' },
  run: async () => ({}),
})

const open: Client[] = []
afterEach(async () => {
  for (const client of open.splice(0)) await client.close()
})

async function connect(kind: Actor['kind']): Promise<Client> {
  const parts = {
    table: [counting, refusing, removing],
    version: '1.2.3',
    contextFor: (actor: Actor, requestId: string, progress: (step: Progress) => void = () => {}) =>
      sampleContext({ actor, requestId, progress }),
    newRequestId: () => 'request-1',
  }
  const server = makeMcpServer(parts, { kind, name: 'test' })
  const [mine, theirs] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: 'test', version: '1' })
  await Promise.all([server.connect(theirs), client.connect(mine)])
  open.push(client)
  return client
}

describe('tools', () => {
  test('are the reading use cases and the imports, and nothing that acts', () => {
    const tools = toolsOf(useCases)
    expect(tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['read-enrichment', 'read-report', 'import-github', 'list-artifacts', 'read-scores']),
    )
    for (const { name, http, access } of tools) {
      expect({ name, reads: http.method === 'GET' && ['read', 'public'].includes(access) }).toEqual({
        name,
        reads: !http.path.endsWith('/import'),
      })
    }
    expect(tools.map(({ name }) => name)).not.toContain('read-badge')
  })

  test('are offered by what the token may do, with the schema of the API', async () => {
    const reader = await connect('reader')
    expect((await reader.listTools()).tools).toEqual([
      expect.objectContaining({
        name: 'read-thing',
        description: 'Reads a thing.',
        inputSchema: { type: 'object', properties: { id: { type: 'string' } }, required: ['id'], additionalProperties: false },
        annotations: expect.objectContaining({ readOnlyHint: true }),
      }),
    ])
    const admin = await connect('admin')
    const { tools } = await admin.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['import-things', 'read-thing'])
    expect(Object.keys(tools[0]?.inputSchema.properties ?? {})).toEqual(['many'])
    await expect(reader.callTool({ name: 'import-things', arguments: { many: 1 } })).rejects.toThrow(/no tool import-things/)
    expect(admin.getServerVersion()).toEqual({ name: 'katalyst-integrations', version: '1.2.3' })
    expect(admin.getInstructions()).toContain('read-enrichment')
  })
})

describe('a call', () => {
  test('answers what the API answers, and reports progress that only grows', async () => {
    const client = await connect('admin')
    const steps: (readonly [number, number | undefined, string | undefined])[] = []
    const answer = await client.callTool({ name: 'import-things', arguments: { many: 3 } }, undefined, {
      onprogress: ({ progress, total, message }) => void steps.push([progress, total, message]),
    })
    expect(answer.structuredContent).toEqual({ done: 3 })
    expect(steps).toEqual([
      [1, 3, 'thing 1'],
      [2, 3, 'thing 2'],
      [3, 3, 'thing 3'],
    ])
  })

  test('that is refused is an answer with a sentence and a code; a fault of ours says nothing of itself', async () => {
    const client = await connect('admin')
    expect(await client.callTool({ name: 'read-thing', arguments: { id: 'x' } })).toMatchObject({
      isError: true,
      structuredContent: { error: 'There is no thing x.', code: 'NOT-FOUND', requestId: 'request-1' },
    })
    expect(await client.callTool({ name: 'read-thing', arguments: {} })).toMatchObject({
      isError: true,
      structuredContent: { code: 'BAD-REQUEST', details: { issues: [{ path: 'id', expected: 'string', received: 'nothing' }] } },
    })
    expect(await client.callTool({ name: 'import-things', arguments: { many: 1, path: '/etc' } })).toMatchObject({
      isError: true,
      structuredContent: { details: { issues: [{ path: 'path' }] } },
    })
    const broken = await client.callTool({ name: 'read-thing', arguments: { id: 'broken' } })
    expect(broken).toMatchObject({ isError: true, structuredContent: { code: 'INTERNAL' } })
    expect(JSON.stringify(broken)).not.toContain('secret detail')
  })
})
