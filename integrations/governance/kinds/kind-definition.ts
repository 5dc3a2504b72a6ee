// What the reader has to know about a kind of artifact. Each kind is one file beside this one and one value of this type.
import { z } from 'zod'
import type { ArtifactKind, KindData, ProblemCode } from '../artifact.ts'
import { KIND_PLACES } from '../catalogue.ts'
import type { FrontReader } from '../front-reader.ts'
import type { YamlMap, YamlValue } from '../yaml-tree.ts'

/** A form the strict schema refuses although its meaning is certain. */
export interface Variant {
  /** Code of the problem; `strict-variant` unless the form is wrong even though its meaning is clear. */
  readonly code?: ProblemCode
  /** Path in the file; `*` stands for any one key or index. */
  readonly path: string
  /** What the value is read as, for the message; `undefined` when it is not this variant. */
  readonly readAs: (value: YamlValue | undefined, root: YamlMap) => string | undefined
}

export interface KindDefinition<K extends ArtifactKind> {
  readonly kind: K
  /** Frontmatter keys that may hold the title, best first. */
  readonly titleKeys: readonly string[]
  /** Katalyst's own schema; it strips what it does not know. `undefined` where Katalyst has none. */
  readonly schema?: z.ZodType
  /** Path in the schema → path in the file, as Katalyst's parser maps them. */
  readonly fields: Readonly<Record<string, string>>
  readonly variants: readonly Variant[]
  readonly read: (front: FrontReader, body: string) => KindData[K]
}

/** Words as people write them: `In Progress` → `in_progress`. */
export const foldWord = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')

/** A variant in which some words stand for others. */
export const wordVariant = (path: string, words: Readonly<Record<string, string>>): Variant => ({
  path,
  readAs: (value) => (typeof value === 'string' && Object.hasOwn(words, foldWord(value)) ? words[foldWord(value)] : undefined),
})

/** An id of a kind, as Katalyst's schemas check it. */
export const idOf = (kind: ArtifactKind) => z.string().regex(KIND_PLACES[kind].id, { error: KIND_PLACES[kind].idForm })

/** A list that may be absent. */
export const listOf = <T extends z.ZodType>(item: T) => z.array(item).default([])

export const optionalText = z.string().default('')
