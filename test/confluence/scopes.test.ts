import { expect, test } from '@jest/globals'
import { CONFLUENCE_SCOPES, CONSENT_SCOPES, missingScopes } from '../../integrations/confluence/scopes.ts'
import { openConfluenceScopes } from '../sandbox/atlassian-scopes.ts'

/** What we send to Cloud, by the method and an address of its kind. */
const REQUESTS = [
  'GET /wiki/rest/api/user/current',
  'GET /wiki/api/v2/spaces',
  'GET /wiki/api/v2/spaces/1',
  'GET /wiki/api/v2/spaces/1/pages',
  'GET /wiki/api/v2/pages',
  'GET /wiki/api/v2/pages/1',
  'GET /wiki/api/v2/pages/1/direct-children',
  'GET /wiki/api/v2/pages/1/attachments',
  'POST /wiki/api/v2/pages',
  'PUT /wiki/api/v2/pages/1',
  'DELETE /wiki/api/v2/pages/1',
  'POST /wiki/api/v2/pages/1/properties',
  'PUT /wiki/api/v2/pages/1/properties/2',
  'GET /wiki/rest/api/content/search',
  'POST /wiki/rest/api/content/1/label',
  'DELETE /wiki/rest/api/content/1/label',
  'PUT /wiki/rest/api/content/1/child/attachment',
  'POST /wiki/rest/api/content/archive',
] as const

const published = openConfluenceScopes()
const onThisMachine = published ? test : test.skip

onThisMachine('the scopes are those that Atlassian publishes for what we send: none is missing, and none is asked for in vain', () => {
  const needed = REQUESTS.map((request) => {
    const [method = '', path = ''] = request.split(' ')
    return { request, scopes: published?.of(method, path)?.current }
  })
  expect(needed.filter(({ scopes }) => scopes === undefined)).toEqual([])
  expect([...new Set(needed.flatMap(({ scopes = [] }) => scopes))].sort()).toEqual([...CONSENT_SCOPES].sort())
})

test('a scope that a grant lacks is named with what it is for', () => {
  expect(missingScopes(CONSENT_SCOPES)).toEqual([])
  const [first] = missingScopes(CONSENT_SCOPES.filter((scope) => scope !== 'read:page:confluence'))
  expect(first).toContain(`Scope read:page:confluence: needed to ${CONFLUENCE_SCOPES['read:page:confluence']}.`)
})
