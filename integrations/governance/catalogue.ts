// Which path of a governance folder holds what, and what ids look like: the globs and patterns of Katalyst as tables.
import { ARTIFACT_KINDS, type ArtifactKind } from './artifact.ts'

export interface KindPlace {
  readonly folder: string
  /** Start of the file name; every name for DDD. */
  readonly prefix: string
  readonly id: RegExp
  readonly idForm: string
  /** The frontmatter key that holds the id. */
  readonly idKey: string
}

/** Katalyst's globs (`<folder>/<prefix>*.md`) and id patterns. */
export const KIND_PLACES = {
  'road-item': { folder: 'roads', prefix: 'ROAD-', id: /^ROAD-\d{3,}$/, idForm: 'ROAD-nnn', idKey: 'id' },
  capability: { folder: 'capabilities', prefix: 'CAP-', id: /^CAP-\d{3,}$/, idForm: 'CAP-nnn', idKey: 'id' },
  'user-story': { folder: 'user-stories', prefix: 'US-', id: /^US-\d{3,}$/, idForm: 'US-nnn', idKey: 'id' },
  'user-type': { folder: 'user-types', prefix: 'UT-', id: /^UT-\d{3,}$/, idForm: 'UT-nnn', idKey: 'id' },
  adr: { folder: 'adr', prefix: 'ADR-', id: /^ADR-\d{3,}$/, idForm: 'ADR-nnn', idKey: 'id' },
  nfr: { folder: 'nfr', prefix: 'NFR-', id: /^NFR-[A-Z0-9]+-\d{3,}$/, idForm: 'NFR-TYPE-nnn', idKey: 'id' },
  change: { folder: 'changes', prefix: 'CHANGE-', id: /^CHANGE-\d{3,}$/, idForm: 'CHANGE-nnn', idKey: 'id' },
  'practice-area': { folder: 'practice-areas', prefix: 'PA-', id: /^PA-\d{3,}$/, idForm: 'PA-nnn', idKey: 'practiceAreaId' },
  'use-case': { folder: 'use-cases', prefix: 'UC-', id: /^UC-\d{3,}$/, idForm: 'UC-nnn', idKey: 'id' },
  competency: { folder: 'competencies', prefix: 'COMP-', id: /^COMP-\d{3,}$/, idForm: 'COMP-nnn', idKey: 'id' },
  ddd: { folder: 'ddd', prefix: '', id: /^[a-z0-9-]+$/, idForm: 'a slug of a-z, 0-9 and -', idKey: 'slug' },
} as const satisfies Record<ArtifactKind, KindPlace>

/** Pattern of `Mnnn`, the ids of field-guide methods. */
export const METHOD_ID = /^M\d{3,}$/

/** Folders below `ddd/` that hold one artifact per file. */
export const DDD_FOLDERS = ['contexts', 'aggregates', 'value-objects', 'events'] as const

const KIND_OF_FOLDER: ReadonlyMap<string, ArtifactKind> = new Map(ARTIFACT_KINDS.map((kind) => [KIND_PLACES[kind].folder, kind]))

/** File name without folders and `.md`. */
export const baseName = (file: string): string => file.slice(file.lastIndexOf('/') + 1).replace(/\.md$/, '')

/**
 * What a path holds, by its last folders: the governed folder may lie anywhere. `template` for forms to copy, `undefined`
 * for what is not governed. A match does not promise an artifact: `roads/ROAD-030-PLAN.md` may be a plain document.
 */
export function kindOf(file: string): ArtifactKind | 'template' | undefined {
  if (!file.endsWith('.md')) return undefined
  const folders = file.split('/')
  const name = baseName(file)
  const parent = folders.at(-2)
  const isDddFolder = folders.at(-3) === 'ddd' && (DDD_FOLDERS as readonly (string | undefined)[]).includes(parent)
  const kind = isDddFolder ? 'ddd' : KIND_OF_FOLDER.get(parent ?? '')
  if (kind === undefined) return undefined
  if (/TEMPLATE/i.test(name)) return 'template'
  return name.startsWith(KIND_PLACES[kind].prefix) ? kind : undefined
}

/** Whether a file name is an id of the kind, so that the file cannot be a plain document. */
export const hasIdName = (file: string, kind: ArtifactKind): boolean => KIND_PLACES[kind].id.test(baseName(file))

/** The kind whose id pattern a text fits; slugs fit none. */
export function kindOfId(id: string): Exclude<ArtifactKind, 'ddd'> | undefined {
  for (const kind of ARTIFACT_KINDS) if (kind !== 'ddd' && KIND_PLACES[kind].id.test(id)) return kind
  return undefined
}
