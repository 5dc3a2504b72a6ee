// Which scopes Atlassian publishes for a request, where its list lies beside the project.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { findContracts } from './contract.ts'

/** Either set is enough. */
interface Needed {
  readonly current: readonly string[]
  readonly beta?: readonly string[]
}

export interface PublishedScopes {
  /** What a request needs; undefined for one that is not listed. `path` begins with `/wiki`. */
  of(method: string, path: string): Needed | undefined
  /** Whether a token with these scopes is let through. */
  allows(granted: readonly string[], method: string, path: string): boolean
}

type Listed = Readonly<Record<string, Readonly<Record<string, Needed>>>>

const toPattern = (template: string) => new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`)

/** Scopes of the requests of Confluence; undefined where the list is not on this machine. */
export function openConfluenceScopes(): PublishedScopes | undefined {
  const folder = findContracts()
  const file = folder === undefined ? undefined : path.join(folder, 'atlassian-scopes.json')
  if (file === undefined || !existsSync(file)) return undefined
  const listed = JSON.parse(readFileSync(file, 'utf8')) as Listed
  const entries = Object.entries({ 'confluence-v2.json': '/wiki/api/v2', 'confluence-v1.json': '' }).flatMap(([name, base]) =>
    Object.entries(listed[name] ?? {}).map(([operation, needed]) => {
      const [method = '', template = ''] = operation.split(' ')
      return { method, pattern: toPattern(`${base}${template}`), literal: !template.includes('{'), needed }
    }),
  )
  const sorted = entries.toSorted((a, b) => Number(b.literal) - Number(a.literal))
  const of = (method: string, at: string) => sorted.find((one) => one.method === method && one.pattern.test(at))?.needed
  return Object.freeze({
    of,
    allows(granted: readonly string[], method: string, at: string) {
      const needed = of(method, at)
      const has = (scopes: readonly string[] | undefined) => scopes?.every((scope) => granted.includes(scope)) ?? false
      return needed === undefined || has(needed.current) || has(needed.beta)
    },
  })
}
