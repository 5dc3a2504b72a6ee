// A client of the stand-in's GraphQL, with a repository of `acme` behind it.
import { EVIDENCE_PERMISSIONS, type GitHubSandbox, type GitHubSandboxOptions } from '../sandbox/github/sandbox.ts'
import { makeSend, openCheckedGitHub } from './github-client.ts'

export interface GraphAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: each query answers another shape, and a wrong one fails the test.
  readonly data: any
  readonly errors: readonly { readonly type?: string; readonly message: string; readonly path?: readonly unknown[] }[] | undefined
}

export type Ask = (query: string, variables?: Readonly<Record<string, unknown>>) => Promise<GraphAnswer>

export function makeAsk(github: GitHubSandbox, installation: number, permissions?: Readonly<Record<string, 'read'>>): Ask {
  const send = makeSend(github.graphqlUrl, github.createInstallationToken(installation, permissions))
  return async (query, variables) => {
    const { status, headers, body } = await send('POST', '', { query, variables })
    return { errors: undefined, ...(body as Partial<GraphAnswer>), status, headers } as GraphAnswer
  }
}

/** `acme/shop` with two files, and the App on it. */
export async function openGraph(options: GitHubSandboxOptions) {
  const github = await openCheckedGitHub({ permissions: EVIDENCE_PERMISSIONS, ...options })
  await github.createRepository('acme/shop', { 'README.md': '# Shop', 'docs/adr/0001-money.md': 'We count in cents.' })
  const installation = await github.installApp('acme')
  return { github, installation, ask: makeAsk(github, installation) }
}
