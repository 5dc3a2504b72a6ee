// Which handler answers which path. Routes are a table, so that the endpoints the stand-in serves can be read in one place.
import type { SandboxResponse } from '../http.ts'
import type { JiraRequest } from './answer.ts'

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** With `{name}` for one segment; also the endpoint that burst limits count by. */
  readonly path: string
  readonly handle: (request: JiraRequest) => SandboxResponse
}

export interface FoundRoute {
  readonly route: Route
  readonly variables: Readonly<Record<string, string>>
}

/** Finds the first route of the table that fits; literal paths stand before paths with variables. */
export function makeRouter(routes: readonly Route[]): (method: string, path: string) => FoundRoute | undefined {
  const literalsFirst = routes.toSorted((a, b) => a.path.split('{').length - b.path.split('{').length)
  const compiled = literalsFirst.map((route) => ({
    route,
    names: [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? ''),
    pattern: new RegExp(`^${route.path.replace(/\{\w+\}/g, '([^/]+)')}$`),
  }))
  return (method, path) => {
    for (const { route, names, pattern } of compiled) {
      const match = route.method === method ? pattern.exec(path) : null
      if (match === null) continue
      return { route, variables: Object.fromEntries(names.map((name, index) => [name, decode(match[index + 1] ?? '')])) }
    }
    return undefined
  }
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    // A stray percent sign: taken literally, and then not found.
    return segment
  }
}
