// Publishing a check run so that a repeat changes nothing and a crash leaves nothing half-told.
//
// The run's `external_id` names its subject and ends in a digest of everything shown. Before anything is written the newest run
// of that name on that commit is looked up: the same id means the same result is already there, and only annotations that are
// still missing are appended (GitHub counts them; their order is fixed). Another id means another result: annotations cannot be
// taken off a run, so a new run is made, which GitHub shows in place of the older one of the same name.
//
// A run is created as completed, with its first 50 annotations, and never as in_progress: a process that dies between two
// requests leaves a correct conclusion with some annotations missing, and the repeated job adds those.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../kernel/errors.ts'
import { CHECK_LIMITS, type CheckAnnotation, type CheckOutput } from './check-output.ts'
import type { GitHubContext } from './client.ts'
import type { RepositoryName } from './git-tree.ts'

const CheckRunAnswer = z.object({
  id: z.number().int(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  external_id: z.string().nullish(),
  html_url: z.string().nullish(),
  output: z.object({ annotations_count: z.number().int() }),
})
type CheckRun = z.infer<typeof CheckRunAnswer>
const ListAnswer = z.object({ total_count: z.number(), check_runs: z.array(CheckRunAnswer) })

export interface CheckPublication extends CheckOutput {
  readonly repository: RepositoryName
  readonly headSha: string
  readonly name: string
  /** What was judged, such as `pull/12`; a re-run of the check learns from it what to judge again. */
  readonly subject: string
  /** Where the check's name links to; without it GitHub shows its own page. */
  readonly detailsUrl?: string
  /** True when a person asked for the re-run: the same result is then said again, so that the suite is completed anew. */
  readonly rerun?: boolean
}

export interface PublishedCheck {
  readonly checkRunId: number
  readonly externalId: string
  readonly url: string | undefined
  /** `created`: a new run; `updated`: an older run of the same result was completed; `unchanged`: nothing was written. */
  readonly status: 'created' | 'updated' | 'unchanged'
}

/** Splits what `publishCheck` puts into `external_id`; `undefined` for a run that was not made by it. */
export function parseExternalId(text: string): { readonly subject: string; readonly digest: string } | undefined {
  const found = /^(.+)@([0-9a-f]{16})$/.exec(text)
  return found ? { subject: found[1] as string, digest: found[2] as string } : undefined
}

/** Names subject and result; equal for equal results, whenever they were computed. */
export function externalIdOf(subject: string, output: CheckOutput): string {
  const { conclusion, title, summary, annotations } = output
  const digest = createHash('sha256')
    .update(JSON.stringify([conclusion, title, summary, annotations]))
    .digest('hex')
  return `${subject}@${digest.slice(0, 16)}`
}

/** Makes the commit's check say what `check` says. Needs an installation with `checks: write`; throws `provider-*`. */
export async function publishCheck(context: GitHubContext, check: CheckPublication): Promise<PublishedCheck> {
  const externalId = externalIdOf(check.subject, check)
  const latest = await findLatestRun(context, check)
  if (latest?.external_id === externalId) return completeRun(context, check, latest, externalId)
  const created = await createRun(context, check, externalId)
  await appendAnnotations(context, check, created, CHECK_LIMITS.annotationsPerRequest)
  // An older run that was left open (by GitHub's own reset at a re-run) would keep the suite waiting beside the new one.
  if (latest && latest.status !== 'completed') await closeRun(context, check.repository, latest.id)
  return { checkRunId: created.id, externalId, url: created.html_url ?? undefined, status: 'created' }
}

/** The newest run of this name on this commit that our App made. */
async function findLatestRun(
  context: GitHubContext,
  check: Pick<CheckPublication, 'repository' | 'headSha' | 'name'>,
): Promise<CheckRun | undefined> {
  if (context.appId === undefined)
    throw new AppError(
      'not-configured',
      'GitHub lets only Apps publish checks. Set APP_ID, PRIVATE_KEY and WEBHOOK_SECRET and install the App on the repository.',
    )
  const { data } = await context.client.request({
    route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    parameters: { ...check.repository, ref: check.headSha, check_name: check.name, filter: 'latest', app_id: context.appId, per_page: 100 },
    meta: { operation: 'github.check.find' },
    answer: ListAnswer,
  })
  // `latest` is per check suite: several suites of one commit can each have one.
  return data.check_runs.reduce<CheckRun | undefined>((newest, run) => (!newest || run.id > newest.id ? run : newest), undefined)
}

/** The run says the right thing already: only what is missing is written. */
async function completeRun(context: GitHubContext, check: CheckPublication, run: CheckRun, externalId: string): Promise<PublishedCheck> {
  const shown = run.output.annotations_count
  const published = { checkRunId: run.id, externalId, url: run.html_url ?? undefined }
  if (shown < check.annotations.length) await appendAnnotations(context, check, run, shown)
  else if (check.rerun || run.status !== 'completed' || run.conclusion !== check.conclusion)
    await updateRun(context, check, run.id, {
      status: 'completed',
      conclusion: check.conclusion,
      completed_at: context.clock.now().toISOString(),
    })
  else return { ...published, status: 'unchanged' }
  return { ...published, status: 'updated' }
}

async function createRun(context: GitHubContext, check: CheckPublication, externalId: string): Promise<CheckRun> {
  const { data } = await context.client.request({
    route: 'POST /repos/{owner}/{repo}/check-runs',
    parameters: {
      ...check.repository,
      name: check.name,
      head_sha: check.headSha,
      external_id: externalId,
      ...(check.detailsUrl ? { details_url: check.detailsUrl } : {}),
      status: 'completed',
      conclusion: check.conclusion,
      completed_at: context.clock.now().toISOString(),
      output: outputOf(check, check.annotations.slice(0, CHECK_LIMITS.annotationsPerRequest)),
    },
    // Never repeated blindly: the job that runs again looks up by external_id first.
    meta: { operation: 'github.check.create', idempotent: false, object: `commit:${check.headSha}` },
    answer: CheckRunAnswer,
  })
  return data
}

/** GitHub adds the annotations of an update to those it has: each batch is sent once, in order. */
async function appendAnnotations(context: GitHubContext, check: CheckPublication, run: CheckRun, from: number): Promise<void> {
  for (let at = from; at < check.annotations.length; at += CHECK_LIMITS.annotationsPerRequest) {
    const batch = check.annotations.slice(at, at + CHECK_LIMITS.annotationsPerRequest)
    await updateRun(context, check, run.id, { status: 'completed', conclusion: check.conclusion, output: outputOf(check, batch) })
  }
}

async function updateRun(
  context: GitHubContext,
  check: Pick<CheckPublication, 'repository'>,
  checkRunId: number,
  change: Readonly<Record<string, unknown>>,
) {
  await context.client.request({
    route: 'PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}',
    parameters: { ...check.repository, check_run_id: checkRunId, ...change },
    // An update with annotations sent twice would show them twice.
    meta: { operation: 'github.check.update', idempotent: !('output' in change), object: `check-run:${checkRunId}` },
    answer: CheckRunAnswer,
  })
}

const CLOSED = {
  title: 'No result',
  summary: 'This run was left without a result, so it was closed. Press "Re-run" to check again.',
} as const

/** Completes a run that stayed open, without judging: neutral lets a pull request pass and says why. */
export async function closeRun(context: GitHubContext, repository: RepositoryName, checkRunId: number): Promise<void> {
  const change = { status: 'completed', conclusion: 'neutral', completed_at: context.clock.now().toISOString(), output: CLOSED }
  await updateRun(context, { repository }, checkRunId, change)
}

/** Ids of our runs of this name on the commit that are not completed. */
export async function findOpenRuns(
  context: GitHubContext,
  check: Pick<CheckPublication, 'repository' | 'headSha' | 'name'>,
): Promise<readonly number[]> {
  if (context.appId === undefined) return []
  const { data } = await context.client.request({
    route: 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs',
    parameters: { ...check.repository, ref: check.headSha, check_name: check.name, filter: 'all', app_id: context.appId, per_page: 100 },
    meta: { operation: 'github.check.find' },
    answer: ListAnswer,
  })
  return data.check_runs.filter((run) => run.status !== 'completed').map((run) => run.id)
}

const outputOf = (check: CheckOutput, annotations: readonly CheckAnnotation[]) => ({
  title: check.title,
  summary: check.summary,
  ...(annotations.length > 0 ? { annotations: annotations.map(toAnnotation) } : {}),
})

const toAnnotation = (annotation: CheckAnnotation) => ({
  path: annotation.path,
  start_line: annotation.startLine,
  end_line: annotation.endLine,
  annotation_level: annotation.level,
  title: annotation.title,
  message: annotation.message,
})
