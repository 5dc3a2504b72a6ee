import { z } from 'zod'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findImport } from '../../integrations/store/imports.ts'
import { findRun } from '../../integrations/store/runs.ts'
import { ImportAnswer, toImportAnswer } from '../answers/import-answer.ts'
import { settleImport } from '../steps/imports/follow-import.ts'
import { makeUseCase } from '../use-case.ts'

/** An import of any provider: how far it is, and its answer again when it has ended. */
export const readImport = makeUseCase({
  name: 'read-import',
  summary: 'Shows an import: its answer, or how far it is.',
  access: 'read',
  input: z.strictObject({ id: z.string().min(1).max(100).describe('The importId') }),
  output: ImportAnswer,
  http: { method: 'GET', path: '/integrations/imports/{id}' },
  cli: { command: 'imports:show', arguments: ['id'] },
  async run(ctx, { id }) {
    const { db } = await ctx.store()
    const stored = await findImport(db, id)
    if (!stored) throw new AppError('not-found', `There is no import ${id}.`)
    const row = await settleImport(ctx, stored)
    const run = row.runId === undefined ? undefined : await findRun(db, row.runId)
    return toImportAnswer(row, run, ctx.clock.now())
  },
})
