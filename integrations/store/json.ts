// JSON as both databases can keep it. PostgreSQL refuses two things that JSON text allows, NUL characters and unpaired
// surrogates; both arrive from outside (a pasted description, a truncated emoji) and must not make a row unwritable.
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }
export type JsonObject = { readonly [key: string]: Json }

/** A text both databases can keep: NUL and unpaired surrogates become U+FFFD. */
export function toStorableText(text: string): string {
  const formed = text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, '\uFFFD')
  return formed.includes('\0') ? formed.replaceAll('\0', '\uFFFD') : formed
}

/**
 * A value as plain JSON: dates become ISO text, maps objects, `undefined` members vanish, numbers that are not finite
 * become null. Anything JSON has no form for (functions, symbols) vanishes as with JSON.stringify.
 */
export function toJson(value: unknown): Json {
  if (value === null || value === undefined) return null
  if (typeof value === 'string') return toStorableText(value)
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value === 'bigint') return Number(value)
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (Array.isArray(value)) return value.map(toJson)
  if (value instanceof Map) return toJson(Object.fromEntries(value))
  if (value instanceof Set) return toJson([...value])
  if (typeof value !== 'object') return null
  return toJsonObject(value)
}

/** The members of an object as plain JSON. */
export function toJsonObject(value: object): JsonObject {
  const plain: Record<string, Json> = {}
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined || typeof member === 'function' || typeof member === 'symbol') continue
    // Defined, not assigned: an assignment to `__proto__` would set the prototype instead of a member.
    Object.defineProperty(plain, toStorableText(key), { value: toJson(member), enumerable: true, configurable: true, writable: true })
  }
  return plain
}

/** A stored Json column that was written as an object; anything else reads as an empty one. */
export function fromJsonObject(value: unknown): JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : {}
}
