// Entity properties as a request carries them: any JSON under a key, within limits, seen by no screen and in no history.
import { isRecord, type Refusal, refuse } from './answer.ts'
import { LIMITS } from './catalogue.ts'

/** Why the property cannot be stored, or undefined. Sizes are counted on the JSON. */
export function propertyProblem(key: unknown, value: unknown): string | undefined {
  if (typeof key !== 'string' || key === '' || key.length > LIMITS.propertyKeyCharacters)
    return `The property key must have 1 to ${LIMITS.propertyKeyCharacters} characters.`
  if (value === undefined) return 'The property value must be a non-empty JSON value.'
  return JSON.stringify(value).length > LIMITS.propertyValueCharacters
    ? `The property value exceeds ${LIMITS.propertyValueCharacters} characters.`
    : undefined
}

/** The properties of a create or an edit. */
export function readProperties(value: unknown): ReadonlyMap<string, unknown> | Refusal {
  const properties = new Map<string, unknown>()
  if (value === undefined || value === null) return properties
  if (!Array.isArray(value)) return refuse(400, 'The properties must be a list of keys and values.')
  for (const item of value) {
    const problem = isRecord(item) ? propertyProblem(item.key, item.value) : 'A property has a key and a value.'
    if (problem !== undefined || !isRecord(item)) return refuse(400, problem ?? '')
    properties.set(String(item.key), item.value)
  }
  return properties
}

export const isProperties = (value: ReadonlyMap<string, unknown> | Refusal): value is ReadonlyMap<string, unknown> => value instanceof Map
