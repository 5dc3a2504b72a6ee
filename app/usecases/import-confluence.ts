import { z } from 'zod'
import { findRun } from '../../integrations/store/runs.ts'
import { ImportAnswer, toImportAnswer } from '../answers/import-answer.ts'
import { beginConfluenceImport } from '../steps/imports/confluence-import.ts'
import { followImport } from '../steps/imports/follow-import.ts'
import { makeUseCase } from '../use-case.ts'

const Input = z.strictObject({
  spaceKey: z
    .string()
    .regex(/^~?[A-Za-z0-9]{1,255}$/, 'a space key: letters and digits')
    .optional()
    .describe('Key of the space (default: of confluence-config.json)'),
  contentTypes: z
    .union([z.array(z.string()), z.string().transform((type) => [type])])
    .default([])
    .describe('Count only pages of these types, such as adr, runbook, design-doc, onboarding (docTypes of confluence-config.json)'),
  labelFilter: z.string().min(1).max(255).optional().describe('Count only pages with this label'),
  mapTo: z.literal('governance-adrs').optional().describe('Answer pages of the type adr as decision records with id, title and status'),
  assessFreshness: z.boolean().default(true).describe('Say how much of it is fresh'),
  assessCoverage: z.boolean().default(true).describe('Say which documents are there and what is in them'),
  async: z.boolean().default(false).describe('Answer at once with 202; GET /integrations/imports/{id} shows how far it is'),
})

/** Imports one space. What Confluence does not show is part of the answer: importing never fails a scan. Writes nothing there. */
export const importConfluence = makeUseCase({
  name: 'import-confluence',
  summary: 'Imports documentation evidence of a Confluence space: pages by type, figures, score and what is missing.',
  access: 'admin',
  input: Input,
  output: ImportAnswer,
  http: {
    method: 'POST',
    path: '/integrations/confluence/import',
    required: ['spaceKey'],
    statusOf: ({ state }: Pick<ImportAnswer, 'state'>) => (state === 'running' ? 202 : 200),
  },
  cli: {
    command: 'confluence:import',
    aliases: { spaceKey: 'space', contentTypes: 'content', labelFilter: 'label' },
    hidden: ['async', 'assessFreshness', 'assessCoverage'],
    exitCode: ({ state, refusal }: ImportAnswer) => (refusal !== undefined ? 3 : state === 'done' || state === 'running' ? 0 : 1),
  },
  async run(ctx, { async: isAsync, spaceKey, ...asked }): Promise<ImportAnswer> {
    const config = await ctx.providers.confluence.readConfig({ spaceKey })
    const begun = await beginConfluenceImport(ctx, { ...asked, spaceKey: config.spaceKey }, 'interactive')
    const row = isAsync ? begun : await followImport(ctx, begun)
    const run = row.runId === undefined ? undefined : await findRun((await ctx.store()).db, row.runId)
    return toImportAnswer(row, run, ctx.clock.now())
  },
})
