// The protocol over standard input and output: one client, the one that started the process.
import type { Readable, Writable } from 'node:stream'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { type McpParts, makeMcpServer } from './server.ts'

/** Serves until the input ends. What the client cut off goes on where a worker takes it. */
export async function serveStdio(
  parts: McpParts,
  input: Readable,
  output: Writable,
): Promise<{ readonly ended: Promise<void>; close(): Promise<void> }> {
  const server = makeMcpServer(parts, { kind: 'terminal', name: 'mcp' })
  const ended = new Promise<void>((resolve) => {
    input.once('end', resolve)
    input.once('close', resolve)
  })
  await server.connect(new StdioServerTransport(input, output))
  return { ended, close: () => server.close() }
}
