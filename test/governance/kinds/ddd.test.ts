import { describe, expect, test } from '@jest/globals'
import type { DddData } from '../../../integrations/governance/artifact.ts'
import { parseArtifact } from '../../../integrations/governance/parse-artifact.ts'
import { hasCorpus, readCorpus } from '../corpus.ts'

const read = (file: string, content: string) => {
  const { artifact, problems } = parseArtifact(file, content)
  if (artifact?.kind !== 'ddd') throw new Error('no DDD artifact was read')
  return { ...artifact, problems, data: artifact.data as DddData }
}

describe('prose', () => {
  test('gives contexts with their aggregates and relationships', () => {
    const { data } = read(
      'ddd/bounded-contexts.md',
      '---\ntitle: C\n---\n## 2. Field Guide Context (Supporting Subdomain)\n\n### Responsibility\n\nParse and\nindex.\n\nMore.\n\n### Key Aggregates\n\n| Aggregate | Root |\n|---|---|\n| **Index** (built) | `x \\| y` |\n\n### Relationships\n\n| Direction | Target Context | Pattern | Description |\n|:--|:-:|--:|---|\n| **Consumed by** | Scanning | Conformist | reads |\n| **Downstream from** | All contexts | Published Language | |\n| **Near** | Else | Other | |\n',
    )
    expect(data.contexts).toEqual([
      { slug: 'field-guide', name: 'Field Guide', subdomain: 'supporting', responsibility: 'Parse and index.', aggregates: ['Index'] },
    ])
    expect(data.relationships).toEqual([
      { upstream: 'field-guide', downstream: 'scanning', pattern: 'conformist', integration: 'reads' },
      { upstream: 'all', downstream: 'field-guide', pattern: 'published-language' },
    ])
  })

  test('that is hostile costs no more than its length', () => {
    const lines = [
      `## ${' '.repeat(200_000)}x (`,
      `## ${'a Context ('.repeat(50_000)}`,
      `|${'-|'.repeat(100_000)}x`,
      `| ${'\\|'.repeat(100_000)} |`,
      `#${' #'.repeat(100_000)}x`,
    ]
    const started = performance.now()
    expect(read('ddd/x.md', `---\ntitle: T\n---\n${lines.join('\n')}\n`).data.contexts).toEqual([])
    expect(performance.now() - started).toBeLessThan(2000)
  })
})

describe('a folder with one artifact per file', () => {
  test('gives a context with its neighbours', () => {
    const yaml =
      'slug: scanning\ntitle: Scanning\nsubdomain_type: core\nresponsibility: Scan\naggregates: [scan-job]\nupstream_contexts: [field-guide]\ndownstream_contexts: [reporting]\ncommunication_pattern: conformist\nrelationships: [{targetContext: a, type: downstream, description: d}, {targetContext: b, type: partnership}, {type: x}]\n'
    const { id, data } = read('ddd/contexts/scanning.md', `---\n${yaml}---\n`)
    expect(id).toBe('scanning')
    expect(data.contexts).toEqual([
      { slug: 'scanning', name: 'Scanning', subdomain: 'core', responsibility: 'Scan', aggregates: ['scan-job'] },
    ])
    expect(data.relationships).toEqual([
      { upstream: 'a', downstream: 'scanning', pattern: 'downstream', integration: 'd' },
      { upstream: 'scanning', downstream: 'b', pattern: 'partnership' },
      { upstream: 'field-guide', downstream: 'scanning', pattern: 'conformist' },
      { upstream: 'scanning', downstream: 'reporting', pattern: 'conformist' },
    ])
  })

  test('gives aggregates and events', () => {
    expect(
      read('ddd/aggregates/job.md', '---\ntitle: Job\ncontext: scanning\nproperties: [id, {name: state}]\n---\n').data.aggregates,
    ).toEqual([{ slug: 'job', name: 'Job', context: 'scanning', properties: ['id', 'state'] }])
    expect(
      read('ddd/events/done.md', '---\ntitle: Done\ncontext: scanning\naggregate: job\ntriggers: [finish]\n---\n').data.events,
    ).toEqual([{ slug: 'done', name: 'Done', context: 'scanning', aggregate: 'job', trigger: 'finish' }])
  })
})

const withCorpus = hasCorpus ? describe : describe.skip
withCorpus('the real prose', () => {
  const data = Object.fromEntries(
    (hasCorpus ? readCorpus() : [])
      .filter(({ file }) => file.startsWith('ddd/'))
      .map(({ file, content }) => [file, read(file, content).data]),
  )

  test('has the contexts and subdomains Katalyst names', () => {
    expect(data['ddd/bounded-contexts.md']?.contexts.map(({ slug, subdomain, aggregates }) => [slug, subdomain, aggregates])).toEqual([
      ['scanning', 'core', ['ScanJob', 'FOEReport']],
      ['field-guide', 'supporting', ['MethodsIndex', 'ObservationsIndex']],
      ['reporting', 'supporting', ['FOEReport', 'DomainModel']],
      ['governance', 'generic', expect.any(Array)],
    ])
  })

  test('has the context map', () => {
    expect(
      data['ddd/context-map.md']?.relationships.map(({ upstream, downstream, pattern }) => `${upstream} → ${downstream}: ${pattern}`),
    ).toEqual([
      'scanning → reporting: customer-supplier',
      'field-guide → scanning: conformist',
      'field-guide → reporting: conformist',
      'governance → all: published-language',
    ])
  })

  test('has the aggregates and events', () => {
    expect(data['ddd/aggregates-entities.md']?.aggregates.map(({ name, context }) => `${name} ${context}`)).toEqual([
      'FOEReport reporting',
      'DomainModel reporting',
      'MethodIndex field-guide',
      'ScanJob scanning',
      'GovernanceSnapshot governance',
    ])
    expect(data['ddd/aggregates-entities.md']?.aggregates[0]?.properties[0]).toBe('Root: FOEReport')
    expect(data['ddd/domain-events.md']?.events.map(({ name, context, aggregate }) => [name, context, aggregate])).toEqual([
      ['ScanCompleted', 'scanning', 'scanjob'],
      ['ReportIngested', 'reporting', 'foereport'],
      ['DomainModelUpdated', 'reporting', 'domainmodel'],
      ['GovernanceSnapshotCreated', 'governance', 'governancesnapshot'],
      ['IndicesRebuilt', 'field-guide', expect.any(String)],
    ])
  })
})
