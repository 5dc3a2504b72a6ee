// A governance folder of any size, for benchmarks that need more than a project has.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const pad = (n: number) => String(n).padStart(3, '0')

/** Writes `count` artifacts (half stories, a quarter roads, the rest capabilities) that refer to each other. */
export function writeSyntheticGovernance(folder: string, count: number): void {
  const capabilities = Math.max(1, Math.floor(count / 4) - 1)
  const roads = Math.floor(count / 4)
  const stories = count - capabilities - roads - 1
  const write = (file: string, front: readonly string[], title: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
    writeFileSync(path.join(folder, file), `---\n${front.join('\n')}\n---\n\n# ${title}\n\n## Description\n\nText of ${title}.\n`)
  }
  write(
    'user-types/UT-001.md',
    ['id: UT-001', 'name: "Lead"', 'tag: "@UT-001"', 'type: human', 'status: approved', 'archetype: operator'],
    'Lead',
  )
  for (let n = 1; n <= capabilities; n += 1)
    write(
      `capabilities/CAP-${pad(n)}.md`,
      [`id: CAP-${pad(n)}`, `title: "Capability ${n}"`, 'category: Business', 'status: stable'],
      `Capability ${n}`,
    )
  for (let n = 1; n <= roads; n += 1)
    write(
      `roads/ROAD-${pad(n)}.md`,
      [
        `id: ROAD-${pad(n)}`,
        `title: "Road ${n}"`,
        'status: proposed',
        'phase: 1',
        'priority: high',
        'created: "2026-01-01"',
        'governance:',
        '  adrs: {validated: false, ids: []}',
        `  bdd: {id: BDD-${pad(n)}, status: draft, feature_files: [], scenarios: 0, passing: 0}`,
        '  nfrs: {applicable: [], status: pending, results: {}}',
        `  capabilities: [CAP-${pad((n % capabilities) + 1)}]`,
        'dependencies:',
        `  requires: [${n > 1 ? `ROAD-${pad(n - 1)}` : ''}]`,
        '  enables: []',
      ],
      `Road ${n}`,
    )
  for (let n = 1; n <= stories; n += 1)
    write(
      `user-stories/US-${pad(n)}.md`,
      [
        `id: US-${pad(n)}`,
        `title: "Story ${n}"`,
        'user_type: UT-001',
        'status: draft',
        `capabilities: [CAP-${pad((n % capabilities) + 1)}]`,
        'use_cases: []',
        'acceptance_criteria:',
        '  - "It works"',
      ],
      `Story ${n}`,
    )
}
