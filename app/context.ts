// What a use case is given: the open things of this process and who is asking. Made by bootstrap, narrowed per call.
import type { Worker } from '../integrations/engine/worker.ts'
import type { Clock, Random } from '../integrations/kernel/clock.ts'
import type { Log } from '../integrations/kernel/log.ts'
import type { SecretBox } from '../integrations/kernel/secrets.ts'
import type { Store } from '../integrations/store/open-store.ts'
import type { Providers } from './access/providers.ts'
import type { Config } from './config.ts'
import type { Connections } from './connections.ts'
import type { JiraExports } from './steps/jira/export.ts'

/** Who is asking: a person or program with a token, a provider's webhook, our own workers, or the person at the terminal. */
export interface Actor {
  readonly kind: 'admin' | 'reader' | 'anonymous' | 'webhook' | 'worker' | 'terminal'
  /** For logs and run records; never a credential. */
  readonly name: string
}

/** One step of visible progress of a long use case. */
export interface Progress {
  /** What is going on, such as `bringing artifacts into step`. */
  readonly phase: string
  readonly done: number
  /** Undefined while the end is not known. */
  readonly total?: number
  /** What else is worth knowing: requests, what is left of limits, how long it takes yet. */
  readonly note?: string
}

export interface AppContext {
  readonly config: Config
  /** Opens and migrates the database on first use, so that commands without state start without one. */
  readonly store: () => Promise<Store>
  /** The providers as this process can reach them; what is not configured throws `not-configured` when asked. */
  readonly providers: Providers
  /** Which credential counts for which provider. */
  readonly connections: Connections
  readonly secrets: SecretBox
  /** Exports to Jira that this process has under way, by run. */
  readonly jiraExports: JiraExports
  /** Wakes the workers of this process, and waits for the jobs of a run. */
  readonly worker: () => Promise<Worker>
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  readonly signal: AbortSignal
  readonly actor: Actor
  /** Echoed to the caller and written in every log line of the call. */
  readonly requestId: string
  readonly progress: (step: Progress) => void
}
