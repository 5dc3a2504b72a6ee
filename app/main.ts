#!/usr/bin/env node
// The program `katalyst`.
import { makeTerminal } from './cli/terminal.ts'
import { runKatalyst } from './katalyst.ts'

process.exitCode = await runKatalyst({ process, terminal: makeTerminal(process) }, process.argv.slice(2))
