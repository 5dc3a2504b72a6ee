// The command line, read from the use-case table. Exit codes: 0 done; 1 the work failed or found violations; 2 wrong use
// or configuration; 3 a provider refused or could not be reached; 4 conflicts were left for a person.
import { readFileSync } from 'node:fs'
import { Command, CommanderError, Option } from 'commander'
import { AppError, ERROR_CODES, toAppError } from '../../integrations/kernel/errors.ts'
import { redact, redactText } from '../../integrations/kernel/redact.ts'
import type { AppContext } from '../context.ts'
import { isRequired, parseInput, valuesFromTexts } from '../input.ts'
import type { CliReach, UseCase } from '../use-case.ts'
import { flagsOf, secretOption, toFlagName } from './flags.ts'
import { makeProgressLine } from './progress.ts'
import { renderAnswer } from './render.ts'
import type { Terminal } from './terminal.ts'

/** A command that is a process of its own (serve, work, demo) rather than a use case. */
export interface ProcessCommand {
  readonly command: string
  readonly summary: string
  readonly flags?: readonly (readonly [flags: string, description: string])[]
  readonly run: (options: Readonly<Record<string, unknown>>, terminal: Terminal) => Promise<number>
}

/** What a command needs opened around it. */
export interface CommandSession {
  readonly context: AppContext
  close(): Promise<void>
}

export interface ProgramParts {
  readonly table: readonly UseCase[]
  readonly processes: readonly ProcessCommand[]
  readonly open: (options: {
    readonly progress: AppContext['progress']
    readonly dryRun: boolean
    readonly offline: boolean
  }) => Promise<CommandSession>
  readonly terminal: Terminal
  readonly version: string
}

/** A failure for a person: the sentence, the code to search for, and the faults one by one. */
export function describeFailure(thrown: unknown): { readonly exit: number; readonly text: string; readonly body: unknown } {
  const error = toAppError(thrown)
  const cause =
    error.code === 'internal' && error.cause instanceof Error ? `\n  ${redactText(error.cause.stack ?? error.cause.message)}` : ''
  const message = redactText(error.message)
  const body = {
    error: message,
    code: error.code.toUpperCase(),
    ...(Object.keys(error.details).length > 0 ? { details: redact(error.details) } : {}),
  }
  return { exit: ERROR_CODES[error.code].exit, text: `${message} [${error.code}]${cause}\n`, body }
}

async function runUseCase(parts: ProgramParts, useCase: UseCase, reach: CliReach, given: Record<string, unknown>): Promise<number> {
  const { terminal } = parts
  const { json, quiet, ...values } = given
  const line = makeProgressLine(terminal, quiet === true || json === true)
  let session: CommandSession | undefined
  try {
    const secrets = Object.fromEntries(
      (reach.secrets ?? []).flatMap((name) => (values[name] === undefined ? [] : [[name, readSecret(String(values[name]))]])),
    )
    const input = parseInput(useCase, { ...reach.defaults, ...valuesFromTexts(useCase, values), ...secrets, ...reach.fixed })
    session = await parts.open({ progress: line.step, dryRun: values.dryRun === true, offline: reach.offline === true })
    const output = useCase.output.parse(await useCase.run(session.context, input))
    line.end()
    terminal.out(json ? `${JSON.stringify(output, null, 2)}\n` : renderAnswer(useCase.name, output, terminal))
    return reach.exitCode ? reach.exitCode(output as never) : 0
  } catch (thrown) {
    line.end()
    const failure = describeFailure(thrown)
    if (json) terminal.out(`${JSON.stringify(failure.body, null, 2)}\n`)
    else terminal.err(failure.text)
    return failure.exit
  } finally {
    await session?.close()
  }
}

/** The content of the file a secret is in; `-` is standard input. */
function readSecret(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8').trim()
  } catch (cause) {
    throw new AppError('bad-request', `The file with the secret cannot be read.`, { cause })
  }
}

/** Values as the use case names them, from commander's options and positions. */
function collect(
  useCase: UseCase,
  reach: CliReach,
  positions: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given: Record<string, unknown> = { json: options.json, quiet: options.quiet }
  for (const { field, option } of flagsOf(useCase, reach)) {
    const value = options[option.attributeName()]
    if (value !== undefined) given[field.name] = value
  }
  for (const name of reach.secrets ?? []) given[name] = options[secretOption(name).attributeName()]
  for (const [index, name] of (reach.arguments ?? []).entries()) if (positions[index] !== undefined) given[name] = positions[index]
  for (const [name, { values }] of Object.entries(reach.switches ?? {}))
    if (options[new Option(`--${toFlagName(name)}`).attributeName()]) Object.assign(given, values)
  return given
}

/** The whole program; `run` resolves to the exit code and never throws. */
export function makeProgram(parts: ProgramParts): { run(args: readonly string[]): Promise<number> } {
  let exit = 0
  const program = new Command('katalyst')
    .description('Keeps governance artifacts true in GitHub, Jira and Confluence, and turns their evidence into scores.')
    .version(parts.version)
    .exitOverride()
    .configureOutput({ writeOut: parts.terminal.out, writeErr: parts.terminal.err })
    .configureHelp({ sortSubcommands: false })
    .showHelpAfterError('(add --help for what it takes)')
  const addUseCase = (useCase: UseCase, reach: CliReach, isWanted: boolean) => {
    const command = program.command(reach.command).summary(useCase.summary).description(useCase.summary).exitOverride()
    for (const name of reach.arguments ?? []) command.argument(isRequired(useCase, name) ? `<${name}>` : `[${name}]`)
    command.option('--json', 'print exactly the answer of the API').option('--quiet', 'no progress')
    // The flags of a command come from its schema, which takes a moment to read: only those of the one that is called.
    if (!isWanted) return
    for (const { option } of flagsOf(useCase, reach)) command.addOption(option)
    for (const name of reach.secrets ?? []) command.addOption(secretOption(name))
    for (const [name, { description }] of Object.entries(reach.switches ?? {})) command.option(`--${toFlagName(name)}`, description)
    command.action(async (...values: unknown[]) => {
      const positions = values.slice(0, (reach.arguments ?? []).length)
      exit = await runUseCase(parts, useCase, reach, collect(useCase, reach, positions, command.opts()))
    })
  }
  const addUseCases = (wanted: string | undefined) => {
    for (const useCase of parts.table) if (useCase.cli) addUseCase(useCase, useCase.cli, useCase.cli.command === wanted)
  }
  const addProcesses = () => {
    for (const own of parts.processes) {
      const command = program.command(own.command).summary(own.summary).description(own.summary).exitOverride()
      for (const [flags, description] of own.flags ?? []) command.option(flags, description)
      command.action(async () => {
        exit = await own.run(command.opts(), parts.terminal)
      })
    }
  }
  return {
    async run(args) {
      addUseCases(args[0] === 'help' ? args[1] : args[0])
      addProcesses()
      try {
        await program.parseAsync(args.length > 0 ? [...args] : ['--help'], { from: 'user' })
        return exit
      } catch (thrown) {
        // Commander has already said what was wrong; asking for help or the version is not a fault.
        if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? 0 : 2
        const failure = describeFailure(thrown)
        parts.terminal.err(failure.text)
        return failure.exit
      }
    },
  }
}
