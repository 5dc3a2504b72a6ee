// Checks an Atlassian document against the published schema. The schema is a reference document that lies beside the
// project and ajv is a development dependency, so both are looked for and their absence is an answer, not an error.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findContracts } from '../contract.ts'

/** Reasons why the document is not valid ADF, each with its place; empty when it is valid. */
export type AdfCheck = (document: unknown) => string[]

// Compiling takes a tenth of a second and every sandbox wants it: once per file and process.
const compiled = new Map<string, AdfCheck>()

/**
 * Opens the check, or answers undefined when the schema or ajv is not there. The schema is draft-04; the check names at
 * most ten reasons, deepest place first, because every alternative of an `anyOf` that did not fit reports its own.
 */
export async function openAdfCheck(): Promise<AdfCheck | undefined> {
  const folder = findContracts()
  const file = folder && join(folder, 'adf.schema.json')
  if (!file || !existsSync(file)) return undefined
  const known = compiled.get(file)
  if (known) return known
  const module = await import('ajv-draft-04').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_MODULE_NOT_FOUND' || error.code === 'MODULE_NOT_FOUND') return undefined
    throw error
  })
  if (module === undefined) return undefined
  const Ajv = module.default as unknown as (typeof module.default)['default']
  const validate = new Ajv({ strict: false, allErrors: false, logger: false }).compile(JSON.parse(readFileSync(file, 'utf8')) as object)
  const check: AdfCheck = (document) => {
    if (validate(document)) return []
    const depth = (path: string) => path.split('/').length
    const reasons = (validate.errors ?? []).toSorted((a, b) => depth(b.instancePath) - depth(a.instancePath))
    return [
      ...new Set(reasons.map((error) => `${error.instancePath || '/'} ${error.message ?? error.keyword} ${JSON.stringify(error.params)}`)),
    ].slice(0, 10)
  }
  compiled.set(file, check)
  return check
}
