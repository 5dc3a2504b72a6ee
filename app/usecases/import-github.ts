import { z } from 'zod'
import { DIMENSIONS, dataTypesOf } from '../../integrations/foe/measure.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findRun } from '../../integrations/store/runs.ts'
import { ImportAnswer, toImportAnswer } from '../answers/import-answer.ts'
import type { AppContext } from '../context.ts'
import { followImport } from '../steps/imports/follow-import.ts'
import { beginImport, DEFAULT_LOOKBACK_DAYS } from '../steps/imports/github-import.ts'
import { AUTH_TYPES } from '../steps/imports/import-access.ts'
import { makeUseCase } from '../use-case.ts'

const name = z.string().regex(/^[A-Za-z0-9_.-]+$/, 'a GitHub name: letters, digits, "-", "_", "."')

const Input = z
  .strictObject({
    owner: name.optional().describe('Account or organisation'),
    repo: name.optional().describe('Repository'),
    dimension: z.enum(DIMENSIONS).describe('What to measure'),
    dataTypes: z.array(z.string()).default([]).describe('Only these, such as workflow-runs; all of the dimension when left out'),
    auth: z
      .strictObject({ type: z.enum(AUTH_TYPES) })
      .optional()
      .describe('The App or the token (default: the App where it covers the repository)'),
    lookbackDays: z
      .number()
      .int()
      .min(1)
      .max(3650)
      .optional()
      .describe('Length of the window in days (default: of github-config.json, else 90)'),
    workflowName: z.string().min(1).optional().describe('Only runs of this workflow'),
    branch: z.string().min(1).optional().describe('Feedback: only runs of this branch; confidence: protection of this branch'),
    useConfig: z.boolean().default(false).describe('Take owner and repo from github-config.json'),
    async: z.boolean().default(false).describe('Answer at once with 202; GET /integrations/imports/{id} shows how far it is'),
  })
  .superRefine((input, refinement) => {
    if (!input.useConfig)
      for (const key of ['owner', 'repo'] as const)
        if (input[key] === undefined) refinement.addIssue({ code: 'custom', path: [key], message: 'a GitHub name, or useConfig' })
    const known: readonly string[] = dataTypesOf(input.dimension)
    for (const [index, dataType] of input.dataTypes.entries())
      if (!known.includes(dataType))
        refinement.addIssue({ code: 'custom', path: ['dataTypes', index], message: `one of ${known.join(', ')}` })
  })
type Input = z.output<typeof Input>

/** Owner and name of what to import, given or from the file. @throws AppError `config-invalid` or `bad-request` */
async function targetOf(ctx: AppContext, { owner, repo, useConfig, lookbackDays }: Input) {
  const config = await ctx.providers.github.readConfig()
  const days = lookbackDays ?? config?.lookbackDays ?? DEFAULT_LOOKBACK_DAYS
  if (!useConfig) return { owner: owner ?? '', repo: repo ?? '', lookbackDays: days }
  if (!config) throw new AppError('config-invalid', 'github-config.json: (whole file): expected a file, found none. useConfig needs it.')
  const only = repo ?? config.repo ?? (config.repos?.length === 1 ? config.repos[0] : undefined)
  if (only === undefined)
    throw new AppError('bad-request', 'The input is not valid: repo: expected one of "repos" in github-config.json, found nothing.', {
      details: { issues: [{ path: 'repo', expected: `one of ${config.repos?.join(', ')}`, received: 'nothing' }] },
    })
  return { owner: owner ?? config.owner, repo: only, lookbackDays: days }
}

/** Imports one dimension of one repository. What GitHub does not show is part of the answer: importing never fails a scan. */
export const importGithub = makeUseCase({
  name: 'import-github',
  summary: 'Imports evidence of one dimension of a GitHub repository: facts, figures, score and what is missing.',
  access: 'admin',
  input: Input,
  output: ImportAnswer,
  http: {
    method: 'POST',
    path: '/integrations/github/import',
    statusOf: ({ state }: Pick<ImportAnswer, 'state'>) => (state === 'running' ? 202 : 200),
  },
  async run(ctx, input): Promise<ImportAnswer> {
    const { dimension, dataTypes, auth, workflowName, branch } = input
    const target = await targetOf(ctx, input)
    const request = { ...target, dimension, dataTypes, auth: auth?.type, workflowName, branch }
    const begun = await beginImport(ctx, request, 'interactive')
    const row = input.async ? begun : await followImport(ctx, begun)
    const run = row.runId === undefined ? undefined : await findRun((await ctx.store()).db, row.runId)
    return toImportAnswer(row, run, ctx.clock.now())
  },
})
