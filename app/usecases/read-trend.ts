import { z } from 'zod'
import { DIMENSIONS } from '../../integrations/foe/measure.ts'
import { overallScore } from '../../integrations/foe/score/overall.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { listRepositories } from '../../integrations/store/repositories.ts'
import { readTimeline } from '../steps/imports/evidence.ts'
import { RepositoryName } from '../steps/repository-address.ts'
import { makeUseCase } from '../use-case.ts'

const DAY_MS = 86_400_000
/** A trend is a picture: more points than this are thinned out evenly, the last one kept. */
const MOST_POINTS = 30
/** Of an organisation, so many repositories are looked at. */
const MOST_REPOSITORIES = 100
/** Imports of one dimension that are looked at: of one repository, and of each of many. */
const MOST_IMPORTS = 60
const MOST_IMPORTS_EACH = 8

const Point = z.object({
  at: z.iso.datetime(),
  overallScore: z.number(),
  feedback: z.number(),
  understanding: z.number(),
  confidence: z.number(),
  repositories: z.number().int().describe('How many repositories it is the mean of'),
})

function thinned(instants: readonly Date[]): readonly Date[] {
  const unique = [...new Map(instants.map((at) => [at.getTime(), at])).values()]
  if (unique.length <= MOST_POINTS) return unique
  const step = (unique.length - 1) / (MOST_POINTS - 1)
  return Array.from({ length: MOST_POINTS }, (_, index) => unique[Math.round(index * step)] as Date)
}

const mean = (numbers: readonly number[]): number => Math.round(numbers.reduce((sum, number) => sum + number, 0) / numbers.length)

type Timeline = Awaited<ReturnType<typeof readTimeline>>

/** The mean scores of the repositories that had evidence by then; nothing where none had. */
function pointAt(timelines: readonly Timeline[], at: Date): readonly z.input<typeof Point>[] {
  const scores = timelines.flatMap((timeline) => timeline.scoresAt(at) ?? [])
  if (scores.length === 0) return []
  const [feedback = 0, understanding = 0, confidence = 0] = DIMENSIONS.map((dimension) => mean(scores.map((one) => one[dimension].score)))
  const overall = overallScore({ feedback, understanding, confidence })
  return [{ at: at.toISOString(), overallScore: overall, feedback, understanding, confidence, repositories: scores.length }]
}

/** How the scores of a repository, or the mean of an organisation's, went: one point for each time something was imported. */
export const readTrend = makeUseCase({
  name: 'read-trend',
  summary: 'Shows how the scores of a repository or an organisation went over time.',
  access: 'read',
  input: z.strictObject({
    repository: RepositoryName.optional().describe('owner/name'),
    organization: z
      .string()
      .regex(/^[^/\s]+$/, 'an account')
      .optional()
      .describe('An account: the mean of its repositories'),
    days: z.number().int().min(1).max(730).default(90).describe('How far back'),
  }),
  output: z.object({ from: z.iso.datetime(), to: z.iso.datetime(), points: z.array(Point) }),
  http: { method: 'GET', path: '/scores/trend' },
  async run(ctx, { repository, organization, days }) {
    if ((repository === undefined) === (organization === undefined))
      throw new AppError('bad-request', 'The input is not valid: repository or organization: expected one of them.')
    const owner = `${organization?.toLowerCase()}/`
    const known = repository === undefined ? await listRepositories((await ctx.store()).db) : []
    const names =
      repository === undefined
        ? known
            .map(({ fullName }) => fullName)
            .filter((name) => name.toLowerCase().startsWith(owner))
            .slice(0, MOST_REPOSITORIES)
        : [repository]
    const to = ctx.clock.now()
    const from = new Date(to.getTime() - days * DAY_MS)
    const timelines: Timeline[] = []
    for (const name of names) timelines.push(await readTimeline(ctx, name, names.length === 1 ? MOST_IMPORTS : MOST_IMPORTS_EACH))
    const instants = timelines
      .flatMap(({ imports }) => imports.map(({ finishedAt }) => finishedAt))
      .filter((at) => at >= from && at <= to)
      .sort((left, right) => left.getTime() - right.getTime())
    const points = thinned(instants).flatMap((at) => pointAt(timelines, at))
    return { from: from.toISOString(), to: to.toISOString(), points }
  },
})
