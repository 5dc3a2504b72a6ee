// The Model Context Protocol over whatever carries it: tools from the table, progress of long imports, refusals as answers that an
// agent can read. The low-level server of the SDK is used, because our schemas are there already and are the API's.
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js'
import { AppError } from '../../integrations/kernel/errors.ts'
import { toFailure } from '../answers/failure.ts'
import type { Actor, AppContext, Progress } from '../context.ts'
import { parseInput } from '../input.ts'
import type { UseCase } from '../use-case.ts'
import { describeTool, mayUse, type ToolUseCase, toolsOf } from './tools.ts'

export interface McpParts {
  readonly table: readonly UseCase[]
  readonly version: string
  readonly contextFor: (actor: Actor, requestId: string, progress?: (step: Progress) => void) => AppContext
  readonly newRequestId: () => string
}

const INSTRUCTIONS = [
  'Katalyst Integrations: governance artifacts, evidence from GitHub, Jira and Confluence, and FOE scores.',
  'During an assessment of a repository call read-enrichment first: newest evidence per subscore, its age, and what is missing.',
  'A subscore without evidence is 0 and no result; its gaps say what to import. Imports may take minutes and report progress.',
].join(' ')

/** What HTTP refuses, a tool refuses: keys that only HTTP's callers may not send, and those it demands. */
function assertOffered(useCase: ToolUseCase, given: Readonly<Record<string, unknown>>): void {
  const { http } = useCase
  const issues = [
    ...[...(http.hidden ?? []), 'async'].flatMap((path) => (path in given ? [{ path, expected: 'no such key', received: 'a value' }] : [])),
    ...(http.required ?? []).flatMap((path) => (path in given ? [] : [{ path, expected: 'a value', received: 'nothing' }])),
  ]
  if (issues.length === 0) return
  const sentence = issues.map(({ path, expected, received }) => `${path}: expected ${expected}, found ${received}`).join('; ')
  throw new AppError('bad-request', `The input is not valid: ${sentence}.`, { details: { issues } })
}

const textOf = (value: unknown) => [{ type: 'text' as const, text: JSON.stringify(value) }]

/** A refusal as the answer of the tool: the agent reads the sentence and may try something else. */
function toRefusal(ctx: AppContext, error: unknown, requestId: string) {
  const { status, body } = toFailure(error, requestId, ctx.clock.now())
  if (status >= 500) ctx.log.error({ request: requestId, err: error }, 'tool failed')
  return { content: textOf(body), structuredContent: { ...body }, isError: true }
}

/** Runs a tool; its answer is that of the API. */
async function callTool(ctx: AppContext, useCase: ToolUseCase, given: Readonly<Record<string, unknown>>) {
  assertOffered(useCase, given)
  const input = parseInput(useCase, { ...useCase.http.defaults, ...given })
  const output = useCase.output.parse(await useCase.run(ctx, input))
  return { content: textOf(output), structuredContent: output as Record<string, unknown> }
}

/** A server for one actor; it is connected to one transport. */
export function makeMcpServer({ table, version, contextFor, newRequestId }: McpParts, actor: Actor): Server {
  const offered = toolsOf(table).filter((useCase) => mayUse(actor, useCase))
  const byName = new Map(offered.map((useCase) => [useCase.name, useCase]))
  const server = new Server({ name: 'katalyst-integrations', version }, { capabilities: { tools: {} }, instructions: INSTRUCTIONS })
  server.setRequestHandler(ListToolsRequestSchema, async () => ({ tools: offered.map(describeTool) }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { sendNotification }) => {
    const useCase = byName.get(params.name)
    if (!useCase) throw new McpError(ErrorCode.InvalidParams, `There is no tool ${params.name}, or this token may not use it.`)
    const progressToken = params._meta?.progressToken
    let reached = -1
    const progress = ({ phase, done, total }: Progress) => {
      // The protocol wants it to grow with every notification.
      if (progressToken === undefined || done <= reached) return
      reached = done
      const params = { progressToken, progress: done, ...(total === undefined ? {} : { total }), message: phase }
      // Whoever asked may have gone; the work goes on, and its answer is in the store.
      void sendNotification({ method: 'notifications/progress', params }).catch(() => undefined)
    }
    const requestId = newRequestId()
    const ctx = contextFor(actor, requestId, progress)
    return callTool(ctx, useCase, params.arguments ?? {}).catch((error: unknown) => toRefusal(ctx, error, requestId))
  })
  return server
}
