// Which use cases are tools: everything that reads over HTTP, and the imports, straight from the table. A tool takes what HTTP takes.
import type { Actor } from '../context.ts'
import { schemaOf } from '../input.ts'
import type { Access, HttpReach, UseCase } from '../use-case.ts'

export interface ToolUseCase extends UseCase {
  readonly http: HttpReach
}

const READS: readonly Access[] = ['public', 'read']
/** Imports change nothing at the provider and little here: agents may begin them, with the admin token. */
const isImport = ({ http }: UseCase): boolean => http?.method === 'POST' && http.path.endsWith('/import')

const isTool = (useCase: UseCase): useCase is ToolUseCase =>
  useCase.http !== undefined &&
  useCase.http.document === undefined &&
  ((useCase.http.method === 'GET' && READS.includes(useCase.access)) || isImport(useCase))

/** The tools of the table, in its order. */
export const toolsOf = (table: readonly UseCase[]): readonly ToolUseCase[] => table.filter(isTool)

const READERS: readonly Actor['kind'][] = ['reader']
const EVERYTHING: readonly Actor['kind'][] = ['admin', 'terminal']

/** Whether the actor may call the tool; one that it may not is not shown to it either. */
export const mayUse = (actor: Actor, { access }: UseCase): boolean =>
  EVERYTHING.includes(actor.kind) || (READERS.includes(actor.kind) && READS.includes(access))

/** A tool as the protocol lists it. Keys that HTTP hides (paths of this machine) and that only make sense there are left out. */
export function describeTool(useCase: ToolUseCase) {
  const schema = schemaOf(useCase.input, 'input')
  const hidden = [...(useCase.http.hidden ?? []), 'async']
  const properties = Object.fromEntries(Object.entries(schema.properties ?? {}).filter(([name]) => !hidden.includes(name)))
  const required = [...new Set([...(schema.required ?? []), ...(useCase.http.required ?? [])])].filter((name) => name in properties)
  return {
    name: useCase.name,
    description: useCase.summary,
    inputSchema: { type: 'object' as const, properties, ...(required.length > 0 ? { required } : {}), additionalProperties: false },
    annotations: { title: useCase.summary, readOnlyHint: READS.includes(useCase.access), openWorldHint: !READS.includes(useCase.access) },
  }
}
