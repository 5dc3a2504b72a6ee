// The protocol over HTTP, without sessions: each POST is answered by a server of its own, so that any process behind a balancer can
// answer any of them, and a stolen session id opens nothing.
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import type { Actor } from '../context.ts'
import { type McpParts, makeMcpServer } from './server.ts'

/** Answers one request of the streamable HTTP transport; progress comes as events before the answer. */
export function makeMcpHandler(parts: McpParts) {
  return async (request: Request, { actor, body }: { readonly actor: Actor; readonly body: unknown }): Promise<Response> => {
    const server = makeMcpServer(parts, actor)
    const transport = new WebStandardStreamableHTTPServerTransport({})
    await server.connect(transport)
    return transport.handleRequest(request, { parsedBody: body })
  }
}
