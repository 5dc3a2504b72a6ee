import { createHash } from 'node:crypto'
import { z } from 'zod'
import { enqueuePushes, type PushResult } from '../../integrations/engine/push.ts'
import { settleRun } from '../../integrations/engine/run-end.ts'
import type { Artifact, RoadItem } from '../../integrations/governance/artifact.ts'
import { RECONCILE_POLICIES } from '../../integrations/governance/reconcile.ts'
import { AppError } from '../../integrations/kernel/errors.ts'
import { type ArtifactUpsert, replaceArtifacts } from '../../integrations/store/artifacts.ts'
import { toJson, toJsonObject } from '../../integrations/store/json.ts'
import { listRunEvents } from '../../integrations/store/run-events.ts'
import { findRun, startRun } from '../../integrations/store/runs.ts'
import { countStatuses, SyncResult, toDecisions } from '../answers/push-answer.ts'
import type { AppContext } from '../context.ts'
import { type ExportSource, openExportSource } from '../steps/export-source.ts'
import { loadGovernance } from '../steps/governance-core.ts'
import { exportArtifact, type JiraExport, openJiraExport, SYNC_DIRECTIONS, SYNCED_KINDS } from '../steps/jira/export.ts'
import { takeIntoFolder } from '../steps/jira/folder.ts'
import { jiraSerialKey } from '../steps/jira/sync-job.ts'
import { makeUseCase } from '../use-case.ts'

/** The job that exports one artifact; its payload is the input of `push-jira-artifact`. */
export const JIRA_PUSH_JOB = 'jira.push'

const Input = z.strictObject({
  direction: z.enum(SYNC_DIRECTIONS).default('both').describe('Which way changes go: to Jira, from Jira, or both'),
  artifactType: z.enum(SYNCED_KINDS).default('road-item').describe('Kind of artifact'),
  artifactIds: z.array(z.string().min(1)).optional().describe('Only these artifacts, such as ROAD-001'),
  jiraProject: z
    .string()
    .regex(/^[A-Z][A-Z0-9_]+$/, 'a project key in capitals')
    .optional()
    .describe('Key of the Jira project (default: of jira-config.json)'),
  repository: z
    .string()
    .regex(/^[^/\s]+\/[^/\s]+$/, 'owner/name')
    .optional()
    .describe('owner/name of the repository the artifacts belong to'),
  path: z.string().min(1).optional().describe('Folder that holds roads/ and the others'),
  conflictPolicy: z
    .enum(RECONCILE_POLICIES)
    .optional()
    .describe('Who wins where both sides changed (default: of jira-config.json, else manual)'),
  dryRun: z.boolean().default(false).describe('Show the plan and write nothing'),
  recreate: z.boolean().default(false).describe('Make issues anew that are gone; one that is only hidden then exists twice'),
  force: z.boolean().default(false).describe('Refresh the sync stamp of unchanged issues as well'),
})
type Input = z.output<typeof Input>

const Output = z.object({
  runId: z.string().nullable(),
  dryRun: z.boolean(),
  syncResults: z.array(SyncResult),
  conflicts: z.array(z.string()),
  counts: z.record(z.string(), z.number()),
  notes: z.array(z.string()),
})
type Output = z.output<typeof Output>

type SyncedArtifact = Artifact<Input['artifactType']>

interface Wanted {
  /** Those to bring into step. */
  readonly artifacts: readonly SyncedArtifact[]
  /** Every road item of the source: user stories hang under their epics. */
  readonly roads: readonly RoadItem[]
  /** Asked for by id and not there. */
  readonly missing: readonly SyncResult[]
  /** Every id that the source holds, also where the file cannot be read. */
  readonly held: ReadonlySet<string>
}

async function select(source: ExportSource, { artifactIds: ids, artifactType: kind }: Input): Promise<Wanted> {
  const { parseGovernance } = await loadGovernance()
  const { artifacts: all, problems, unread } = parseGovernance(source.files)
  const held = new Set([...all, ...unread].map(({ id }) => id))
  const roads = all.filter((artifact): artifact is RoadItem => artifact.kind === 'road-item')
  const artifacts = all.filter((artifact): artifact is SyncedArtifact => artifact.kind === kind)
  if (!ids) return { artifacts, roads, missing: [], held }
  const byId = new Map(artifacts.map((artifact) => [artifact.id, artifact]))
  const missing = ids.flatMap((id): SyncResult[] => {
    if (byId.has(id)) return []
    const problem = problems.find(({ file }) => file.endsWith(`/${id}.md`))
    const reason = problem ? `${problem.file}:${problem.line}: ${problem.message}` : `There is no ${kind} ${id}.`
    return [{ artifactId: id, jiraKey: null, jiraUrl: null, status: 'failed', code: 'not-found', reason }]
  })
  return { artifacts: ids.flatMap((id) => byId.get(id) ?? []), roads, missing, held }
}

/** What was deleted in git: its issue may hold people's work, so it is never deleted for that, but said. */
const leftBehind = ({ opened, wanted }: Prepared): string[] =>
  opened.linked.flatMap(({ artifactId, issueKey }) =>
    wanted.held.has(artifactId)
      ? []
      : [`${artifactId} is no longer among the artifacts; its issue ${issueKey} is left as it is. Close or delete it in Jira.`],
  )

const toResult = ({ artifactId, ref, status, changes, decisions, reason, code }: PushResult): SyncResult => ({
  artifactId,
  jiraKey: ref?.key ?? null,
  jiraUrl: ref?.url ?? null,
  status,
  ...(changes.length > 0 ? { changes: [...changes] } : {}),
  ...(decisions ? { decisions: toDecisions(decisions) } : {}),
  ...(reason ? { reason } : {}),
  ...(code ? { code } : {}),
})

/** Capabilities that are labels have no issues: they are on those of the artifacts that name them. */
const labelled = ({ artifacts, missing }: Wanted): SyncResult[] => [
  ...missing,
  ...artifacts.map(
    ({ id }): SyncResult => ({
      artifactId: id,
      jiraKey: null,
      jiraUrl: null,
      status: 'unchanged',
      reason: `capabilityAs is "label": the issues of road items and user stories that name ${id} carry it as a label.`,
    }),
  ),
]

/** In the order that was asked for, else in the order of the folder: workers end in any order. */
function answer(
  runId: string | null,
  input: Input,
  { artifacts }: Wanted,
  results: readonly SyncResult[],
  notes: readonly string[],
): Output {
  const order = new Map((input.artifactIds ?? artifacts.map(({ id }) => id)).map((id, index) => [id, index]))
  const sorted = [...results].sort((a, b) => (order.get(a.artifactId) ?? 0) - (order.get(b.artifactId) ?? 0))
  const conflicts = sorted.flatMap(({ artifactId, status }) => (status === 'conflict' ? [artifactId] : []))
  return { runId, dryRun: input.dryRun, syncResults: sorted, conflicts, counts: countStatuses(sorted), notes: [...notes] }
}

interface Prepared {
  readonly opened: JiraExport
  readonly source: ExportSource
  readonly wanted: Wanted
}

/** The plan: everything is read and compared, nothing can be written. */
async function plan(ctx: AppContext, input: Input, prepared: Prepared): Promise<Output> {
  const { opened, source, wanted } = prepared
  const { clock, random, signal } = ctx
  const remoteReadOnly = input.direction === 'import'
  const context = {
    store: await ctx.store(),
    clock,
    random,
    signal,
    dryRun: true,
    force: input.force,
    recreate: input.recreate,
    remoteReadOnly,
  }
  const results: SyncResult[] = []
  for (const [index, artifact] of wanted.artifacts.entries()) {
    ctx.progress({ phase: 'planning', done: index, total: wanted.artifacts.length })
    results.push(
      toResult(
        await exportArtifact(context, opened, artifact, { ...source, roads: wanted.roads, changedAt: source.changedAt.get(artifact.file) }),
      ),
    )
  }
  const taken =
    input.direction === 'export' ? results : await takeIntoFolder(ctx, opened, { source, artifacts: wanted.artifacts }, results, false)
  return answer(null, input, wanted, [...wanted.missing, ...taken], [...opened.notes, ...leftBehind(prepared)])
}

/** Artifacts of a folder as rows: what the jobs work from, whichever process takes them. */
const toRows = (artifacts: readonly SyncedArtifact[], source: ExportSource): ArtifactUpsert[] => {
  const texts = new Map(
    source.files.map(({ file, content }) => [file, typeof content === 'string' ? content : Buffer.from(content).toString('utf8')]),
  )
  return artifacts.map((artifact) => {
    const text = texts.get(artifact.file) ?? ''
    return {
      file: artifact.file,
      artifactId: artifact.id,
      kind: artifact.kind,
      title: artifact.title,
      status: artifact.data.status,
      contentHash: createHash('sha256').update(text).digest('hex'),
      text,
      data: toJsonObject(artifact.data),
      problems: [],
      blobSha: undefined,
      changedAt: source.changedAt.get(artifact.file),
    }
  })
}

/** Starts the run and its outgoing writes in one transaction, and waits until they are done, wherever that happens. */
async function execute(ctx: AppContext, input: Input, prepared: Prepared, config: unknown): Promise<Output> {
  const { opened, source, wanted } = prepared
  const store = await ctx.store()
  const at = ctx.clock.now()
  const { scope } = source
  const payloadOf = (artifact: SyncedArtifact) => ({
    scope,
    source: source.source,
    artifactId: artifact.id,
    artifactKind: artifact.kind,
    ...(source.fileUrl ? { fileUrl: source.fileUrl } : {}),
  })
  const run = await store.transaction(async (db) => {
    if (scope.startsWith('local:'))
      await replaceArtifacts(db, scope, {
        upserts: toRows([...new Set([...wanted.artifacts, ...wanted.roads])], source),
        removedFiles: [],
        at,
      })
    const started = await startRun(db, {
      kind: input.direction === 'export' ? 'jira-export' : 'jira-sync',
      connectionId: opened.connectionId,
      scope,
      total: wanted.artifacts.length,
      input: toJsonObject({ config: toJson(config), force: input.force, recreate: input.recreate, direction: input.direction }),
      at,
    })
    const items = wanted.artifacts.map((artifact) => ({
      ...payloadOf(artifact),
      serialKey: jiraSerialKey(source.source, artifact.id),
      dedupeKey: `jira-export:${started.id}:${artifact.id}`,
    }))
    await enqueuePushes(db, { runId: started.id, connectionId: opened.connectionId, jobKind: JIRA_PUSH_JOB, items }, at)
    return started
  })
  ctx.jiraExports.put(run.id, opened)
  await followRun(ctx, run.id)
  await settleRun({ store, clock: ctx.clock }, run.id)
  const recorded = await resultsOf(ctx, run.id)
  const isLocal = source.root !== undefined && input.direction !== 'export'
  const results = isLocal ? await takeIntoFolder(ctx, opened, { source, artifacts: wanted.artifacts }, recorded, true) : recorded
  return answer(String(run.id), input, wanted, [...wanted.missing, ...results], [...opened.notes, ...leftBehind(prepared)])
}

/** How often the progress of a run is looked at while it is waited for. */
const PROGRESS_EVERY_MS = 200

/** Waits until no outgoing write of the run is left, in whichever process, and shows how far it is. */
async function followRun(ctx: AppContext, runId: number): Promise<void> {
  const { db } = await ctx.store()
  const drained = (await ctx.worker()).drain(runId).then(() => true)
  // It may fail before it is first waited for; the race below says so.
  drained.catch(() => {})
  for (let ended = false; !ended; ) {
    const run = await findRun(db, runId)
    if (run)
      ctx.progress({ phase: 'bringing artifacts into step', done: run.done, ...(run.total === undefined ? {} : { total: run.total }) })
    const pause = new AbortController()
    ended = await Promise.race([
      drained,
      ctx.clock.sleep(PROGRESS_EVERY_MS, pause.signal).then(
        () => false,
        () => false,
      ),
    ])
    pause.abort()
  }
}

async function resultsOf(ctx: AppContext, runId: number): Promise<SyncResult[]> {
  const { db } = await ctx.store()
  const results: SyncResult[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await listRunEvents(db, runId, { limit: 200, ...(cursor ? { cursor } : {}) })
    for (const event of page.items) {
      const parsed = SyncResult.safeParse({ ...event.data, artifactId: event.artifactId, status: event.status })
      if (parsed.success) results.push(parsed.data)
    }
    cursor = page.nextCursor
    if (!cursor) return results
  }
}

/** Brings road items and their issues into step. */
export const syncJira = makeUseCase({
  name: 'sync-jira',
  summary: 'Brings road items and their Jira issues into step, in one direction or both.',
  access: 'admin',
  input: Input,
  output: Output,
  http: {
    method: 'POST',
    path: '/integrations/jira/sync',
    defaults: { force: true },
    required: ['jiraProject', 'direction'],
    hidden: ['path'],
  },
  cli: {
    command: 'jira:sync',
    aliases: { artifactIds: 'ids', artifactType: 'type', jiraProject: 'project' },
    hidden: ['direction'],
    switches: {
      export: { description: 'only write to Jira', values: { direction: 'export' } },
      import: { description: 'only take changes from Jira', values: { direction: 'import' } },
    },
    defaults: { path: 'governance' },
    writes: true,
    exitCode: ({ counts }: Pick<Output, 'counts'>) =>
      (counts.failed ?? 0) + (counts.refused ?? 0) + (counts.skipped ?? 0) > 0 ? 1 : (counts.conflict ?? 0) > 0 ? 4 : 0,
  },
  async run(ctx, input): Promise<Output> {
    const { conflictPolicy } = input
    const given = await ctx.providers.jira.readConfig({ projectKey: input.jiraProject })
    const config = { ...given, ...(conflictPolicy ? { conflictPolicy } : {}) }
    const source = await openExportSource(ctx, { ...input, dated: config.conflictPolicy === 'last-write-wins' })
    const wanted = await select(source, input)
    if (wanted.artifacts.length === 0 && wanted.missing.length === 0)
      throw new AppError('bad-request', `There is no ${input.artifactType} to sync.`)
    if (input.artifactType === 'capability' && config.capabilityAs === 'label') return answer(null, input, wanted, labelled(wanted), [])
    ctx.progress({ phase: 'reading the project', done: 0 })
    const { db } = await ctx.store()
    const { dryRun } = input
    const opened = await openJiraExport(ctx.providers.jira, {
      dryRun,
      priority: 'interactive',
      config,
      kind: input.artifactType,
      source: source.source,
      db,
    })
    const prepared = { opened, source, wanted }
    return input.dryRun ? plan(ctx, input, prepared) : execute(ctx, input, prepared, config)
  },
})
