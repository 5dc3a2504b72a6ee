import { readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { schema as published } from '@octokit/graphql-schema'
import { buildSchema, parse, validate } from 'graphql'
import { withoutField } from '../../../integrations/github/graph-query.ts'
import { projectRoot } from '../../source-tree.ts'

const folder = path.join(projectRoot, 'integrations/github/import/queries')
const schema = buildSchema(published.idl, { assumeValidSDL: true })

const documents: [string, string][] = []
for (const file of readdirSync(folder).filter((name) => name.endsWith('.ts')))
  for (const [name, value] of Object.entries((await import(path.join(folder, file))) as Record<string, unknown>)) {
    const made = typeof value === 'function' ? (value as (count: number) => unknown)(3) : value
    if (typeof made === 'string' && /^\s*query\b/.test(made)) documents.push([`${file} ${name}`, made])
  }

/** What servers in use are known to lack, or GitHub has said it will take away. */
const MAY_LACK = ['PullRequest.fullDatabaseId', 'User.databaseId', 'Ref.rules', 'PullRequest.closingIssuesReferences', 'Issue.subIssues']

const faultsOf = (document: string) => validate(schema, parse(document)).map(({ message }) => message)

describe('GraphQL documents', () => {
  test('are found', () => {
    expect(documents.length).toBeGreaterThan(3)
  })

  test.each(documents)('%s is valid by the schema that GitHub publishes', (_name, document) => {
    expect(faultsOf(document)).toEqual([])
  })

  test.each(documents)('lesson 6: %s stays valid without the fields that a server may lack', (_name, document) => {
    for (const field of MAY_LACK) expect([field, faultsOf(withoutField(document, field))]).toEqual([field, []])
    expect(faultsOf(MAY_LACK.reduce(withoutField, document))).toEqual([])
  })

  test.each(documents)('%s asks what it cost', (_name, document) => {
    expect(document.replace(/\s+/g, ' ')).toMatch(/rateLimit \{ (?=[^}]*cost)(?=[^}]*limit)(?=[^}]*remaining)(?=[^}]*resetAt)[^}]*\}/)
  })
})
