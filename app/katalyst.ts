// The command line put together: the use-case table, the processes, and what bootstrap opens for a command. Everything heavy
// is loaded when a command needs it, so that help and validation start fast.
import type { ProcessOptions } from './bootstrap.ts'
import { makeProgram, type ProcessCommand } from './cli/program.ts'
import type { Terminal } from './cli/terminal.ts'
import { readEnvironment } from './config.ts'
import { readVersion } from './package-root.ts'
import { commandUseCases } from './usecases/commands.ts'

export interface KatalystParts {
  readonly process: NodeJS.Process
  readonly terminal: Terminal
  /** What a test gives instead of the process's own: environment, limits, clock. */
  readonly override?: Partial<ProcessOptions>
}

function makeProcesses({ process, override }: KatalystParts, version: string): readonly ProcessCommand[] {
  return [
    {
      command: 'serve',
      summary: 'Runs the server: webhooks, API and workers.',
      run: async (_options, terminal) => (await import('./serve.ts')).serve(process, terminal, version),
    },
    {
      command: 'work',
      summary: 'Runs workers alone, to share the work of a server; needs PostgreSQL.',
      run: async (_options, terminal) => (await import('./work.ts')).work(process, terminal, version),
    },
    {
      command: 'mcp',
      summary: 'Offers reading and imports as tools to an agent (Model Context Protocol, standard input and output).',
      run: async () => (await import('./serve-mcp.ts')).serveMcp(process, version, override),
    },
    {
      command: 'demo',
      summary: 'Shows everything on stand-ins: no account, no network. --once ends instead of staying.',
      flags: [['--once', 'end when it is done']],
      run: async (options, terminal) => (await import('./demo.ts')).runDemo({ once: options.once === true, terminal, version }),
    },
  ]
}

/** Runs one command to its exit code. */
export function runKatalyst(parts: KatalystParts, args: readonly string[]): Promise<number> {
  const { process, terminal, override } = parts
  const version = readVersion()
  const program = makeProgram({
    table: commandUseCases,
    processes: makeProcesses(parts, version),
    open: async ({ progress, dryRun, offline }) => {
      if (offline) {
        const { makeOfflineContext } = await import('./offline-session.ts')
        const environment = readEnvironment(process.env, process.cwd())
        return { context: makeOfflineContext({ environment, ...override, progress }), close: async () => {} }
      }
      const [{ openProcess, readProcessEnvironment }, { COMMAND_JOBS, makeJobHandlers }, { settleRuns }] = await Promise.all([
        import('./bootstrap.ts'),
        import('./job-handlers.ts'),
        import('../integrations/engine/run-end.ts'),
      ])
      const opened = await openProcess({
        environment: readProcessEnvironment(process),
        dryRun,
        logLevel: 'error',
        terminal: terminal.interactive,
        ...override,
      })
      // A command works off exports and imports, also those that an earlier command left unfinished; deliveries and checks are the server's.
      const context = opened.contextFor({ kind: 'terminal', name: 'terminal' }, opened.newRequestId(), progress)
      opened.handleJobs(makeJobHandlers(opened, COMMAND_JOBS), async () => {
        await settleRuns({ store: await context.store(), clock: opened.clock })
      })
      return { context, close: opened.close }
    },
    terminal,
    version,
  })
  return program.run(args)
}
