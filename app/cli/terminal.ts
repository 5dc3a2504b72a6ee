// What a command may write to: the answer on standard output, everything else on standard error.
export interface Terminal {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  /** Whether standard error is a terminal that understands carriage returns and colours. */
  readonly interactive: boolean
  readonly color: boolean
  readonly columns: number
}

export const makeTerminal = (host: Pick<NodeJS.Process, 'stdout' | 'stderr' | 'env'>): Terminal =>
  Object.freeze({
    out: (text: string) => void host.stdout.write(text),
    err: (text: string) => void host.stderr.write(text),
    interactive: Boolean(host.stderr.isTTY),
    color: Boolean(host.stdout.isTTY) && !host.env.NO_COLOR,
    columns: host.stderr.columns ?? 80,
  })
