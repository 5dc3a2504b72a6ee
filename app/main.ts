#!/usr/bin/env node
// The program: hands the use-case table, the processes and what bootstrap opens to the command line. Everything heavy is
// loaded when a command needs it, so that help and validation start fast.
import { readFileSync } from 'node:fs'
import { makeProgram, type ProcessCommand } from './cli/program.ts'
import { makeTerminal } from './cli/terminal.ts'
import { useCases } from './usecases/table.ts'

/** The version in package.json, found upwards from this file: the source and the built tree are at different depths. */
function readVersion(): string {
  for (let folder = new URL('.', import.meta.url), depth = 0; depth < 5; folder = new URL('..', folder), depth += 1) {
    try {
      return (JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as { version: string }).version
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return '0.0.0'
}

const version = readVersion()
const processes: readonly ProcessCommand[] = [
  {
    command: 'serve',
    summary: 'Runs the server: webhooks, API and workers.',
    run: async (_options, terminal) => (await import('./serve.ts')).serve(process, terminal, version),
  },
  {
    command: 'demo',
    summary: 'Shows everything on stand-ins: no account, no network. --once ends instead of staying.',
    flags: [['--once', 'end when it is done']],
    run: async (options, terminal) => (await import('./demo.ts')).runDemo({ once: options.once === true, terminal, version }),
  },
]

const program = makeProgram({
  table: useCases,
  processes,
  open: async ({ progress, dryRun }) => {
    const [{ openProcess, readProcessEnvironment }, { JIRA_PUSH_JOB, makeJobHandlers }] = await Promise.all([
      import('./bootstrap.ts'),
      import('./job-handlers.ts'),
    ])
    const opened = await openProcess({
      environment: readProcessEnvironment(process),
      dryRun,
      logLevel: 'warn',
      terminal: Boolean(process.stderr.isTTY),
    })
    // A command works off what it began itself; deliveries and checks are the server's.
    opened.handleJobs(makeJobHandlers(opened, [JIRA_PUSH_JOB]))
    return { context: opened.contextFor({ kind: 'terminal', name: 'terminal' }, opened.newRequestId(), progress), close: opened.close }
  },
  terminal: makeTerminal(process),
  version,
})

process.exitCode = await program.run(process.argv.slice(2))
