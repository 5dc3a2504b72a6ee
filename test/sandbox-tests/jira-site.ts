// A Jira stand-in under a clock that stands still, held against the published description, and a client that is nothing but fetch.
import type { Clock } from '../../integrations/kernel/clock.ts'
import { type Contract, openContract } from '../sandbox/contract.ts'
import { type JiraSandbox, type JiraSandboxOptions, openJiraSandbox } from '../sandbox/jira/sandbox.ts'

export interface Answered {
  readonly status: number
  readonly headers: Headers
  /** The parsed answer; tests read it as what it should be. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any
  readonly text: string
}

export interface JiraSite extends JiraSandbox {
  readonly contract: Contract | undefined
  advance(ms: number): void
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answered>
  /** Creates an epic in the default project and answers its key. */
  epic(summary: string, more?: Readonly<Record<string, unknown>>): Promise<string>
}

/** A clock that moves only when told. */
export function makeStillClock(start: string): { readonly clock: Clock; advance(ms: number): void } {
  let now = Date.parse(start)
  const advance = (ms: number) => {
    now += ms
  }
  return {
    advance,
    clock: {
      now: () => new Date(now),
      sleep: async (ms) => advance(ms),
    },
  }
}

export const paragraph = (...texts: readonly string[]) => ({
  type: 'doc',
  version: 1,
  content: [{ type: 'paragraph', content: texts.map((text) => ({ type: 'text', text })) }],
})

let contract: Promise<Contract | undefined> | undefined

export async function openJiraSite(options: Partial<JiraSandboxOptions> = {}): Promise<JiraSite> {
  contract ??= openContract('jira-platform')
  const held = await contract
  const { clock, advance } = makeStillClock('2026-11-22T10:00:00Z')
  const sandbox = await openJiraSandbox({ clock, contract: held, ...options })
  const authorization = `Basic ${Buffer.from(`${sandbox.email}:${sandbox.token}`).toString('base64')}`
  const call = async (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answered> => {
    const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const response = await fetch(`${sandbox.url}${path}`, {
      method,
      headers: { authorization, ...type, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = /json/.test(response.headers.get('content-type') ?? '')
    return { status: response.status, headers: response.headers, text, json: isJson && text !== '' ? JSON.parse(text) : {} }
  }
  return Object.freeze({
    ...sandbox,
    get violations() {
      return sandbox.violations
    },
    contract: held,
    advance,
    call,
    async epic(summary: string, more: Readonly<Record<string, unknown>> = {}) {
      const fields = { project: { key: 'ROAD' }, issuetype: { name: 'Epic' }, summary, ...more }
      const created = await call('POST', '/rest/api/3/issue', { fields })
      if (created.status !== 201) throw new Error(created.text)
      return String(created.json.key)
    },
  })
}
