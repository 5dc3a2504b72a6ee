// What a command needs that only reads files or the database's schema: a configuration, a clock and a way to show progress.
// It starts without the providers, the engine and the logger, which together cost more than most of these commands do.
import { systemClock, systemRandom } from '../integrations/kernel/clock.ts'
import { AppError } from '../integrations/kernel/errors.ts'
import type { ProcessOptions } from './bootstrap.ts'
import { parseConfig } from './config.ts'
import type { AppContext } from './context.ts'

const ONLINE = [
  'store',
  'providers',
  'connections',
  'secrets',
  'jiraExports',
  'worker',
  'log',
] as const satisfies readonly (keyof AppContext)[]

export interface OfflineOptions extends Pick<ProcessOptions, 'environment' | 'clock' | 'random'> {
  readonly progress: AppContext['progress']
}

/** A context in which everything that would have to be opened is a fault of ours to ask for. @throws AppError `config-invalid` */
export function makeOfflineContext({ environment, clock = systemClock, random = systemRandom, progress }: OfflineOptions): AppContext {
  const missing = ONLINE.map((name) => {
    const get = () => {
      throw new AppError('internal', `This command is marked as offline and asked for ${name}.`)
    }
    return [name, { get }] as const
  })
  const context = {
    config: parseConfig(environment),
    clock,
    random,
    signal: new AbortController().signal,
    actor: { kind: 'terminal', name: 'terminal' },
    requestId: random.id(),
    progress,
  }
  return Object.freeze(Object.defineProperties(context, Object.fromEntries(missing))) as unknown as AppContext
}
