// What a command may write to: the answer on standard output, everything else on standard error.
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether standard error is a terminal that understands carriage returns and colours. */
  readonly interactive: boolean
  readonly color: boolean
  readonly columns: number
}

export const makeTerminal = (process: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Terminal =>
  Object.freeze({
    out: (text: string) => void process.stdout.write(text),
    err: (text: string) => void process.stderr.write(text),
    interactive: Boolean(process.stderr.isTTY),
    color: Boolean(process.stdout.isTTY) && !process.env.NO_COLOR,
    columns: process.stderr.columns ?? 80,
  })
