// `katalyst mcp`: the tools over standard input and output, for an agent that starts us as its child. Imports it asks for are worked
// off in this process; standard output carries nothing but the protocol.
import { settleRuns } from '../integrations/engine/run-end.ts'
import { openProcess, type ProcessOptions, readProcessEnvironment } from './bootstrap.ts'
import { COMMAND_JOBS, makeJobHandlers } from './job-handlers.ts'
import { serveStdio } from './mcp/stdio-transport.ts'
import { useCases } from './usecases/table.ts'

/** Serves until the client closes our input; resolves to the exit code. */
export async function serveMcp(process: NodeJS.Process, version: string, override: Partial<ProcessOptions> = {}): Promise<number> {
  const opened = await openProcess({ environment: readProcessEnvironment(process), logLevel: 'error', ...override })
  const { contextFor, newRequestId, clock } = opened
  opened.handleJobs(makeJobHandlers(opened, COMMAND_JOBS), async () => {
    const store = await contextFor({ kind: 'worker', name: 'mcp' }, newRequestId()).store()
    await settleRuns({ store, clock })
  })
  const { ended, close } = await serveStdio({ table: useCases, version, contextFor, newRequestId }, process.stdin, process.stdout)
  await ended
  await close()
  await opened.close()
  return 0
}
