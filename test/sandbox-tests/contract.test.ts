import { describe, expect, test } from '@jest/globals'
import { findContracts, openContract, openWebhookContract } from '../sandbox/contract.ts'
import { toJsonSchema } from '../sandbox/openapi-schema.ts'

const present = findContracts() !== undefined
if (!present) process.stderr.write('SKIPPED: the provider descriptions are not beside the project; contracts are not checked.\n')
const there = present ? describe : describe.skip

const none = new URLSearchParams()
const sha = 'a'.repeat(40)

there('a contract', () => {
  test('accepts a described request and reports each departure of another', async () => {
    const github = await openContract('github-rest')
    const checkRun = (requestBody: unknown) =>
      github?.check({ method: 'POST', path: '/repos/o/r/check-runs', query: none, requestBody, status: 202 })
    expect(checkRun({ name: 'c', head_sha: sha })).toEqual(['response: status 202 is not documented'])
    const annotation = { path: 'a', start_line: 1, end_line: 1, annotation_level: 'notice', message: 'm' }
    expect(
      checkRun({ name: 'c', head_sha: 1, output: { title: 't', summary: 's', annotations: Array(51).fill(annotation) } })?.join('\n'),
    ).toMatch(/annotations.*50[\s\S]*head_sha.*string/)
  })

  test('refuses an operation, a query parameter and an answer that nobody describes', async () => {
    const github = await openContract('github-rest')
    expect(github?.check({ method: 'GET', path: '/repos/o/r/nothing', query: none, status: 404 })).toHaveLength(1)
    const list = { method: 'GET', path: '/repos/o/r/commits', status: 200, responseBody: [] }
    expect(github?.check({ ...list, query: new URLSearchParams('per_page=100&sha=main') })).toEqual([])
    expect(github?.check({ ...list, query: new URLSearchParams('perPage=100') })?.join()).toContain('perPage')
    expect(github?.check({ ...list, query: new URLSearchParams('page=two') })?.join()).toContain('page')
    expect(github?.check({ ...list, query: none, responseBody: [{}] })?.length).toBeGreaterThan(0)
  })

  test('finds the longest template, also where a parameter contains slashes and behind the Enterprise prefix', async () => {
    const github = await openContract('github-rest')
    expect(github?.describes('GET', '/api/v3/repos/o/r/git/ref/heads/a/b')).toBe(true)
    expect(
      github?.check({
        method: 'GET',
        path: '/repos/o/r/commits/feature/x/check-runs',
        query: new URLSearchParams('check_name=a&filter=latest&app_id=3'),
        status: 200,
        responseBody: { total_count: 0, check_runs: [] },
      }),
    ).toEqual([])
  })

  test('says nothing about what a refused request was like, nor about an undocumented error', async () => {
    const github = await openContract('github-rest')
    expect(
      github?.check({
        method: 'POST',
        path: '/repos/o/r/check-runs',
        query: none,
        requestBody: {},
        status: 422,
        responseBody: { message: 'x' },
      }),
    ).toEqual([])
  })

  test('applies the tolerances, and lets Atlassian add members to answers but not us to requests', async () => {
    const jira = await openContract('jira-platform')
    const create = {
      method: 'POST',
      path: '/rest/api/3/issue',
      query: none,
      status: 201,
      responseBody: { id: '1', key: 'A-1', self: 'https://x/1', addedLater: true },
    }
    expect(jira?.check({ ...create, requestBody: { fields: { summary: 's' } } })).toEqual([])
    expect(jira?.check({ ...create, requestBody: { fields: 'none' } })?.length).toBeGreaterThan(0)
    const pages = await openContract('confluence-v2')
    const body = { representation: 'storage', value: '<p/>' }
    expect(
      pages?.check({
        method: 'POST',
        path: '/wiki/api/v2/pages',
        query: none,
        requestBody: { spaceId: '1', status: 'current', title: 't', body },
        status: 429,
      }),
    ).toEqual([])
    const created = pages?.check({
      method: 'POST',
      path: '/wiki/api/v2/pages',
      query: none,
      requestBody: { spaceId: '1', status: 'current', title: 't', body },
      status: 200,
      responseBody: { id: '1' },
    })
    expect(created).toEqual([])
  })

  test('knows webhook payloads by event and action', async () => {
    const webhooks = await openWebhookContract()
    expect(webhooks?.check('installation', { action: 'suspend' }).length).toBeGreaterThan(0)
    expect(webhooks?.check('installation', { action: 'dance' })[0]).toContain('no such event')
    expect(webhooks?.check('ping', { zen: 'z', hook_id: 1 })).toEqual([])
  })
})

test('nullable, references and draft-4 bounds become JSON Schema', () => {
  const from = {
    type: 'object',
    nullable: true,
    properties: {
      a: { type: 'integer', minimum: 1, exclusiveMinimum: true },
      b: { enum: ['x'], nullable: true },
      c: { $ref: '#/components/schemas/C' },
      nullable: { type: 'string' },
    },
    additionalProperties: false,
  }
  const expected = {
    type: ['object', 'null'],
    properties: {
      a: { type: 'integer', exclusiveMinimum: 1 },
      b: { anyOf: [{ type: 'null' }, { enum: ['x'] }] },
      c: { $ref: 'api#/components/schemas/C' },
      nullable: { type: 'string' },
    },
  }
  expect(toJsonSchema(from, true)).toEqual(expected)
  expect(toJsonSchema(from, false)).toEqual({ ...expected, additionalProperties: false })
})
