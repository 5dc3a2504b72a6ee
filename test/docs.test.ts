// Documents that must stay true are checked: links lead somewhere, schemas are those the program enforces, commands exist.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { useCases } from '../app/usecases/table.ts'
import { ConfluenceConfigFile } from '../integrations/confluence/config.ts'
import { GitHubConfigFile } from '../integrations/github/config.ts'
import { RoadmapSourceFile } from '../integrations/governance/roadmap-source-config.ts'
import { SETTINGS_SCHEMA } from '../integrations/governance/settings.ts'
import { JiraConfigFile } from '../integrations/jira/config.ts'
import { projectRoot } from './source-tree.ts'

const documents = [
  ...readdirSync(projectRoot).filter((name) => name.endsWith('.md')),
  ...readdirSync(path.join(projectRoot, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const read = (file: string) => readFileSync(path.join(projectRoot, file), 'utf8')

describe('links', () => {
  test.each(documents)('of %s lead somewhere', (file) => {
    const targets = [...read(file).matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)].map((match) => match[1] as string)
    expect(targets.filter((target) => !existsSync(path.join(projectRoot, path.dirname(file), target)))).toEqual([])
  })

  test.each(documents)('of %s to files in backticks name files that exist', (file) => {
    const named = [...read(file).matchAll(/`((?:app|integrations|test|prisma|docs|scripts|governance)\/[\w./-]+)`/g)].map(
      (match) => match[1] as string,
    )
    expect(named.filter((name) => !existsSync(path.join(projectRoot, name)))).toEqual([])
  })
})

describe('JSON Schemas', () => {
  test.each([
    ['github-config.schema.json', 'github-config.json of Katalyst Integrations', GitHubConfigFile],
    ['confluence-config.schema.json', 'confluence-config.json of Katalyst Integrations', ConfluenceConfigFile],
    ['jira-config.schema.json', 'jira-config.json of Katalyst Integrations', JiraConfigFile],
    ['roadmap-source.schema.json', 'roadmap-source.json of Katalyst Integrations', RoadmapSourceFile],
    ['katalyst.schema.json', '.github/katalyst.yml of a governed repository', SETTINGS_SCHEMA],
  ] as const)('docs/schemas/%s is what the program enforces', (file, title, schema) => {
    const generated = `${JSON.stringify({ title, ...z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) }, null, 2)}\n`
    const place = path.join(projectRoot, 'docs/schemas', file)
    // UPDATE_SCHEMAS=1 npx jest test/docs.test.ts writes them after a change on purpose.
    if (process.env.UPDATE_SCHEMAS === '1') {
      mkdirSync(path.dirname(place), { recursive: true })
      writeFileSync(place, generated)
    }
    expect(readFileSync(place, 'utf8')).toBe(generated)
  })
})

test('every command that the documents show exists, with the flags they show', () => {
  const commands = new Map(useCases.flatMap((useCase) => (useCase.cli ? [[useCase.cli.command, useCase] as const] : [])))
  const known = new Set([...commands.keys(), 'serve', 'work', 'mcp', 'demo'])
  const shown = documents.flatMap((file) =>
    [...read(file).matchAll(/\bkatalyst ([a-z]+(?::[a-z]+)?)(?=[\s`.)"])/g)].map((match) => match[1] as string),
  )
  expect(shown.length).toBeGreaterThan(3)
  expect([...new Set(shown)].filter((command) => command.includes(':') && !known.has(command))).toEqual([])
})
