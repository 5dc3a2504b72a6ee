// The change entry of a road item that was completed, in Katalyst's format. It says what the road item shows and nothing more: a
// check without evidence is pending, an NFR that does not apply is `na`, and it is a draft until people publish it.
import type { Artifact, RoadItem, RoadItemData } from './artifact.ts'

const quoted = (text: string): string => JSON.stringify(text)

/** Katalyst's checks, and the ids of the NFRs that speak for each. */
const NFR_CHECKS = { performance: 'NFR-PERF-', security: 'NFR-SEC-', accessibility: 'NFR-A11Y-' } as const

function nfrCheck({ nfrs }: RoadItemData, prefix: string): { readonly status: string; readonly evidence: string } {
  const ids = nfrs.applicable.filter((id) => id.startsWith(prefix))
  if (ids.length === 0) return { status: 'na', evidence: '' }
  const results = ids.map((id) => nfrs.results[id])
  const evidence = results.flatMap((result) => result?.evidence ?? []).join(' ')
  if (results.some((result) => result?.status === 'fail')) return { status: 'fail', evidence }
  return { status: results.every((result) => result?.status === 'pass') ? 'pass' : 'pending', evidence }
}

function bddCheck({ bdd }: RoadItemData) {
  const status = bdd.scenarios > 0 && bdd.passing >= bdd.scenarios ? 'pass' : 'pending'
  const coverage = bdd.scenarios > 0 ? `${Math.round((100 * Math.min(bdd.passing, bdd.scenarios)) / bdd.scenarios)}%` : '0%'
  return { status, coverage }
}

/** The newest version that the change entries name; a project without one has not released yet. */
export function latestVersion(changes: readonly Artifact<'change'>[]): string {
  const dated = [...changes].sort(
    (a, b) => (a.data.date ?? '').localeCompare(b.data.date ?? '') || a.id.localeCompare(b.id, 'en', { numeric: true }),
  )
  return dated.at(-1)?.data.version ?? '0.0.0'
}

export interface NewChange {
  /** `CHANGE-012`. */
  readonly id: string
  readonly road: RoadItem
  /** `YYYY-MM-DD`. */
  readonly date: string
  readonly version: string
  /** What made the road item complete, in a sentence. */
  readonly reason: string
}

/** The file `changes/CHANGE-nnn.md`. */
export function changeEntry({ id, road, date, version, reason }: NewChange): string {
  const { data } = road
  const bdd = bddCheck(data)
  const checks = Object.entries(NFR_CHECKS).map(([name, prefix]) => {
    const { status, evidence } = nfrCheck(data, prefix)
    return `    ${name}: {status: ${status}, evidence: ${quoted(evidence)}, validated_by: ""}`
  })
  const signatures = Object.keys(data.signatures).map((agent) => `  - {agent: ${quoted(agent)}, role: "", status: pending, timestamp: ""}`)
  return [
    '---',
    `id: ${id}`,
    `road_id: ${road.id}`,
    `title: ${quoted(road.title)}`,
    `date: ${quoted(date)}`,
    `version: ${quoted(version)}`,
    'status: draft',
    'categories: [Added]',
    'compliance:',
    `  adr_check: {status: ${data.adrs.validated ? 'pass' : 'pending'}, validated_by: ${quoted(data.adrs.validatedBy ?? '')}, validated_at: ${quoted(data.adrs.validatedAt ?? '')}, notes: ""}`,
    `  bdd_check: {status: ${bdd.status}, scenarios: ${data.bdd.scenarios}, passed: ${data.bdd.passing}, coverage: ${quoted(bdd.coverage)}, notes: ""}`,
    '  nfr_checks:',
    ...checks,
    ...(signatures.length > 0 ? ['signatures:', ...signatures] : ['signatures: []']),
    '---',
    '',
    `# ${id}: ${road.title}`,
    '',
    reason,
    '',
    'Review the category, the version and the checks before it is published.',
    '',
  ].join('\n')
}
