// Reads every reference between artifacts and says which lead nowhere, which are malformed, which close a circle, and
// which artifacts stand alone. Everything is one pass over the artifacts with look-ups by id, so that a check of
// thousands of artifacts stays in milliseconds.
import type { Artifact, ArtifactKind, Position, Problem, ProblemCode } from './artifact.ts'
import { byFile } from './artifact-set.ts'
import { KIND_PLACES } from './catalogue.ts'
import { nearMiss } from './near-miss.ts'
import { type ProblemWords, placeOf, problemAt } from './place.ts'
import { arrangeProblems } from './problem-list.ts'
import { cyclesIn } from './reference-cycles.ts'
import { ORDERS, type OrderName, REFERENCE_RULES, type ReferenceKind, type ReferenceRule } from './reference-kinds.ts'

/** One artifact names another, at one place. */
export interface Reference {
  readonly kind: ReferenceKind
  readonly from: string
  readonly to: string
  readonly file: string
  /** Frontmatter path of the id, or of its list; empty where the id is said in the body. */
  readonly path: string
  readonly position: Position
}

export interface ReferenceOptions {
  /** Ids that exist although no artifact has them: of files that could not be read, or of another store. */
  readonly targets?: ReadonlySet<string>
}

/** More suggestions than these are not looked for: comparing every missing id with every known one is quadratic. */
const MOST_SUGGESTIONS = 200
const A_KIND = {
  'road-item': 'a road item',
  capability: 'a capability',
  'user-story': 'a user story',
  'user-type': 'a user type',
  adr: 'an ADR',
  nfr: 'an NFR',
  change: 'a change entry',
  'practice-area': 'a practice area',
  'use-case': 'a use case',
  competency: 'a competency',
  ddd: 'a domain document',
} as const satisfies Record<ArtifactKind, string>
/** Kinds whose files are read for facts, not linked by id. */
const NEVER_ORPHANS: ReadonlySet<ArtifactKind> = new Set(['ddd'])

const entriesOf = (artifact: Artifact, path: string): readonly string[] => {
  const entries: string[] = []
  while (artifact.positions.has(`${path}[${entries.length}]`)) entries.push(`${path}[${entries.length}]`)
  return entries
}

/** Where the ids of one rule stand. Lists that are read as a union can only be told apart while their lengths add up. */
function pathsOf(artifact: Artifact, rule: ReferenceRule, ids: readonly string[]): readonly string[] {
  const present = rule.paths.filter((path) => artifact.positions.has(path))
  const lists = present.map((path) => ({ path, entries: entriesOf(artifact, path) })).filter(({ entries }) => entries.length > 0)
  const fallback = lists.at(-1)?.path ?? present[0] ?? rule.paths[0] ?? ''
  const all = lists.flatMap(({ entries }) => entries)
  const sure = all.length === ids.length ? all : (lists[0]?.entries ?? [])
  return ids.map((_, at) => sure[at] ?? (rule.alsoInBody ? '' : fallback))
}

/** The line of the body that first says an id; the place of the artifact where none is known. */
function placeInBody(artifact: Artifact, id: string): Position {
  const at = artifact.bodyLine === undefined ? -1 : artifact.body.indexOf(id)
  if (artifact.bodyLine === undefined || at === -1) return placeOf(artifact, '')
  const before = artifact.body.slice(0, at)
  return { line: artifact.bodyLine + (before.match(/\n/g)?.length ?? 0), column: at - before.lastIndexOf('\n') }
}

/** All references of the artifacts, in the order of the artifacts and of the rules. */
export function readReferences(artifacts: readonly Artifact[]): readonly Reference[] {
  const rules = Object.entries(REFERENCE_RULES) as [ReferenceKind, ReferenceRule][]
  return artifacts.flatMap((artifact) =>
    rules.flatMap(([kind, rule]) => {
      const ids = rule.idsOf(artifact)
      if (ids.length === 0) return []
      const paths = pathsOf(artifact, rule, ids)
      return ids.map((to, at): Reference => {
        const path = paths[at]!
        return {
          kind,
          from: artifact.id,
          to,
          file: artifact.file,
          path,
          position: path === '' ? placeInBody(artifact, to) : placeOf(artifact, path),
        }
      })
    }),
  )
}

interface Catalogue {
  readonly byId: ReadonlyMap<string, Artifact>
  readonly byFile: ReadonlyMap<string, Artifact>
  readonly idsOfKind: ReadonlyMap<ArtifactKind, readonly string[]>
}

function catalogue(artifacts: readonly Artifact[]): Catalogue {
  const byId = new Map<string, Artifact>()
  const byFile = new Map<string, Artifact>()
  const idsOfKind = new Map<ArtifactKind, string[]>()
  for (const artifact of artifacts) {
    byFile.set(artifact.file, artifact)
    if (byId.has(artifact.id)) continue
    byId.set(artifact.id, artifact)
    const known = idsOfKind.get(artifact.kind)
    if (known === undefined) idsOfKind.set(artifact.kind, [artifact.id])
    else known.push(artifact.id)
  }
  return { byId, byFile, idsOfKind }
}

function adviceOnMissing(reference: Reference, rule: ReferenceRule, { byId }: Catalogue, suggestion: string | undefined): string {
  const other = byId.get(reference.to)
  if (other !== undefined)
    return `${reference.to} is ${A_KIND[other.kind]}; name ${A_KIND[rule.to]} here, or move the id to the key for it.`
  if (suggestion !== undefined) return `Did you mean ${suggestion}?`
  return `Correct the id, add the file that has it, or remove the reference.`
}

const placed = (source: Artifact, code: ProblemCode, { path, position }: Reference, words: ProblemWords): Problem => ({
  ...problemAt(source, code, path, words),
  ...position,
})

/** References that lead nowhere or are not ids of the kind they should name. */
function brokenReferences(references: readonly Reference[], known: Catalogue, targets: ReadonlySet<string>): Problem[] {
  const suggestions = new Map<string, string | undefined>()
  const suggest = (id: string, kind: ArtifactKind): string | undefined => {
    const key = `${kind} ${id}`
    if (!suggestions.has(key) && suggestions.size < MOST_SUGGESTIONS) suggestions.set(key, nearMiss(id, known.idsOfKind.get(kind) ?? []))
    return suggestions.get(key)
  }
  return references.flatMap((reference) => {
    const { kind, from, to } = reference
    const rule = REFERENCE_RULES[kind]
    if (known.byId.get(to)?.kind === rule.to || targets.has(to)) return []
    const source = known.byFile.get(reference.file)
    if (source === undefined) return []
    const wanted = A_KIND[rule.to]
    const suggestion = suggest(to, rule.to)
    const advice = adviceOnMissing(reference, rule, known, suggestion)
    const { id: pattern, idForm } = KIND_PLACES[rule.to]
    if (!pattern.test(to) && !known.byId.has(to)) {
      const message = `${from} ${rule.verb} "${to}", which is not the id of ${wanted}.`
      return [placed(source, 'id-malformed', reference, { message, severity: rule.missing, expected: idForm, found: to, advice })]
    }
    if (rule.silentWithoutTargets !== undefined && !known.idsOfKind.has(rule.to)) return []
    const message = `${from} ${rule.verb} ${to}, but there is no such ${wanted.replace(/^an? /, '')}.`
    return [
      placed(source, 'reference-missing', reference, {
        message,
        severity: rule.missing,
        expected: `the id of ${wanted}`,
        found: to,
        advice,
      }),
    ]
  })
}

function circles(references: readonly Reference[], known: Catalogue): Problem[] {
  return (Object.keys(ORDERS) as OrderName[]).flatMap((name) => {
    const edges = references.flatMap((reference) => {
      const { order } = REFERENCE_RULES[reference.kind]
      if (order?.name !== name || !known.byId.has(reference.to)) return []
      const { from, to } = reference
      return [order.direction === 'forward' ? { from, to, reference } : { from: to, to: from, reference }]
    })
    return cyclesIn(edges).flatMap(({ members, edge }) => {
      const source = known.byFile.get(edge.reference.file)
      if (source === undefined) return []
      const spelled = spellCircle(members)
      return [
        problemAt(source, 'reference-cycle', edge.reference.path, {
          message: `${spelled}: ${ORDERS[name]}.`,
          expected: 'an order without circles',
          found: spelled,
          advice: 'Remove one of these references.',
        }),
      ]
    })
  })
}

const MOST_SPELLED = 12

function spellCircle(members: readonly string[]): string {
  const shown = members.length > MOST_SPELLED ? [...members.slice(0, MOST_SPELLED), `… ${members.length - MOST_SPELLED} more`] : members
  return [...shown, members[0]].join(' → ')
}

function orphans(artifacts: readonly Artifact[], references: readonly Reference[]): Problem[] {
  const linked = new Set(references.flatMap(({ from, to }) => (from === to ? [] : [from, to])))
  return artifacts
    .filter((artifact) => !NEVER_ORPHANS.has(artifact.kind) && !linked.has(artifact.id))
    .map((artifact) =>
      problemAt(artifact, 'reference-orphan', 'id', {
        message: `${artifact.id} stands alone: nothing refers to it and it refers to nothing.`,
        advice: 'Link it to what it belongs to, or remove it if it is no longer needed.',
      }),
    )
}

/**
 * Problems of the references between the artifacts of one folder: `reference-missing`, `id-malformed`, `reference-cycle`
 * (one for each knot of circles, with the shortest circle spelled out) and `reference-orphan`. The order of the artifacts
 * does not matter.
 */
export function checkReferences(artifacts: readonly Artifact[], options: ReferenceOptions = {}): readonly Problem[] {
  const sorted = byFile(artifacts)
  const known = catalogue(sorted)
  const references = readReferences(sorted)
  return arrangeProblems([
    ...brokenReferences(references, known, options.targets ?? new Set()),
    ...circles(references, known),
    ...orphans(sorted, references),
  ])
}
