import { createHash } from 'node:crypto'
import { z } from 'zod'
import { enqueueJob } from '../../integrations/engine/jobs.ts'
import type { Artifact } from '../../integrations/governance/artifact.ts'
import { toAppError } from '../../integrations/kernel/errors.ts'
import { type ArtifactUpsert, PLAIN_DOCUMENT, readScope, replaceArtifacts } from '../../integrations/store/artifacts.ts'
import type { Db } from '../../integrations/store/db.ts'
import { toJson, toJsonObject } from '../../integrations/store/json.ts'
import { findLink } from '../../integrations/store/links.ts'
import { markIngested, saveRepositorySettings } from '../../integrations/store/repositories.ts'
import type { AppContext } from '../context.ts'
import { HAND_OVER_GOVERNANCE_JOB, KATALYST_CONNECTION } from '../hand-over.ts'
import { enqueueIssueSync, ISSUE_KIND, ISSUES_CONNECTION } from '../steps/github/issue-job.ts'
import { loadGovernance } from '../steps/governance-core.ts'
import { enqueueArtifactSync } from '../steps/jira/sync-job.ts'
import { accessRepository, type OpenRepository } from '../steps/repository-access.ts'
import { makeUseCase } from '../use-case.ts'

const Output = z.object({
  status: z.enum(['ingested', 'unchanged', 'skipped']),
  /** Why nothing was read, in a sentence. */
  reason: z.string().optional(),
  headSha: z.string().optional(),
  changed: z.number().int(),
  removed: z.number().int(),
  /** Blobs that had to be fetched. */
  fetched: z.number().int(),
})
type Output = z.infer<typeof Output>

type Held = Pick<Artifact, 'id' | 'kind' | 'title'> & { readonly data: object }

const skipped = (reason: string): Output => ({ status: 'skipped', reason, changed: 0, removed: 0, fetched: 0 })

/** The branch's commit, or `undefined` where the repository has no commit on it yet. */
async function headOf(ctx: AppContext, { github, name, defaultBranch }: OpenRepository): Promise<string | undefined> {
  try {
    return await ctx.providers.github.readBranchHead(github, name, defaultBranch)
  } catch (error) {
    const failure = toAppError(error)
    // An empty repository answers 409 "Git Repository is empty", a branch that is gone 404.
    if (failure.code === 'provider-not-found' || failure.code === 'provider-conflict') return undefined
    throw failure
  }
}

interface ReadFile {
  readonly file: string
  readonly sha: string
  readonly content: string | Uint8Array
}

/**
 * The files as rows. One that cannot be read is an artifact as well, under the id of its name: it is there, and its problems are
 * worth showing. Plain documents beside the artifacts are kept too, so that the next push need not fetch them again.
 */
async function rowsOf(files: readonly ReadFile[], toText: (content: string | Uint8Array) => string): Promise<ArtifactUpsert[]> {
  const { parseGovernance } = await loadGovernance()
  const parsed = parseGovernance(files)
  const held = new Map<string, Held>(parsed.artifacts.map(({ file, id, kind, title, data }) => [file, { id, kind, title, data }]))
  for (const { file, kind, id } of parsed.unread) held.set(file, { id, kind, title: id, data: {} })
  return files.map(({ file, sha, content }) => {
    const { id: artifactId, kind, title, data } = held.get(file) ?? { id: `file:${file}`, kind: PLAIN_DOCUMENT, title: file, data: {} }
    const text = toText(content)
    return {
      file,
      artifactId,
      kind,
      title,
      status: 'status' in data && typeof data.status === 'string' ? data.status : undefined,
      contentHash: createHash('sha256').update(text).digest('hex'),
      text,
      data: toJsonObject(data),
      problems: parsed.problems.filter((problem) => problem.file === file).map(toJson),
      blobSha: sha,
    }
  })
}

/** Changed artifacts that have an issue are brought into step with it, in the transaction that makes the change known. */
async function askForSyncs(db: Db, fullName: string, changed: readonly ArtifactUpsert[], at: Date): Promise<void> {
  for (const { artifactId, kind } of changed) {
    const key = { connectionId: 'jira', scope: fullName.toLowerCase(), artifactKind: kind, artifactId }
    if (await findLink(db, { ...key, remoteKind: 'issue' })) await enqueueArtifactSync(db, key, 'webhook', at)
    const onGitHub = { ...key, connectionId: ISSUES_CONNECTION, remoteKind: ISSUE_KIND }
    if (await findLink(db, onGitHub)) await enqueueIssueSync(db, key, 'webhook', at)
  }
}

/**
 * Brings the stored artifacts of a repository up to the head of its default branch. Only blobs that changed are fetched and only
 * files that changed are written; a head that is already held costs one request.
 */
export const ingestPush = makeUseCase({
  name: 'ingest-push',
  summary: "Reads the artifacts that changed on a repository's default branch.",
  access: 'internal',
  input: z.object({ repositoryId: z.number().int() }),
  output: Output,
  async run(ctx, { repositoryId }): Promise<Output> {
    const repository = await accessRepository(ctx, repositoryId)
    if (repository.kind === 'closed') return skipped(repository.reason)
    const headSha = await headOf(ctx, repository)
    if (headSha === undefined) return skipped('The default branch has no commit yet.')
    if (headSha === repository.headSha) return { status: 'unchanged', headSha, changed: 0, removed: 0, fetched: 0 }
    const { github } = ctx.providers
    const { parseSettings } = await loadGovernance()
    const { settings } = parseSettings(await github.readSettingsText(repository.github, repository.name, headSha))
    const scope = `repository:${repositoryId}`
    const store = await ctx.store()
    const held = await readScope(store.db, scope)
    const folder = github.governedOnly(await github.readFolder(repository.github, repository.name, headSha, settings.governancePath))
    const known = github.knownContents(held)
    const { files, fetched } = await github.readGovernedFiles(repository.github, folder, { repository: repository.name, known })

    const heldShas = new Map(held.map(({ file, blobSha }) => [file, blobSha]))
    const rows = await rowsOf(files, github.toText)
    const changed = rows.filter(({ file, blobSha }) => heldShas.get(file) !== blobSha)
    // At the first reading files are of any age: better no time than that of a commit which did not touch them.
    const isDated = held.length > 0 && changed.length > 0
    const changedAt = isDated ? await github.readCommitTime(repository.github, repository.name, headSha) : undefined
    const upserts = changed.map((row) => ({ ...row, changedAt }))
    const present = new Set(rows.map(({ file }) => file))
    const removedFiles = held.filter(({ file }) => !present.has(file)).map(({ file }) => file)
    const at = ctx.clock.now()
    await store.transaction(async (db) => {
      await replaceArtifacts(db, scope, { upserts, removedFiles, at })
      await saveRepositorySettings(db, repositoryId, toJsonObject(settings), at)
      await markIngested(db, repositoryId, headSha, at)
      if (ctx.config.KATALYST_URL && upserts.length + removedFiles.length > 0) {
        const keys = { dedupeKey: `${HAND_OVER_GOVERNANCE_JOB}:${repositoryId}`, connectionId: KATALYST_CONNECTION }
        await enqueueJob(db, { kind: HAND_OVER_GOVERNANCE_JOB, payload: { repositoryId }, priority: 'poll', ...keys }, at)
      }
      await askForSyncs(db, repository.fullName, upserts, at)
    })
    ctx.log.info(
      { repository: repositoryId, headSha, changed: upserts.length, removed: removedFiles.length, fetched },
      'artifacts ingested',
    )
    return { status: 'ingested', headSha, changed: upserts.length, removed: removedFiles.length, fetched }
  },
})
