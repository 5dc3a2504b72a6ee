import { z } from 'zod'
import { enqueueJobs } from '../../integrations/engine/jobs.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { startRun } from '../../integrations/store/runs.ts'
import { countStatuses } from '../answers/push-answer.ts'
import type { AppContext } from '../context.ts'
import { followRun, readRunEvents } from '../steps/follow-run.ts'
import {
  GITHUB_PUBLISH_JOB,
  GITHUB_PUBLISH_RUN,
  keepPublication,
  openSource,
  type PublicationRequest,
} from '../steps/github/publication.ts'
import { PublishingSettings, TargetResult } from '../steps/github/publishing.ts'
import { PUBLISHED_TARGETS, PUBLISHING_TARGETS, type PublishedTarget, toRefusal } from '../steps/github/targets.ts'
import { AUTH_TYPES, findAccess, openAccess } from '../steps/imports/import-access.ts'
import { type Refusal, refusalOfError } from '../steps/imports/import-refusal.ts'
import { keepSource, type PublishSource, readKeptSource } from '../steps/publishing/publish-source.ts'
import { SYNC_DIRECTIONS } from '../steps/sync-direction.ts'
import { makeUseCase } from '../use-case.ts'

/** Loaded when a publication is planned, not when the table of use cases is read. */
const loadMaterial = () => import('../steps/publishing/publication-material.ts')

const name = z.string().regex(/^[A-Za-z0-9_.-]+$/, 'a GitHub name: letters, digits, "-", "_", "."')
const CONTENT_TYPES = ['governance-report', 'road-items'] as const

const Input = z
  .strictObject({
    direction: z
      .enum(SYNC_DIRECTIONS)
      .default('export')
      .describe('Publishing, taking what people changed on issues, or both; pages and wiki are only published'),
    contentType: z.enum(CONTENT_TYPES).optional().describe('Only targets that show this (default: whatever the targets show)'),
    owner: name.optional().describe('Account or organisation'),
    repo: name.optional().describe('Repository'),
    target: z
      .union([z.array(z.enum(PUBLISHED_TARGETS)).min(1), z.enum(PUBLISHED_TARGETS).transform((one) => [one])], {
        error: `one or several of ${PUBLISHED_TARGETS.join(', ')}`,
      })
      .optional()
      .describe(
        `Where to, one or several of: ${PUBLISHED_TARGETS.join(', ')} (default: what github-config.json sets up, else github-pages)`,
      ),
    auth: z
      .strictObject({ type: z.enum(AUTH_TYPES) })
      .optional()
      .describe('The App or the token (default: the App where it covers the repository)'),
    path: z.string().min(1).optional().describe('Folder of this machine that holds roads/ and the others, instead of the repository'),
    dryRun: z.boolean().default(false).describe('Show the plan and write nothing'),
    useConfig: z.boolean().default(false).describe('Take owner and repo from github-config.json'),
  })
  .superRefine((input, refinement) => {
    if (!input.useConfig)
      for (const key of ['owner', 'repo'] as const)
        if (input[key] === undefined) refinement.addIssue({ code: 'custom', path: [key], message: 'a GitHub name, or useConfig' })
  })
type Input = z.output<typeof Input>

const Output = z.object({
  runId: z.string().nullable(),
  dryRun: z.boolean(),
  syncResults: z.array(TargetResult),
  counts: z.record(z.string(), z.number()),
})
type Output = z.output<typeof Output>

const answer = (runId: string | null, { dryRun }: Input, results: readonly TargetResult[]): Output => ({
  runId,
  dryRun,
  syncResults: [...results],
  counts: countStatuses(results),
})

type Config = Awaited<ReturnType<AppContext['providers']['github']['readConfig']>>

/** Owner and name, given or from the file. @throws AppError `config-invalid` or `bad-request` */
function placeOf({ owner, repo }: Input, config: Config): { readonly owner: string; readonly repo: string } {
  if (owner !== undefined && repo !== undefined) return { owner, repo }
  if (!config)
    throw new AppError('config-invalid', 'github-config.json: (whole file): expected a file, found none. Give owner and repo, or write it.')
  const only = repo ?? config.repo ?? (config.repos?.length === 1 ? config.repos[0] : undefined)
  if (only !== undefined) return { owner: owner ?? config.owner, repo: only }
  throw new AppError('bad-request', 'The input is not valid: repo: expected one of "repos" in github-config.json, found nothing.', {
    details: { issues: [{ path: 'repo', expected: `one of ${config.repos?.join(', ')}`, received: 'nothing' }] },
  })
}

const SET_UP: Readonly<Record<string, (config: NonNullable<Config>) => boolean>> = {
  'github-pages': ({ pages }) => pages !== undefined,
  wiki: ({ wiki }) => wiki,
  issues: ({ issues }) => issues !== undefined,
}

const takes = (one: PublishedTarget): boolean => 'takes' in PUBLISHING_TARGETS[one]

/** Why a target is not one for what was asked; undefined where it is. */
function misfitOf({ contentType, direction }: Input, one: PublishedTarget): string | undefined {
  const shown = PUBLISHING_TARGETS[one].contentType
  if (contentType !== undefined && shown !== contentType) return `${one} shows ${shown}, not ${contentType}`
  return direction === 'import' && !takes(one) ? `${one} is only published; nothing is taken from it` : undefined
}

/** Where to: what was asked for, else what the file sets up. @throws AppError `bad-request` where a target does not fit */
function targetsOf(input: Input, config: Config): readonly PublishedTarget[] {
  const { target } = input
  const fits = (one: PublishedTarget) => misfitOf(input, one) === undefined
  const wrong = target?.find((one) => !fits(one))
  if (wrong !== undefined)
    throw new AppError('bad-request', `The input is not valid: ${misfitOf(input, wrong)}.`, {
      details: { issues: [{ path: 'target', expected: PUBLISHED_TARGETS.filter(fits).join(' or ') || 'another target', received: wrong }] },
    })
  if (target) return [...new Set(target)]
  const setUp = PUBLISHED_TARGETS.filter((one) => config && SET_UP[one]?.(config) && fits(one))
  const fallback = PUBLISHED_TARGETS.filter(fits).slice(0, 1)
  return setUp.length > 0 ? setUp : fallback
}

/** Reads and compares everything; nothing can be written. */
async function plan(ctx: AppContext, request: PublicationRequest, source: PublishSource, targets: readonly PublishedTarget[]) {
  const { db } = await ctx.store()
  const { owner, repo, auth, settings, direction, origin } = request
  const { readMaterial } = await loadMaterial()
  const material = await readMaterial(ctx, origin, source.governance ?? (await readKeptSource(db, origin)).governance)
  const github = await openAccess(ctx, auth, { priority: 'interactive', dryRun: true })
  const results: TargetResult[] = []
  const onResult = async () => {}
  for (const [done, target] of targets.entries()) {
    ctx.progress({ phase: 'planning', done, total: targets.length })
    const place = { github, repository: { owner, repo }, settings, direction, material, origin }
    const publishing = { ctx, ...place, runId: undefined, dryRun: true, onResult }
    const planned = await PUBLISHING_TARGETS[target].publish(publishing).catch((error: unknown) => [toRefusal(target, error)])
    results.push(...planned)
  }
  return results
}

/** Starts the run with a job for each target, and waits until they are done, wherever that happens. */
async function execute(ctx: AppContext, request: PublicationRequest, source: PublishSource, targets: readonly PublishedTarget[]) {
  const store = await ctx.store()
  const at = ctx.clock.now()
  const { owner, repo, auth } = request
  const connectionId = auth.type === 'app' ? `github:${auth.installationId}` : 'github:token'
  const scope = `${owner}/${repo}`.toLowerCase()
  const run = await store.transaction(async (db) => {
    await keepSource(db, source, at)
    const started = await startRun(db, { kind: GITHUB_PUBLISH_RUN, connectionId, scope, input: keepPublication(request), at })
    const jobs = targets.map((target) => ({
      kind: GITHUB_PUBLISH_JOB,
      payload: { runId: started.id, target, artifactId: target },
      connectionId,
      // Two publications to one place would meet at its newest commit.
      serialKey: `github-publish:${scope}:${target}`,
      priority: 'interactive' as const,
      runId: started.id,
    }))
    await enqueueJobs(db, jobs, at)
    return started
  })
  await followRun(ctx, run.id, 'publishing')
  const results = (await readRunEvents(ctx, run.id)).flatMap(({ data, artifactId, status, code, message }): TargetResult[] => {
    const parsed = TargetResult.safeParse(data)
    if (parsed.success) return [parsed.data]
    const target = PUBLISHED_TARGETS.find((one) => one === artifactId)
    if (target === undefined) return []
    const reason = message === undefined ? {} : { reason: message }
    return [{ target, url: null, status: status === 'skipped' ? 'skipped' : 'failed', ...reason, ...(code === undefined ? {} : { code }) }]
  })
  const place = ({ target }: TargetResult) => targets.indexOf(target as PublishedTarget)
  return { runId: String(run.id), results: [...results].sort((left, right) => place(left) - place(right)) }
}

const isProviders = (code: string | undefined): boolean => /^(provider|github)-/.test(code ?? '')

/** What keeps GitHub from being read keeps every target from being published to. */
function refuseAll(input: Input, targets: readonly PublishedTarget[], { gap: { code, title, recommendation } }: Refusal): Output {
  const reason = `${title}. ${recommendation}`
  const results = targets.map((target) => ({ target, url: null, status: 'refused' as const, code, reason }))
  return answer(null, input, results)
}

async function openOrRefuse(...[ctx, request, from]: Parameters<typeof openSource>): Promise<PublishSource | Refusal> {
  try {
    return await openSource(ctx, request, from)
  } catch (error) {
    const refusal = refusalOfError(error)
    if (!refusal) throw error
    return refusal
  }
}

type Place = ReturnType<typeof placeOf>

/** A repository that was renamed is written to under its name of now: GitHub redirects reads only. */
function currentPlace(place: Place, { origin: { source } }: PublishSource): Place {
  const [owner = '', repo = ''] = source.split('/')
  return repo === '' || source === `${place.owner}/${place.repo}`.toLowerCase() ? place : { owner, repo }
}

/** Publishes what is known of a repository on GitHub. */
export const syncGithub = makeUseCase({
  name: 'sync-github',
  summary: 'Publishes scores, roadmap and coverage of a repository on GitHub.',
  access: 'admin',
  input: Input,
  output: Output,
  http: { method: 'POST', path: '/integrations/github/sync', hidden: ['path'] },
  cli: {
    command: 'github:sync',
    hidden: ['direction', 'auth', 'useConfig'],
    switches: {
      export: { description: 'publish to GitHub', values: { direction: 'export' } },
      import: { description: 'only take changes from issues', values: { direction: 'import' } },
    },
    defaults: { useConfig: true },
    writes: true,
    exitCode: ({ syncResults, counts }: Pick<Output, 'syncResults' | 'counts'>) =>
      syncResults.some(({ code }) => isProviders(code))
        ? 3
        : (counts.failed ?? 0) + (counts.refused ?? 0) + (counts.skipped ?? 0) > 0
          ? 1
          : (counts.conflict ?? 0) > 0
            ? 4
            : 0,
  },
  async run(ctx, input): Promise<Output> {
    const config = await ctx.providers.github.readConfig()
    const place = placeOf(input, config)
    const targets = targetsOf(input, config)
    const access = await findAccess(ctx, { ...place, auth: input.auth?.type })
    if (access.kind === 'refused') return refuseAll(input, targets, access.refusal)
    const { auth } = access
    const folder = config?.governancePath ?? 'governance'
    const source = await openOrRefuse(ctx, { ...place, auth }, { path: input.path, folder })
    if ('gap' in source) return refuseAll(input, targets, source)
    const request = {
      ...currentPlace(place, source),
      auth,
      settings: PublishingSettings.parse({ pages: config?.pages, issues: config?.issues }),
      direction: input.direction,
      origin: source.origin,
    }
    if (input.dryRun) return answer(null, input, await plan(ctx, request, source, targets))
    const { runId, results } = await execute(ctx, request, source, targets)
    return answer(runId, input, results)
  },
})
