// An artifact file as it stands: its text in five parts that put together are the file again, byte for byte, and the
// frontmatter's values with the place of each. Reading never changes anything; `source-edit.ts` writes.
import { type Position, PROBLEM_CODES, type Problem, type ProblemCode } from './artifact.ts'
import { entitiesIn } from './entity-text.ts'
import { bodyOnly, decodeText, makePositionAt, type SourceParts, splitParts } from './source-parts.ts'
import { formatPath, parsePath } from './value-path.ts'
import { readYamlTree, type ValuePlace, type YamlMap } from './yaml-tree.ts'

/**
 * Largest frontmatter that is read, in UTF-16 units. The largest real one has 6,000; hostile YAML costs up to 1 KB of memory
 * per character, so a megabyte of it would be a gigabyte of ours.
 */
export const MAX_FRONTMATTER_LENGTH = 256 * 1024

export interface SourceDocument {
  readonly file: string
  readonly parts: SourceParts
  /** The bytes, where they are not text; then all parts are empty. */
  readonly raw?: Uint8Array
  /** Whether there is a frontmatter, and whether it could be read. */
  readonly frontmatter: 'read' | 'unread' | 'missing'
  /** The values; empty unless the frontmatter was read. HTML entities are decoded. */
  readonly root: YamlMap
  /** Where values stand, in offsets of `parts.yaml`. */
  readonly places: ReadonlyMap<string, ValuePlace>
  /** The HTML entities the frontmatter uses, such as `&lt;`. */
  readonly entities: ReadonlySet<string>
  /** Line and column, in the whole file, of an offset of `parts.yaml`. */
  readonly positionAt: (offset: number) => Position
}

export interface ParsedSource {
  readonly document: SourceDocument
  readonly problems: readonly Problem[]
}

/** Reads a file's text and frontmatter. Never throws: what is wrong is in `problems`, and the document can always be written. */
export function parseSource(file: string, content: string | Uint8Array): ParsedSource {
  const decoded = decodeText(content)
  if (decoded.kind === 'unreadable') {
    const kept = typeof content === 'string' ? { parts: bodyOnly(content) } : { parts: bodyOnly(''), raw: content }
    return unread(file, kept, 'file-unreadable', decoded.reason, decoded.advice)
  }
  const parts = splitParts(decoded.text)
  if (parts === undefined) {
    const kept = { parts: bodyOnly(decoded.text) }
    return unread(
      file,
      kept,
      'frontmatter-unclosed',
      'The frontmatter is opened by --- and never closed.',
      'Add a line with --- after the last key.',
    )
  }
  if (parts.open === '') return { document: makeDocument({ file, parts, frontmatter: 'missing' }), problems: [] }
  if (parts.yaml.length > MAX_FRONTMATTER_LENGTH)
    return unread(
      file,
      { parts },
      'yaml-refused',
      `The frontmatter is larger than ${MAX_FRONTMATTER_LENGTH} characters.`,
      'Move long text into the body.',
    )
  return readFrontmatter(file, parts)
}

/** The file again, exactly as it was read. */
export function writeSource(document: SourceDocument): string | Uint8Array {
  const { bom, open, yaml, close, body } = document.parts
  return document.raw ?? bom + open + yaml + close + body
}

/** Where a path's value stands; the nearest key above it where the path does not exist; the first line at last. */
export function positionOf(document: SourceDocument, path: string): Position {
  const place = document.places.get(path)
  if (place !== undefined) return document.positionAt(place.start)
  const segments = parsePath(path) ?? []
  for (let length = segments.length - 1; length > 0; length -= 1) {
    const above = document.places.get(formatPath(segments.slice(0, length)))
    if (above !== undefined) return document.positionAt(above.keyStart)
  }
  return { line: 1, column: 1 }
}

/** The text of a value as it stands in the file. */
export function sourceTextOf(document: SourceDocument, path: string): string | undefined {
  const place = document.places.get(path)
  return place === undefined ? undefined : document.parts.yaml.slice(place.start, place.end)
}

type DocumentFacts = Pick<SourceDocument, 'file' | 'parts' | 'frontmatter'> & Partial<SourceDocument>

const makeDocument = (facts: DocumentFacts): SourceDocument =>
  Object.freeze({ root: {}, places: new Map(), entities: new Set<string>(), positionAt: makePositionAt(facts.parts), ...facts })

function unread(
  file: string,
  kept: Pick<SourceDocument, 'parts' | 'raw'>,
  code: ProblemCode,
  message: string,
  advice: string,
): ParsedSource {
  const problem: Problem = { code, severity: PROBLEM_CODES[code].severity, file, path: '', line: 1, column: 1, message, advice }
  return { document: makeDocument({ file, frontmatter: 'unread', ...kept }), problems: [problem] }
}

function readFrontmatter(file: string, parts: SourceParts): ParsedSource {
  const tree = readYamlTree(parts.yaml)
  const document = makeDocument({
    file,
    parts,
    frontmatter: tree.root === undefined ? 'unread' : 'read',
    root: tree.root ?? {},
    places: tree.places,
    entities: entitiesIn(parts.yaml),
  })
  const problems = tree.faults.map(({ code, path, start, end, message, advice }): Problem => {
    const from = document.positionAt(start)
    const { line: endLine } = document.positionAt(Math.max(start, end - 1))
    return {
      code,
      severity: PROBLEM_CODES[code].severity,
      file,
      path,
      ...from,
      message,
      advice,
      ...(endLine > from.line ? { endLine } : {}),
    }
  })
  return { document, problems }
}
