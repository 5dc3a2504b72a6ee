// A small use-case table for tests of the entry points: they read any table alike.
import { z } from 'zod'
import type { AppContext } from '../../app/context.ts'
import { makeUseCase, type UseCase } from '../../app/use-case.ts'
import { systemRandom } from '../../integrations/kernel/clock.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { silentLog } from '../../integrations/kernel/log.ts'

export const sampleTable: readonly UseCase[] = [
  makeUseCase({
    name: 'greet',
    summary: 'Greets somebody.',
    access: 'read',
    input: z.strictObject({
      name: z.string().min(1).describe('Whom to greet'),
      times: z.number().int().min(1).max(5).default(1).describe('How often'),
      tags: z.array(z.string()).default([]).describe('Words to add'),
      loud: z.boolean().default(false).describe('In capitals'),
    }),
    output: z.object({ text: z.string(), actor: z.string() }),
    http: { method: 'POST', path: '/greetings/{name}' },
    cli: { command: 'greet', arguments: ['name'] },
    run: async (ctx, input) => {
      ctx.progress({ phase: 'greeting', done: 1, total: 1 })
      const text = [`Hello ${input.name}`.repeat(input.times), ...input.tags].join(' ')
      return { text: input.loud ? text.toUpperCase() : text, actor: ctx.actor.kind }
    },
  }),
  makeUseCase({
    name: 'look',
    summary: 'Looks something up.',
    access: 'public',
    input: z.strictObject({ limit: z.number().int().default(50), deep: z.boolean().default(false) }),
    output: z.object({ limit: z.number(), deep: z.boolean() }),
    http: { method: 'GET', path: '/look' },
    run: async (_ctx, input) => input,
  }),
  makeUseCase({
    name: 'fail',
    summary: 'Fails in the way it is told to.',
    access: 'admin',
    input: z.strictObject({ way: z.enum(['conflict', 'refused', 'bug', 'limit']), dryRun: z.boolean().default(false) }),
    output: z.object({}),
    http: { method: 'POST', path: '/fail', status: 202 },
    cli: { command: 'fail', writes: true },
    run: async (ctx, input) => {
      if (input.way === 'conflict')
        throw new AppError('conflict', 'Both sides changed /srv/katalyst/secret/file.md at once.', {
          details: { field: 'status', apiToken: 'x' },
        })
      if (input.way === 'refused') throw new AppError('refused', 'A rule forbids it.')
      if (input.way === 'limit')
        throw new AppError('provider-rate-limited', 'Jira asks us to wait.', { retryAt: new Date(ctx.clock.now().getTime() + 30_000) })
      throw new TypeError('cannot read x of undefined in the vault')
    },
  }),
]

/** The parts of a context the sample use cases touch. */
export const sampleContext = (change: Partial<AppContext> = {}): AppContext =>
  ({
    clock: { now: () => new Date('2026-11-22T10:00:00Z'), sleep: async () => {} },
    random: systemRandom,
    log: silentLog,
    signal: new AbortController().signal,
    actor: { kind: 'anonymous', name: 'anonymous' },
    requestId: 'r',
    progress: () => {},
    ...change,
  }) as AppContext
