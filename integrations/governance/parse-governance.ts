// A whole governance folder, file by file, and what can only be seen across files: two artifacts with one id.
import type { Artifact, ArtifactKind, Problem } from './artifact.ts'
import { PROBLEM_CODES } from './artifact.ts'
import { baseName, KIND_PLACES, kindOf } from './catalogue.ts'
import { type ParsedArtifact, parseArtifact } from './parse-artifact.ts'

export interface GovernanceFile {
  /** Path with forward slashes. */
  readonly file: string
  readonly content: string | Uint8Array
}

export interface ParsedGovernance {
  /** In the order of the files. Of artifacts with the same id the first is here. */
  readonly artifacts: readonly Artifact[]
  readonly problems: readonly Problem[]
  /** Files that hold no artifact and are not meant to. */
  readonly skipped: readonly { readonly file: string; readonly reason: 'template' | 'plain-document' | 'not-governed' }[]
  /** Artifacts that exist by their file's name but could not be read: a reference to them is not a reference to nothing. */
  readonly unread: readonly { readonly file: string; readonly kind: ArtifactKind; readonly id: string }[]
  /** Files that Katalyst's own schema refuses. */
  readonly refused: readonly string[]
}

/** Reads all files. Never throws; a bad file is a problem of its own. */
export function parseGovernance(files: Iterable<GovernanceFile>): ParsedGovernance {
  const parsed = [...files].map(({ file, content }) => ({ file, result: parseArtifact(file, content) }))
  const byId = new Map<string, Artifact>()
  const duplicates: Problem[] = []
  for (const { result } of parsed) {
    const { artifact } = result
    if (artifact === undefined) continue
    const first = byId.get(keyOf(artifact))
    if (first === undefined) byId.set(keyOf(artifact), artifact)
    else duplicates.push(duplicateOf(artifact, first))
  }
  return {
    artifacts: [...byId.values()],
    problems: [...parsed.flatMap(({ result }) => result.problems), ...duplicates],
    skipped: parsed.flatMap(({ file, result }) => (result.skipped === undefined ? [] : [{ file, reason: result.skipped }])),
    unread: parsed.flatMap(({ file, result }) => unreadOf(file, result)),
    refused: parsed.filter(({ result }) => result.passesStrict === false).map(({ file }) => file),
  }
}

/** Ids differ by their prefix, slugs of DDD files by their kind. */
const keyOf = (artifact: Artifact): string => `${artifact.kind} ${artifact.id}`

function unreadOf(file: string, result: ParsedArtifact): ParsedGovernance['unread'] {
  const kind = kindOf(file)
  if (kind === undefined || kind === 'template' || result.artifact !== undefined || result.skipped !== undefined) return []
  const id = baseName(file)
  return KIND_PLACES[kind].id.test(id) ? [{ file, kind, id }] : []
}

const duplicateOf = (artifact: Artifact, first: Artifact): Problem => ({
  code: 'id-duplicate',
  severity: PROBLEM_CODES['id-duplicate'].severity,
  file: artifact.file,
  path: KIND_PLACES[artifact.kind].idKey,
  ...(artifact.positions.get(KIND_PLACES[artifact.kind].idKey) ?? { line: 1, column: 1 }),
  message: `The id ${artifact.id} is also that of ${first.file}.`,
  found: artifact.id,
  advice: 'Give one of the two another id and file name.',
})
