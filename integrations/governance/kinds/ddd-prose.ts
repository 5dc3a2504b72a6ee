import type { DddData } from '../artifact.ts'
import type { FrontReader } from '../front-reader.ts'

/** Reads one file of `ddd/`. */
export function readDdd(_front: FrontReader, _body: string): DddData {
  return { contexts: [], relationships: [], aggregates: [], events: [] }
}
