// A use case is one record: what it is called, what it takes and gives, who may call it and how it is reached. HTTP routes,
// openapi.json, CLI commands and the reachability test are all readers of the one table made of these records.
import type { z } from 'zod'
import type { AppContext } from './context.ts'

/** Who may call: anyone, holders of a reading token, holders of the admin token, or only our own workers and webhooks. */
export type Access = 'public' | 'read' | 'admin' | 'internal'

export interface HttpReach {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below `/api/v1`, with `{name}` for path parameters; those, the query and the body together are the input. */
  readonly path: string
  /** Success status; default 200. */
  readonly status?: 200 | 201 | 202
  /** The status of an answer, where it depends on the answer. */
  readonly statusOf?: (output: never) => 200 | 202
  /** An answer that is no JSON: cacheable by everybody, with an ETag of its content. */
  readonly document?: {
    readonly contentType: string
    readonly maxAgeSeconds: number
    readonly bodyOf: (output: never) => string
  }
  /** Input keys with another default over HTTP than elsewhere (contract.md 4.2: `force`). */
  readonly defaults?: Readonly<Record<string, unknown>>
  /** Input keys that HTTP demands although the command line can do without (contract.md 4: 400 names them). */
  readonly required?: readonly string[]
  /** Input keys that HTTP does not know: paths of the server's machine are nothing a caller may choose. */
  readonly hidden?: readonly string[]
}

export interface CliReach {
  readonly command: string
  /** Input keys given by position, in order. */
  readonly arguments?: readonly string[]
  /** Input keys that are secrets: never a flag's value (the shell keeps those), but `--KEY-file FILE`, with `-` for standard input. */
  readonly secrets?: readonly string[]
  /** Input keys that are not offered as flags. */
  readonly hidden?: readonly string[]
  /** Input keys whose flag has another name than their own, such as `{ artifactIds: 'ids' }`. */
  readonly aliases?: Readonly<Record<string, string>>
  /** Boolean flags that stand for a value of another key, such as `--export` for `{ direction: 'export' }`. */
  readonly switches?: Readonly<Record<string, { readonly description: string; readonly values: Readonly<Record<string, unknown>> }>>
  /** Values the command implies, such as `{ direction: 'export' }`. */
  readonly fixed?: Readonly<Record<string, unknown>>
  /** Input keys with another default on the command line. */
  readonly defaults?: Readonly<Record<string, unknown>>
  /** Exit code for an answer; default 0. Failures exit by their error code. */
  readonly exitCode?: (output: never) => number
  /** Needs no database: runs in a context whose store opens only on first use. */
  readonly offline?: boolean
  /** Set on commands that write to a provider: these take `--dry-run`. */
  readonly writes?: boolean
}

export interface UseCase<I extends z.ZodType = z.ZodType, O extends z.ZodType = z.ZodType> {
  /** Kebab-case, the name of its file. */
  readonly name: string
  /** One line for help, OpenAPI and tools. */
  readonly summary: string
  readonly input: I
  readonly output: O
  readonly access: Access
  readonly http?: HttpReach
  readonly cli?: CliReach
  readonly run: (ctx: AppContext, input: z.output<I>) => Promise<z.input<O>>
}

/** Keeps the types of one record while checking it. */
export function makeUseCase<I extends z.ZodType, O extends z.ZodType>(record: UseCase<I, O>): UseCase<I, O> {
  return Object.freeze(record)
}
