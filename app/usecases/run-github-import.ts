import { z } from 'zod'
import type { OpenRun } from '../../integrations/engine/runs.ts'
import { kindsOf } from '../../integrations/foe/data-kinds.ts'
import type { FactKind } from '../../integrations/foe/facts/fact-kinds.ts'
import { toAppError } from '../../integrations/kernel/errors.ts'
import type { StoredImport } from '../../integrations/store/imports.ts'
import type { AppContext } from '../context.ts'
import { repositoryIdOf } from '../steps/imports/follow-import.ts'
import {
  branchOf,
  concludeImport,
  type ImportConclusion,
  ImportJob,
  ImportRequest,
  readImportSettings,
} from '../steps/imports/github-import.ts'
import { type FactStream, type Reading, readStream, STEPS_PER_STREAM } from '../steps/imports/github-streams.ts'
import { openAccess } from '../steps/imports/import-access.ts'
import { readImportPlace } from '../steps/imports/import-place.ts'
import { ImportReadAnswer, type Obstacle, runImport } from '../steps/imports/import-reading.ts'
import { refusalOf, refusalOfError, STOPS_EVERYTHING } from '../steps/imports/import-refusal.ts'
import { makeUseCase } from '../use-case.ts'

const Input = ImportJob.extend({ attempt: z.number().int().default(1) })
type Input = z.output<typeof Input>

/** What a failure means to the import; undefined for one that is ours, or says that the work was stopped. */
function obstacleOf(ctx: AppContext, error: unknown): Obstacle | undefined {
  const failure = toAppError(error)
  // A denial that is about no single feature: the installation or the account is suspended.
  if (failure.code === 'provider-forbidden' && ctx.providers.github.absenceOf(failure) === undefined)
    return { refusal: refusalOf('github-installation-suspended', failure.message), error: failure }
  const refusal = refusalOfError(failure)
  return refusal && { refusal, error: failure }
}

const stopsEverything = ({ refusal, error }: Obstacle): boolean =>
  STOPS_EVERYTHING.has(toAppError(error).code) || refusal.gap.code === 'github-installation-suspended'

/** Reads the streams one after the other: one that fails stops only itself, unless the rest would meet the same. */
async function readStreams(run: OpenRun, reading: Reading, streams: readonly FactStream[]): Promise<readonly Obstacle[]> {
  const { ctx } = reading
  const obstacles: Obstacle[] = []
  await run.advance({ total: streams.length * STEPS_PER_STREAM, phase: 'beginning' })
  for (const stream of streams) {
    try {
      await readStream(reading, stream)
    } catch (error) {
      const obstacle = run.signal.aborted ? undefined : obstacleOf(ctx, error)
      if (!obstacle) throw error
      ctx.log.warn({ err: error, stream: stream.name, repository: reading.place.repositoryId }, 'a list could not be read')
      obstacles.push(obstacle)
      if (stopsEverything(obstacle)) break
    }
  }
  return obstacles
}

type Place = Pick<ImportConclusion, 'repositoryId' | 'fullName'>

async function readAll(ctx: AppContext, row: StoredImport, run: OpenRun, input: Input) {
  const request = ImportRequest.parse(row.input)
  const startedAt = ctx.clock.now()
  let repositoryId = repositoryIdOf(row)
  try {
    const use = { priority: input.priority, onExchange: run.countRequest, signal: run.signal }
    const github = await openAccess(ctx, input.auth, use)
    const settings = await readImportSettings(ctx, request)
    const place = await readImportPlace(ctx, github, request, { from: row.window.from, settings, auth: input.auth })
    repositoryId = place.repositoryId
    const kinds = new Set<FactKind>(kindsOf(request.dimension, request.dataTypes))
    const streams = ctx.providers.github.importStreams.filter(({ brings }) => brings.some((kind) => kinds.has(kind)))
    const asked = branchOf(request)
    const branch = asked === place.defaultBranch ? '' : asked
    const obstacles = await readStreams(run, { ctx, signal: run.signal, advance: run.advance, github, place, branch, startedAt }, streams)
    return { place: { repositoryId, fullName: `${place.owner}/${place.repo}` }, obstacles }
  } catch (error) {
    const obstacle = run.signal.aborted ? undefined : obstacleOf(ctx, error)
    if (!obstacle) throw error
    return { place: { repositoryId }, obstacles: [obstacle] }
  }
}

/** Does the reading of an import and ends it, as `runImport` says. */
export const runGithubImport = makeUseCase({
  name: 'run-github-import',
  summary: "Reads a repository's evidence from GitHub, page by page, and computes the figures.",
  access: 'internal',
  input: Input,
  output: ImportReadAnswer,
  run: (ctx, input) =>
    runImport(ctx, input, {
      provider: 'GitHub',
      placeOf: (row): Place => ({ repositoryId: repositoryIdOf(row) }),
      read: (row, run) => readAll(ctx, row, run, input),
      conclude: (row, conclusion) => concludeImport(ctx, row, conclusion),
    }),
})
