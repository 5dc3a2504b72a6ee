import { z } from 'zod'
import { JIRA_DATA_TYPES } from '../../integrations/foe/jira/jira-metric-table.ts'
import { DEFAULT_JIRA_SETTINGS } from '../../integrations/foe/jira/jira-settings.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { findRun } from '../../integrations/store/runs.ts'
import { ImportAnswer, toImportAnswer } from '../answers/import-answer.ts'
import type { AppContext } from '../context.ts'
import { followImport } from '../steps/imports/follow-import.ts'
import { beginJiraImport, JIRA_LOOKBACK_DAYS, MAP_TARGETS } from '../steps/imports/jira-import.ts'
import { makeUseCase } from '../use-case.ts'

const Input = z.strictObject({
  jiraProject: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]+$/, 'a project key in capitals')
    .optional()
    .describe('Key of the Jira project (default: of jira-config.json)'),
  boardId: z
    .union([z.number().int().positive(), z.string().regex(/^[1-9]\d*$/, 'the number of a board')])
    .transform(String)
    .optional()
    .describe('Board whose sprints and columns count (default: of jira-config.json, else the oldest Scrum board)'),
  dataTypes: z.array(z.enum(JIRA_DATA_TYPES)).default([]).describe('Only these, such as velocity; all when left out'),
  sprintCount: z
    .number()
    .int()
    .min(1)
    .max(50)
    .default(DEFAULT_JIRA_SETTINGS.sprintCount)
    .describe('How many closed sprints, the latest ones, count'),
  jqlFilter: z.string().optional().describe('Only issues that this JQL condition lets through'),
  mapTo: z
    .enum(MAP_TARGETS)
    .optional()
    .describe('Accepted, and answered with a gap: an import makes no artifacts; roadmap:import makes road items of issues'),
  lookbackDays: z.number().int().min(1).max(3650).default(JIRA_LOOKBACK_DAYS).describe('Length of the window in days'),
  async: z.boolean().default(false).describe('Answer at once with 202; GET /integrations/imports/{id} shows how far it is'),
})
type Input = z.output<typeof Input>

function refuseInput(path: string, expected: string, received: string): never {
  throw new AppError('bad-request', `The input is not valid: ${path}: expected ${expected}, found ${received}.`, {
    details: { issues: [{ path, expected, received }] },
  })
}

/** jira-config.json; undefined where no file says which project. @throws AppError `config-invalid` for a file with faults */
async function readConfig(ctx: AppContext) {
  try {
    return await ctx.providers.jira.readConfig({})
  } catch (error) {
    const problems = error instanceof AppError && error.code === 'config-invalid' ? error.details?.problems : undefined
    // That the project key is missing is for the caller to mend, who may have named the project.
    if (Array.isArray(problems) && problems.every((problem) => String(problem).includes('projectKey'))) return undefined
    throw error
  }
}

/** Project and board, given or from the file, whose board counts for its own project alone. */
async function targetOf(ctx: AppContext, input: Input) {
  const config = await readConfig(ctx)
  const jiraProject = input.jiraProject ?? config?.projectKey ?? refuseInput('jiraProject', 'a project key in capitals', 'nothing')
  const configured = config?.projectKey === jiraProject ? config.boardId : undefined
  return { jiraProject, boardId: input.boardId ?? (configured === undefined ? undefined : String(configured)) }
}

/** Imports the delivery metrics of one project. What Jira does not show is part of the answer: importing never fails a scan. */
export const importJira = makeUseCase({
  name: 'import-jira',
  summary: 'Imports delivery metrics of a Jira project: sprints, velocity, cycle and lead time, work in progress, releases.',
  access: 'admin',
  input: Input,
  output: ImportAnswer,
  http: {
    method: 'POST',
    path: '/integrations/jira/import',
    required: ['jiraProject'],
    statusOf: ({ state }: Pick<ImportAnswer, 'state'>) => (state === 'running' ? 202 : 200),
  },
  cli: {
    command: 'jira:import',
    aliases: { jiraProject: 'project', boardId: 'board', sprintCount: 'sprints', jqlFilter: 'jql', lookbackDays: 'lookback' },
    hidden: ['async'],
    exitCode: ({ state, refusal }: Pick<ImportAnswer, 'state' | 'refusal'>) => (refusal !== undefined ? 3 : state === 'done' ? 0 : 1),
  },
  async run(ctx, input): Promise<ImportAnswer> {
    const { dataTypes, sprintCount, jqlFilter, mapTo, lookbackDays } = input
    const problem = jqlFilter === undefined ? undefined : ctx.providers.jira.imports.filterProblem(jqlFilter)
    if (problem) refuseInput('jqlFilter', problem, JSON.stringify(jqlFilter?.slice(0, 80)))
    const target = await targetOf(ctx, input)
    const begun = await beginJiraImport(ctx, { ...target, dataTypes, sprintCount, jqlFilter, mapTo, lookbackDays }, 'interactive')
    const row = input.async ? begun : await followImport(ctx, begun)
    const run = row.runId === undefined ? undefined : await findRun((await ctx.store()).db, row.runId)
    return toImportAnswer(row, run, ctx.clock.now())
  },
})
