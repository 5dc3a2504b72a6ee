// The command line in this process: arguments in; exit code, standard output and standard error out.
import type { ProcessOptions } from '../../app/bootstrap.ts'
import type { Terminal } from '../../app/cli/terminal.ts'
import { runKatalyst } from '../../app/katalyst.ts'

export interface Ran {
  readonly exit: number
  readonly out: string
  readonly err: string
}

/** Runs one command as `katalyst ARGS` would. */
export async function katalyst(args: readonly string[], override: Partial<ProcessOptions> = {}): Promise<Ran> {
  const written = { out: '', err: '' }
  const terminal: Terminal = {
    out: (text) => {
      written.out += text
    },
    err: (text) => {
      written.err += text
    },
    interactive: false,
    color: false,
    columns: 80,
  }
  const exit = await runKatalyst({ process, terminal, override }, args)
  return { exit, ...written }
}
