// How an issue is recognised as ours, after the database is lost as well: a label that search finds, and an entity property
// that says the whole truth. A label alone is not enough, because cloning an issue copies it.
import { createHash } from 'node:crypto'
import { z } from 'zod'

/** Key of the entity property on every issue that we made. */
export const PROPERTY_KEY = 'katalyst.artifact'
const LABEL_PREFIX = 'katalyst-'
/** Jira's limit for the value of a property is 32,768 characters of JSON; the rest is room for the stamp. */
const MAX_PROPERTY_LENGTH = 32_700

/** Ours, but stored where administrators and other apps can write: read loosely, an unreadable one is none. */
export const SyncProperty = z.object({
  version: z.literal(1),
  marker: z.string(),
  artifactId: z.string(),
  artifactKind: z.string(),
  scope: z.string(),
  file: z.string(),
  /** The exact state: several states share a Jira status, and coming back nothing may be lost. */
  state: z.string(),
  /** Labels that we put there, and so may take away. */
  labels: z.array(z.string()),
  /** Address of the file, which the issue links to. */
  url: z.string().optional(),
  /** When we last wrote, ISO 8601; not part of what is compared. */
  syncedAt: z.string().optional(),
})
export type SyncProperty = Readonly<z.output<typeof SyncProperty>>

/** The label of one artifact of one scope: `katalyst-` and 24 hexadecimal digits. The same for ever: issues carry it. */
export function markerOf(scope: string, artifactId: string): string {
  return `${LABEL_PREFIX}${createHash('sha256')
    .update(JSON.stringify([scope, artifactId]))
    .digest('hex')
    .slice(0, 24)}`
}

/** Whether Jira can store the property. */
export const fitsProperty = (property: SyncProperty): boolean => JSON.stringify(property).length <= MAX_PROPERTY_LENGTH

/** The property in an issue's `properties`, or undefined when it is missing or not ours. */
export function readProperty(properties: Readonly<Record<string, unknown>>): SyncProperty | undefined {
  const value = Object.hasOwn(properties, PROPERTY_KEY) ? properties[PROPERTY_KEY] : undefined
  const parsed = SyncProperty.safeParse(value)
  return parsed.success ? parsed.data : undefined
}

/** Whether two properties say the same, leaving aside when they were written. */
export function sameProperty(a: SyncProperty | undefined, b: SyncProperty): boolean {
  const bare = (one: SyncProperty | undefined) =>
    JSON.stringify(
      one === undefined ? null : { ...one, labels: [...one.labels].sort(), syncedAt: '' },
      Object.keys(SyncProperty.shape).sort(),
    )
  return bare(a) === bare(b)
}
