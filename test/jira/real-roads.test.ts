// The first export at full size: every real road item, through the stand-in's workflow, twice, and once more without memory.
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import type { RoadItem } from '../../integrations/governance/artifact.ts'
import { parseArtifact } from '../../integrations/governance/parse-artifact.ts'
import { parseJiraConfig } from '../../integrations/jira/config.ts'
import { jiraProvider } from '../../integrations/jira/index.ts'
import { realRoadFolder } from './adf-schema.ts'
import { openTestSite } from './site.ts'

const folder = realRoadFolder()
const STATUS_OF = { proposed: 'To Do', nfr_blocked: 'Blocked', complete: 'Done' } as Readonly<Record<string, string>>

function readRoads(): RoadItem[] {
  return readdirSync(folder as string)
    .filter((file) => /^ROAD-\d+\.md$/.test(file))
    .flatMap((file) => {
      const { artifact } = parseArtifact(`roads/${file}`, readFileSync(path.join(folder as string, file), 'utf8'))
      return artifact?.kind === 'road-item' ? [artifact] : []
    })
}

;(folder ? test : test.skip)(
  'all 33 real road items reach their status, a second look finds nothing to do, and each is found again by its mark',
  async () => {
    const site = await openTestSite({ searchLag: { ms: 0 } })
    try {
      const parsed = parseJiraConfig({ projectKey: 'ROAD', fieldMappings: { 'road-item.status': 'Governance Status' } }, 'jira-config.json')
      if (parsed.kind === 'problems') throw new Error(parsed.problems.join('\n'))
      const resolved = await jiraProvider.resolve(site.context, parsed.config)
      if (resolved.kind === 'problems') throw new Error(resolved.problems.join('\n'))
      const { setup } = resolved
      const target = jiraProvider.makeTarget(site.context, { config: parsed.config, setup })
      const roads = readRoads()
      const items = roads.map((road) => {
        const mapped = jiraProvider.toDesiredIssue(road, setup, {
          scope: 'repository:1',
          sourceUrl: `https://git.example.org/o/r/blob/main/${road.file}`,
        })
        if (mapped.kind === 'refused') throw new Error(mapped.reason)
        return mapped.item
      })
      const ids: string[] = []
      for (const item of items) {
        const ref = await target.create(item)
        const found = await target.read(ref)
        if (!found) throw new Error(`${ref.key} is gone`)
        if (target.plan(item, found.remote).kind === 'change') await target.apply(item, ref, found.remote)
        ids.push(ref.id)
      }
      const statusOf = new Map(site.sandbox.issues().map((issue) => [issue.id, issue.status]))
      expect(statusOf.size).toBe(33)
      expect(ids.map((id) => statusOf.get(id))).toEqual(roads.map(({ data }) => STATUS_OF[data.status ?? ''] ?? 'In Progress'))

      site.sent()
      await target.prefetch(ids)
      for (const [index, item] of items.entries()) {
        const found = await target.read({ id: ids[index] ?? '' })
        expect(found && target.plan(item, found.remote)).toEqual({ kind: 'none' })
      }
      expect(site.sent()).toEqual(['POST issue/bulkfetch'])

      for (const [index, item] of items.entries()) {
        expect(await target.find(item.marker, [])).toMatchObject({ kind: 'found', ref: { id: ids[index] } })
      }
      expect(site.sandbox.violations).toEqual([])
    } finally {
      await site.close()
    }
  },
  60_000,
)
