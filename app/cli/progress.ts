// Progress on standard error: a bar on a terminal, a line per phase otherwise, nothing with --quiet.
import type { Progress } from '../context.ts'
import type { Terminal } from './terminal.ts'

const BAR_WIDTH = 24

function bar(step: Progress): string {
  if (step.total === undefined || step.total === 0) return `${step.phase}: ${step.done}`
  const filled = Math.round((BAR_WIDTH * Math.min(step.done, step.total)) / step.total)
  const note = step.note ? ` ${step.note}` : ''
  return `${step.phase} [${'█'.repeat(filled)}${'·'.repeat(BAR_WIDTH - filled)}] ${step.done}/${step.total}${note}`
}

/** A progress sink and its end, which leaves the terminal clean for what follows. */
export function makeProgressLine(terminal: Terminal, quiet: boolean): { step: (step: Progress) => void; end: () => void } {
  let phase = ''
  let drawn = false
  return {
    step(step) {
      if (quiet) return
      if (terminal.interactive) {
        terminal.err(`\r\u001b[2K${bar(step).slice(0, terminal.columns - 1)}`)
        drawn = true
      } else if (step.phase !== phase) terminal.err(`${step.phase}${step.total === undefined ? '' : ` (${step.total})`} …\n`)
      phase = step.phase
    },
    end() {
      if (drawn) terminal.err('\r\u001b[2K')
      drawn = false
    },
  }
}
