// Atlassian's own schema, from beside the project. Where it is missing the tests that need it say so aloud and are skipped.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import Ajv from 'ajv-draft-04'

const SCHEMA = path.resolve(import.meta.dirname, '../../../shared/contracts/adf.schema.json')
const ROADS = path.resolve(import.meta.dirname, '../../../shared/data/katalyst-governance/roads')

const missing = (what: string) => {
  process.stderr.write(`SKIPPED: ${what} is not beside this checkout (../shared), so documents are not held against it.\n`)
  return undefined
}

/** Lists where a document departs from the schema; undefined when the schema is not there. */
export function loadAdfCheck(): ((doc: unknown) => readonly string[]) | undefined {
  if (!existsSync(SCHEMA)) return missing('adf.schema.json')
  const validate = new Ajv.default({ strict: false, allErrors: false }).compile(JSON.parse(readFileSync(SCHEMA, 'utf8')))
  return (doc) => (validate(doc) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`))
}

/** Paths of the real road items by id; undefined when they are not there. */
export function realRoadFolder(): string | undefined {
  return existsSync(ROADS) ? ROADS : missing('katalyst-governance')
}
