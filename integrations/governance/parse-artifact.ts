// One file of a governance folder as an artifact. A file is read as far as it can be: problems never stop the reading, so
// that one wrong key does not make every reference to the artifact wrong as well.
import type { Artifact, ArtifactKind, Contribution, KindData, Position, Problem } from './artifact.ts'
import { PROBLEM_CODES } from './artifact.ts'
import { baseName, hasIdName, KIND_PLACES, kindOf } from './catalogue.ts'
import { readContribution } from './contribution.ts'
import { describeValue, type FrontReader, makeFrontReader } from './front-reader.ts'
import type { KindDefinition } from './kinds/kind-definition.ts'
import { KIND_DEFINITIONS } from './kinds/kind-table.ts'
import { parseSource, positionOf, type SourceDocument } from './source-document.ts'
import { checkStrict } from './strict-check.ts'

/** Problems reported of one file, the first by place: nobody reads more, and a hostile file can have one per character. */
export const MAX_PROBLEMS = 200

export interface ParsedArtifact {
  /** Absent when the file is no artifact or could not be read. */
  readonly artifact?: Artifact
  readonly problems: readonly Problem[]
  readonly source: SourceDocument
  /** Whether Katalyst's own schema accepts the file; `undefined` when the file is no artifact. */
  readonly passesStrict?: boolean
  /** Why a file without artifact and without errors has none. */
  readonly skipped?: 'template' | 'plain-document' | 'not-governed'
}

/**
 * Reads a file as the artifact its path makes it. Never throws.
 * @param file path with forward slashes; its last folders say the kind
 * @param content text, or bytes of UTF-8
 */
export function parseArtifact(file: string, content: string | Uint8Array): ParsedArtifact {
  const { document: source, problems } = parseSource(file, content)
  const kind = kindOf(file)
  if (kind === undefined) return { problems: [], source, skipped: 'not-governed' }
  if (kind === 'template') return { problems: [], source, skipped: 'template' }
  const definition = KIND_DEFINITIONS[kind] as KindDefinition<ArtifactKind>
  if (source.frontmatter === 'missing') return withoutFrontmatter(source, kind)
  if (source.frontmatter === 'unread') return { problems, source, passesStrict: false }
  const front = makeFrontReader(source)
  const id = readId(front, kind)
  if (id === undefined) {
    if (!hasIdName(file, kind)) return { problems, source, skipped: 'plain-document' }
    return { problems: [...problems, ...front.problems], source, passesStrict: false }
  }
  const strict = checkStrict(definition, source)
  const artifact = readArtifact(definition, front, id)
  const all = [...problems, ...withoutRepeats(strict.problems, front.problems), ...entityProblems(source)]
  return { artifact, problems: all.toSorted(byPlace).slice(0, MAX_PROBLEMS), source, passesStrict: strict.passes && problems.length === 0 }
}

/** A file without frontmatter is a plain document, unless its name promises an artifact. */
function withoutFrontmatter(source: SourceDocument, kind: ArtifactKind): ParsedArtifact {
  if (kind === 'ddd' || !hasIdName(source.file, kind)) return { problems: [], source, skipped: 'plain-document' }
  const problem: Problem = {
    code: 'frontmatter-missing',
    severity: PROBLEM_CODES['frontmatter-missing'].severity,
    file: source.file,
    path: '',
    line: 1,
    column: 1,
    message: 'The file has no frontmatter.',
    expected: 'a first line with ---, keys, and a line with ---',
    advice: `Add a frontmatter with \`id: ${baseName(source.file)}\` and the keys of its kind, or rename the file.`,
  }
  return { problems: [problem], source, passesStrict: false }
}

/** The id the file says, checked against its form and the file's name. DDD files are named by their path. */
function readId(front: FrontReader, kind: ArtifactKind): string | undefined {
  const { idKey, id: pattern, idForm } = KIND_PLACES[kind]
  const name = baseName(front.source.file)
  if (kind === 'ddd') return front.text('slug') ?? name
  const id = front.text(idKey)
  if (id === undefined) {
    front.note('key-missing', idKey, `\`${idKey}\` is missing.`, { expected: idForm, advice: `Add \`${idKey}: ${name}\`.` })
    return undefined
  }
  if (!pattern.test(id))
    front.note('id-malformed', idKey, `${describeValue(id)} is not an id of the form ${idForm}.`, {
      expected: idForm,
      found: id,
      advice: `Write ${name}, or rename the file too.`,
    })
  else if (id !== name)
    front.note('id-mismatch', idKey, `The id is ${id}, but the file is called ${name}.md.`, {
      expected: name,
      found: id,
      advice: 'Make the id and the name of the file the same.',
    })
  return id
}

function readArtifact(definition: KindDefinition<ArtifactKind>, front: FrontReader, id: string): Artifact {
  const { source } = front
  const data = definition.read(front, source.parts.body) as KindData[ArtifactKind]
  const contribution = definition.kind === 'ddd' ? undefined : readContribution(front)
  const artifact = {
    kind: definition.kind,
    id,
    title: readTitle(definition, front, id),
    file: source.file,
    data,
    ...(contribution === undefined ? {} : { contribution: contribution satisfies Contribution }),
    body: source.parts.body,
    // The offset behind the YAML is on the closing --- line.
    bodyLine: source.positionAt(source.parts.yaml.length).line + 1,
    positions: readPositions(source),
  }
  // The definition is of the artifact's own kind, which the type of the table cannot express for a kind known only at run time.
  return Object.freeze(artifact) as Artifact
}

function readTitle(definition: KindDefinition<ArtifactKind>, front: FrontReader, id: string): string {
  for (const key of definition.titleKeys) {
    const title = front.text(key)
    if (title !== undefined) return title
  }
  front.note('key-missing', 'title', '`title` is missing.', { expected: 'text', advice: 'Add a title.' })
  return id
}

const readPositions = (source: SourceDocument): ReadonlyMap<string, Position> =>
  new Map([...source.places].map(([path, place]) => [path, source.positionAt(place.start)]))

/** One problem per path and code; what the schema says of a path is said better there than by the reader. */
function withoutRepeats(strict: readonly Problem[], reader: readonly Problem[]): readonly Problem[] {
  const said = new Set(strict.map((problem) => problem.path))
  const seen = new Set<string>()
  const rest = reader.filter((problem) => {
    const key = `${problem.code} ${problem.path}`
    if (said.has(problem.path) || seen.has(key)) return false
    seen.add(key)
    return true
  })
  return [...strict, ...rest]
}

function entityProblems(source: SourceDocument): readonly Problem[] {
  const paths = [...source.places].filter(([, place]) => place.encoded).map(([path]) => path)
  return paths.map((path) => ({
    code: 'entity-encoded' as const,
    severity: PROBLEM_CODES['entity-encoded'].severity,
    file: source.file,
    path,
    ...positionOf(source, path),
    message: `\`${path}\` holds an HTML entity; it is read as the character.`,
    advice: 'Quoted text may hold < and > as they are, unless a site builder needs the entity.',
  }))
}

const byPlace = (a: Problem, b: Problem): number => a.line - b.line || a.column - b.column
